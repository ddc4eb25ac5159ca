"""Being asked to wait: whom it concerns, and when a person is told."""

from itertools import pairwise

import pytest

from resonanz.model.models import Attempt, Budget, Delivery, DeliveryState, Outcome
from resonanz.outbox.outcome import MOST_TRIES
from resonanz.outbox.resolve import send_again

PEOPLE = ["ada@post.auental.example", "ben@post.auental.example", "cem@post.auental.example"]
NEVER = "spaeter@post.auental.example"
QUARTERS = range(15, 24 * 60, 15)


def state(delivery):
    return Delivery.objects.get(pk=delivery.pk).state


def test_a_recipient_that_is_put_off_for_ever_stops_nobody_else_and_becomes_a_problem(post):
    bad = post.released_for(post.writes(NEVER), "Oben links.")
    good = [post.released_for(post.writes(who), "Unten rechts.") for who in PEOPLE]

    post.run(1)
    at_once = [state(one) for one in good]
    post.run(*QUARTERS)

    assert at_once == [DeliveryState.SENT] * 3
    assert [post.got(who) for who in PEOPLE] == [1, 1, 1]
    assert [Delivery.objects.problems().get(), bad.attempts.count(), post.got(NEVER)] == [bad, MOST_TRIES, 0]
    assert "450" in Delivery.objects.get(pk=bad.pk).said


def test_one_recipients_later_holds_nothing_of_the_account(post):
    post.released_for(post.writes(NEVER), "Oben links.")

    post.run(1)

    assert Budget.objects.get(account=post.account).held_until is None


def test_the_pauses_for_one_recipient_grow_and_end_within_a_working_day(post):
    bad = post.released_for(post.writes(NEVER), "Oben links.")

    post.run(*range(1, 24 * 60))

    begun = list(bad.attempts.values_list("started_at", flat=True))
    pauses = [(after - before).total_seconds() // 60 for before, after in pairwise(begun)]
    assert pauses == sorted(pauses)
    assert (pauses[0] <= 6, pauses[-1] <= 61, 2 < (begun[-1] - begun[0]).total_seconds() / 3600 < 8) == (True,) * 3


def test_what_follows_in_the_same_conversation_waits_its_turn(post):
    first, second = post.writes(NEVER), post.writes(PEOPLE[0])
    bad, after = post.released_for(first, "Oben links."), post.released_for(second, "Und danach.")
    Delivery.objects.filter(pk=after.pk).update(conversation=bad.conversation)

    post.run(1, 20)

    assert (state(after), post.got(PEOPLE[0])) == ("waiting", 0)


def test_an_account_that_must_wait_for_half_a_day_is_said(desk):
    entry = desk.asks()
    delivery = desk.released(entry)
    desk.world.faults.plan("square", "rate_limit", times=-1, seconds=60)

    desk.run(*range(1, 11 * 60, 15))
    before = state(delivery)
    desk.run(*range(11 * 60, 15 * 60, 15))

    assert (before, Delivery.objects.problems().get(), desk.ours(entry)) == ("waiting", delivery, [])


def test_who_sends_again_after_half_a_day_has_half_a_day_again(desk):
    delivery = desk.released(desk.asks())
    desk.world.faults.plan("square", "rate_limit", times=-1, seconds=60)
    desk.run(*range(1, 15 * 60, 15))

    Delivery.objects.update(due_at=delivery.due_at)
    send_again(delivery, by=desk.town.lead)
    desk.run(15 * 60, 16 * 60)

    assert state(delivery) == DeliveryState.WAITING


def test_after_a_pause_of_the_account_another_reply_goes_first(desk):
    entries = [desk.asks(name=f"Person {number}") for number in range(3)]
    for entry in entries:
        desk.released(entry)
    desk.world.faults.plan("square", "rate_limit", times=2, seconds=600)  # the look, and the send
    desk.run(1)

    desk.run(12)

    limited = Attempt.objects.get(outcome=Outcome.LATER).delivery
    sent = Attempt.objects.filter(outcome=Outcome.SENT).order_by("started_at").values_list("delivery", flat=True)
    assert (len(sent), sent[0] == limited.pk) == (3, False)


@pytest.mark.parametrize("times", [1, 3])
def test_a_reply_alone_that_was_told_to_wait_leaves_when_it_may(desk, times):
    entry = desk.asks()
    delivery = desk.released(entry)
    desk.world.faults.plan("square", "rate_limit", times=times, seconds=60)

    desk.run(1, 5, 10, 15, 20, 25)

    assert (state(delivery), len(desk.ours(entry))) == ("confirmed", 1)
