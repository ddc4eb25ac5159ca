"""What comes late: a slow sender's end changes nothing that was decided meanwhile; a customer's edit that was settled
before we sent keeps the reply back, one before the release is read first.
"""

from datetime import timedelta

import pytest

from resonanz.compose.approve import WordsChanged, release_draft
from resonanz.compose.draft import open_draft, preview, save_draft, words_hash
from resonanz.connectors.contract import OutcomeUnclear, RateLimited, Receipt, Rejected
from resonanz.kit import clock
from resonanz.model.models import Attempt, Delivery, DeliveryState, Event, Message, Outcome
from resonanz.outbox.deliver import _failed, _sent, _start, _sweep
from resonanz.outbox.late import AFTER_ALL
from resonanz.outbox.resolve import give_up, say_not_sent, say_sent


def slow(desk):
    """A reply whose sender took so long that it was given up as uncertain."""
    delivery = desk.released(desk.asks())
    Delivery.objects.filter(pk=delivery.pk).update(claimed_until=clock.now())
    attempt = _start(Delivery.objects.get())
    with clock.shifted(timedelta(minutes=5)):
        _sweep()
    return attempt


def test_the_late_end_of_a_slow_sender_does_not_send_again_what_a_person_saw_sent(desk):
    attempt = slow(desk)
    say_sent(Delivery.objects.get(), by=desk.town.lead)

    _failed(attempt, RateLimited("wait", retry_after=1))

    assert Delivery.objects.get().state == DeliveryState.SENT
    assert Attempt.objects.get().outcome == Outcome.SENT


def test_the_late_end_of_a_slow_sender_does_not_bring_back_what_was_put_aside(desk):
    attempt = slow(desk)
    give_up(Delivery.objects.get(), by=desk.town.lead)

    _failed(attempt, OutcomeUnclear("gone"))

    assert Delivery.objects.problems().count() == 0


def overtaken(desk):
    """A slow sender's try that somebody said was not sent, and the next one that is on its way."""
    slow_one = slow(desk)
    say_not_sent(Delivery.objects.get(), by=desk.town.lead)
    return slow_one, _start(Delivery.objects.get())


def journaled():
    kinds = Event.objects.filter(kind__startswith="delivery.").order_by("pk").values_list("kind", flat=True)
    return [kind.removeprefix("delivery.") for kind in kinds][2:]  # released and uncertain, as always


def receipt(number=1):
    return Receipt(f"sq-{900 + number}", clock.now())


def stands():
    """The reply, its tries, its proof, and how often we said it."""
    one = Delivery.objects.get()
    outcomes = list(one.attempts.values_list("outcome", flat=True))
    return one.state, outcomes, one.receipt.native_id, Message.objects.filter(direction="out").count()


def test_the_late_receipt_of_an_overtaken_sender_is_kept_and_the_next_try_s_own_receipt_too(desk):
    first, second = overtaken(desk)

    _sent(first, receipt())
    between = stands()
    _sent(second, receipt())

    assert between == ("sent", ["not_sent", "started"], "sq-901", 1)
    assert stands() == ("sent", ["not_sent", "sent"], "sq-901", 1)
    assert journaled() == ["said_not_sent", "sent_after_all", "sent"]
    assert Attempt.objects.get(pk=first.pk).said == AFTER_ALL


def test_what_stands_there_twice_in_truth_is_shown_twice_and_journaled(desk):
    first, second = overtaken(desk)

    _sent(second, receipt(2))
    _sent(first, receipt(1))

    assert stands() == ("sent", ["not_sent", "sent"], "sq-902", 2)
    assert Delivery.objects.get().message.native_id == "sq-902"
    assert journaled() == ["said_not_sent", "sent", "sent_twice"]


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(OutcomeUnclear("gone"), "unsure"), (Rejected("no"), "refused"), (RateLimited("wait", retry_after=1), "refused")],
)
def test_however_the_next_try_ends_the_reply_that_was_sent_after_all_stays_sent(desk, error, outcome):
    first, second = overtaken(desk)
    _sent(first, receipt())

    _failed(second, error)
    desk.run(1, 20)

    assert stands() == ("sent", ["not_sent", outcome], "sq-901", 1)


def test_the_late_receipt_is_proof_for_a_next_try_that_became_uncertain(desk):
    first, second = overtaken(desk)
    _failed(second, OutcomeUnclear("gone"))

    _sent(first, receipt())

    assert stands() == ("sent", ["not_sent", "unsure"], "sq-901", 1)


def test_the_late_receipt_of_what_a_person_saw_sent_names_its_own_id(desk):
    attempt = slow(desk)
    say_sent(Delivery.objects.get(), by=desk.town.lead)

    _sent(attempt, receipt())

    assert stands() == ("sent", ["sent"], "sq-901", 1)


def test_the_late_but_certain_refusal_of_an_uncertain_reply_decides_it(desk):
    attempt = slow(desk)

    _failed(attempt, Rejected("no"))

    assert Delivery.objects.get().state == DeliveryState.REFUSED


def test_an_edit_that_was_settled_before_we_sent_brings_the_reply_back(desk):
    entry = desk.asks()
    desk.released(entry)
    with clock.shifted(timedelta(seconds=5)):
        desk.world.edit(entry, entry.text + " Und warum?")
        desk.comes_in()

    desk.run(1)

    found = Delivery.objects.get()
    assert (found.state, desk.ours(entry)) == (DeliveryState.REFUSED, [])
    assert found.said == "The customer has changed the message since the reply was released."


def test_an_edit_that_was_settled_between_looking_and_releasing_refuses_the_release(desk):
    entry = desk.asks()
    target = desk.message_of(entry)
    draft = open_draft(target.conversation.case, target=target, by=desk.town.alice)
    draft = save_draft(draft, text="Um 9 Uhr.", revision=draft.revision, by=desk.town.alice)
    looked_at = {"content_hash": preview(draft).content_hash, "words": words_hash(target)}
    with clock.shifted(timedelta(seconds=5)):
        desk.world.edit(entry, entry.text + " Und warum?")
        desk.comes_in()

    with pytest.raises(WordsChanged):
        release_draft(draft, **looked_at, by=desk.town.lead)
    again = release_draft(draft, **looked_at | {"words": words_hash(Message.objects.get())}, by=desk.town.lead)

    assert list(Delivery.objects.all()) == [again]


def test_an_edit_before_the_release_keeps_nothing_back(desk):
    entry = desk.asks()
    desk.message_of(entry)
    with clock.shifted(timedelta(seconds=5)):
        desk.world.edit(entry, entry.text + " Und warum?")
        desk.comes_in()
    with clock.shifted(timedelta(seconds=20)):
        desk.released(entry)

    desk.run(1)

    assert len(desk.ours(entry)) == 1
