"""What comes late: a slow sender's end changes nothing that was decided meanwhile; a customer's edit that was settled
before we sent keeps the reply back, one before the release is read first.
"""

from datetime import timedelta

import pytest

from resonanz.compose.approve import WordsChanged, release_draft
from resonanz.compose.draft import open_draft, preview, save_draft, words_hash
from resonanz.connectors.contract import OutcomeUnclear, RateLimited, Rejected
from resonanz.kit import clock
from resonanz.model.models import Attempt, Delivery, DeliveryState, Message, Outcome
from resonanz.outbox.deliver import _failed, _start, _sweep
from resonanz.outbox.resolve import give_up, say_sent


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
