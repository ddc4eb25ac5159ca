"""Whatever the platform does: one answer, or a person who knows why there is none."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from resonanz.accounts.connect import resume_account
from resonanz.compose.approve import reject_draft, release_draft
from resonanz.compose.draft import words_hash
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, NotFound
from resonanz.model.models import (
    Account,
    AccountState,
    Attempt,
    Budget,
    Coverage,
    Delivery,
    DeliveryState,
    DraftState,
    Outcome,
)
from resonanz.outbox.budget import set_budget
from resonanz.outbox.enqueue import SentAlready
from resonanz.outbox.resolve import give_up, say_not_sent, say_sent, send_again
from resonanz.outbox.withdraw import LeftAlready, withdraw_delivery

DESKS = ["desk", "keyless", "sky"]


@pytest.fixture(params=DESKS)
def any_desk(request):
    return request.getfixturevalue(request.param)


def state(delivery):
    return Delivery.objects.get(pk=delivery.pk).state


def test_a_reply_is_sent_once_and_confirmed(any_desk):
    entry = any_desk.asks()
    delivery = any_desk.released(entry)

    any_desk.run(1, 3)

    assert (state(delivery), len(any_desk.ours(entry))) == ("confirmed", 1)
    assert Delivery.objects.get().target.coverage == Coverage.ANSWERED


def test_nothing_leaves_within_the_undo_seconds(desk):
    entry = desk.asks()
    delivery = desk.released(entry)

    desk.run(0)

    assert (state(delivery), desk.ours(entry)) == ("waiting", [])


@pytest.mark.parametrize("fault", ["fail_after_commit", "vanish_after_commit"])
def test_an_answer_that_was_lost_after_the_commit_is_found_and_not_repeated(any_desk, fault):
    entry = any_desk.asks()
    delivery = any_desk.released(entry)
    any_desk.world.faults.plan(any_desk.channel, fault)

    any_desk.run(1)
    during = state(delivery)
    any_desk.run(3, 6)

    assert during in {DeliveryState.UNSURE, DeliveryState.SENT}
    assert (state(delivery), len(any_desk.ours(entry))) == ("confirmed", 1)


def test_a_time_out_after_the_commit_is_found_and_not_repeated(desk, monkeypatch):
    monkeypatch.setattr("resonanz.outbox.deliver.access_to", _impatient)
    entry = desk.asks()
    delivery = desk.released(entry)
    desk.world.faults.plan("square", "hang_after_commit", seconds=3)

    desk.run(1)
    during = state(delivery)
    desk.run(3, 6)

    assert (during, state(delivery), len(desk.ours(entry))) == ("unsure", "confirmed", 1)


def _impatient(account):
    from resonanz.accounts.access import access_to

    return access_to(account, timeout_s=0.5)


def test_who_asks_us_to_wait_is_waited_for(any_desk):
    entry = any_desk.asks()
    delivery = any_desk.released(entry)
    any_desk.world.faults.plan(any_desk.channel, "rate_limit", times=2, seconds=600)

    any_desk.run(1, 5)
    during = (state(delivery), any_desk.ours(entry))
    any_desk.run(30, 35)

    assert during == ("waiting", [])
    assert (state(delivery), len(any_desk.ours(entry))) == ("confirmed", 1)


def test_a_failure_before_anything_was_done_leads_to_one_answer(desk):
    entry = desk.asks()
    delivery = desk.released(entry)
    desk.world.faults.plan("square", "fail", times=3)

    desk.run(1, 3, 6, 9, 12)

    assert (state(delivery), len(desk.ours(entry))) == ("confirmed", 1)


def test_a_deleted_target_brings_the_reply_back_to_a_person(any_desk):
    entry = any_desk.asks()
    delivery = any_desk.released(entry)
    any_desk.world.delete(entry)

    any_desk.run(1)

    assert (state(delivery), any_desk.ours(entry)) == ("refused", [])
    assert "deleted" in Delivery.objects.get().said


def test_a_target_that_goes_in_the_very_moment_brings_it_back_too(desk):
    entry = desk.asks()
    delivery = desk.released(entry)
    desk.world.faults.plan("square", "target_gone")

    desk.run(1)

    assert (state(delivery), desk.ours(entry)) == ("refused", [])


@pytest.mark.parametrize("any_desk", ["desk", "keyless"], indirect=True)  # at Bluesky nobody edits
def test_an_edited_target_brings_the_reply_back_to_a_person(any_desk):
    entry = any_desk.asks()
    delivery = any_desk.released(entry)
    with clock.shifted(timedelta(seconds=5)):
        any_desk.world.edit(entry, entry.text + " Und warum?")

    any_desk.run(1)

    assert (state(delivery), any_desk.ours(entry)) == ("refused", [])


def test_a_colleague_who_answered_natively_keeps_ours_back(desk):
    entry = desk.asks()
    delivery = desk.released(entry)
    desk.world.write(desk.world.us("square"), "Um 9 Uhr.", kind="comment", parent=desk.post(), answers=entry)
    desk.comes_in()

    desk.run(1)

    assert (state(delivery), len(desk.ours(entry))) == ("refused", 1)


def test_a_colleague_who_answered_in_the_app_keeps_ours_back_and_ends_the_case(sky):
    entry = sky.asks()
    delivery = sky.released(entry)
    sky.says("Um 9 Uhr.", answers=entry)
    sky.comes_in()

    sky.run(1)

    assert (state(delivery), len(sky.ours(entry))) == ("refused", 1)
    assert Delivery.objects.get().target.coverage == Coverage.ANSWERED_NATIVELY


def test_a_revoked_token_keeps_replies_waiting_until_the_account_is_mended(any_desk):
    entry = any_desk.asks()
    delivery = any_desk.released(entry)
    any_desk.world.revoke(any_desk.channel)

    any_desk.run(1, 60)
    during = (state(delivery), Account.objects.get().state)
    any_desk.world.revoke(any_desk.channel, revoked=False)
    resume_account(Account.objects.get(), by=any_desk.town.operator)
    any_desk.run(120, 125)

    assert during == ("waiting", AccountState.BROKEN)
    assert (state(delivery), len(any_desk.ours(entry))) == ("confirmed", 1)


def test_secrets_that_cannot_be_read_break_their_account_and_stop_nobody_else(desk, settings):
    entry = desk.asks()
    delivery = desk.released(entry)
    Account.objects.update(locked_secrets=b"not a lock of ours")

    desk.run(1)

    account = Account.objects.get()
    assert (state(delivery), account.state, desk.ours(entry)) == ("waiting", "broken", [])
    assert "RESONANZ_SECRET_KEY" in account.health_said


def test_replies_leave_in_the_order_of_their_release_in_one_conversation(desk):
    first, second = desk.asks("Eins?"), desk.asks("Zwei?")
    earlier = desk.released(first, "Antwort eins.")
    later = desk.released(second, "Antwort zwei.")
    Delivery.objects.filter(pk=earlier.pk).update(due_at=clock.now() + timedelta(minutes=10))

    desk.run(2)
    during = (state(earlier), state(later))
    desk.run(11, 14)

    assert during == ("waiting", "waiting")
    assert desk.ours(first)[0].id < desk.ours(second)[0].id


def test_an_uncertain_reply_holds_back_what_follows_it(keyless):
    first, second = keyless.asks("Eins?"), keyless.asks("Zwei?")
    earlier, later = keyless.released(first, "Antwort eins."), keyless.released(second, "Antwort zwei.")
    Delivery.objects.filter(pk=later.pk).update(conversation=earlier.conversation)
    Attempt.objects.create(delivery=earlier, number=1, outcome=Outcome.UNSURE)
    Delivery.objects.filter(pk=earlier.pk).update(state=DeliveryState.UNSURE, tries=99)

    keyless.run(2)

    assert (state(later), keyless.ours(second)) == ("waiting", [])


def test_the_budget_lets_only_so_many_leave_in_a_minute(desk):
    entries = [desk.asks(name=f"Person {number}") for number in range(5)]
    for entry in entries:
        desk.released(entry)
    set_budget(Account.objects.get(), per_minute=2, by=desk.town.operator)
    Budget.objects.update(used=0, since=clock.now())

    with clock.frozen(clock.now() + timedelta(minutes=2)):
        desk.run(0)
    first = sum(len(desk.ours(entry)) for entry in entries)
    desk.run(4, 6, 8)

    assert (first, sum(len(desk.ours(entry)) for entry in entries)) == (2, 5)


def test_a_reply_can_be_taken_back_before_it_leaves(desk):
    entry = desk.asks()
    delivery = desk.released(entry, "Um 9 Uhr.")

    draft = withdraw_delivery(delivery, by=desk.town.alice)
    desk.run(5)

    assert (state(delivery), desk.ours(entry)) == ("withdrawn", [])
    assert (draft.text, draft.state) == ("Um 9 Uhr.", DraftState.WRITING)


def test_what_was_only_postponed_can_still_be_taken_back(desk):
    entry = desk.asks()
    delivery = desk.released(entry)
    desk.world.faults.plan("square", "rate_limit", times=2)
    desk.run(1)

    withdraw_delivery(delivery, by=desk.town.alice)
    desk.run(60)

    assert (state(delivery), desk.ours(entry)) == ("withdrawn", [])


def test_what_has_left_cannot_be_taken_back(desk):
    delivery = desk.released(desk.asks())
    desk.run(1)

    with pytest.raises(LeftAlready):
        withdraw_delivery(delivery, by=desk.town.alice)


def test_strangers_to_the_queue_take_nothing_back(desk):
    delivery = desk.released(desk.asks())

    with pytest.raises(NotFound):
        withdraw_delivery(delivery, by=desk.town.charlie)


def unsure(desk):
    """A keyless reply of which nobody knows whether it was sent: it was not."""
    delivery = desk.released(desk.asks())
    Attempt.objects.create(delivery=delivery, number=1, started_at=clock.now(), outcome=Outcome.UNSURE)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.UNSURE)
    return delivery


def test_what_cannot_be_found_is_left_to_a_person(keyless):
    delivery = unsure(keyless)

    keyless.run(1, 3, 6, 10, 20, 40)

    assert state(delivery) == DeliveryState.UNSURE
    assert Delivery.objects.get().tries == 3


def test_a_look_that_did_not_reach_anybody_does_not_count(keyless):
    delivery = unsure(keyless)
    keyless.world.faults.plan("mastodon", "fail", times=-1)

    keyless.run(1, 3, 6, 10)

    assert (state(delivery), Delivery.objects.get().tries) == ("unsure", 0)


def test_a_key_is_not_used_again_before_the_platform_was_asked(desk):
    delivery = unsure(desk)
    desk.world.faults.plan("square", "fail", times=-1)
    desk.run(1, 3)
    during = state(delivery)
    desk.world.faults.lift()

    desk.run(5, 8, 11)

    assert (during, state(delivery)) == ("unsure", "confirmed")


def test_a_person_says_that_it_was_not_sent_and_it_leaves_once(keyless):
    delivery = unsure(keyless)

    say_not_sent(delivery, by=keyless.town.lead)
    keyless.run(1, 3)

    us = keyless.world.us("mastodon")
    assert (state(delivery), len(keyless.world.entries("author_id = ?", us.id))) == ("confirmed", 1)


def test_a_person_says_that_it_was_sent_and_nothing_leaves(keyless):
    delivery = unsure(keyless)

    say_sent(delivery, by=keyless.town.lead)
    keyless.run(1, 3)

    us = keyless.world.us("mastodon")
    assert (Delivery.objects.get().receipt.found, keyless.world.entries("author_id = ?", us.id)) == (True, [])
    assert delivery.target.__class__.objects.get(pk=delivery.target_id).coverage == Coverage.ANSWERED


def test_a_refused_reply_is_sent_again_when_a_person_says_so(desk):
    entry = desk.asks()
    delivery = desk.released(entry)
    Delivery.objects.update(state=DeliveryState.REFUSED, said="no")

    send_again(delivery, by=desk.town.lead)
    desk.run(1, 3)

    assert (state(delivery), len(desk.ours(entry))) == ("confirmed", 1)


def test_a_refused_reply_that_is_given_up_becomes_a_draft(desk):
    delivery = desk.released(desk.asks(), "Um 9 Uhr.")
    Delivery.objects.update(state=DeliveryState.REFUSED)

    draft = give_up(delivery, by=desk.town.lead)

    assert draft is not None
    assert draft.text == "Um 9 Uhr."
    with pytest.raises(Conflict):
        send_again(delivery, by=desk.town.lead)


@pytest.mark.parametrize("act", [say_sent, say_not_sent, send_again, give_up])
def test_only_who_resolves_sending_may_decide(desk, act):
    delivery = desk.released(desk.asks())

    for nobody in (desk.town.alice, desk.town.charlie, desk.town.editor, desk.town.operator):
        with pytest.raises(NotAllowed):
            act(delivery, by=nobody)


def test_the_tables_refuse_a_second_sending(desk):
    delivery = desk.released(desk.asks())
    Attempt.objects.create(delivery=delivery, number=1)

    for outcome in (Outcome.STARTED, Outcome.SENT, Outcome.UNSURE):
        with pytest.raises(IntegrityError), transaction.atomic():
            Attempt.objects.create(delivery=delivery, number=2, outcome=outcome)


def test_the_tables_refuse_a_second_delivery(desk):
    one = desk.released(desk.asks())
    copies = {"account": one.account, "conversation": one.conversation, "target": one.target, "content": one.content}

    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(approval=one.approval, key="other", content_hash="other", **copies)
    Delivery.objects.filter(pk=one.pk).update(key="first")
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(approval=one.approval, key="first", content_hash=one.content_hash, **copies)


def test_the_same_words_to_the_same_message_are_released_once(desk):
    target = desk.message_of(desk.asks())
    desk.released_for(target, "Um 9 Uhr.")

    with pytest.raises(SentAlready):
        desk.released_for(target, "Um 9 Uhr.")


def test_a_draft_is_released_once(desk):
    delivery = desk.released(desk.asks())

    with pytest.raises(Conflict):
        release_draft(
            delivery.approval.draft,
            content_hash=delivery.content_hash,
            words=words_hash(delivery.target),
            by=desk.town.lead,
        )
    with pytest.raises(Conflict):
        reject_draft(delivery.approval.draft, by=desk.town.lead, reason="no")
