"""A case is closed while a reply is on its way: who was answered counts as answered, and no draft lives where nobody
looks.
"""

import pytest

from resonanz.casework.close import close_case, reopen_case
from resonanz.compose.draft import open_draft
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Attempt, Case, CloseReason, Delivery, DeliveryState, Draft, Message, Outcome
from resonanz.outbox.resolve import give_up
from resonanz.outbox.withdraw import withdraw_delivery

OTHERS = [CloseReason.NO_ANSWER, CloseReason.SPAM, CloseReason.ELSEWHERE]


def closed(desk, case, reason=CloseReason.NO_ANSWER):
    return close_case(Case.objects.get(pk=case.pk), by=desk.town.alice, reason=reason)


def stands():
    """The case, each word of the customer in order, and how many drafts live."""
    said = Message.objects.inbound().order_by("occurred_at", "pk")
    return Case.objects.get().state, list(said.values_list("coverage", flat=True)), Draft.objects.alive().count()


@pytest.mark.parametrize("reason", OTHERS)
def test_what_a_reply_on_its_way_answers_is_answered_whatever_the_reason_for_closing(desk, reason):
    delivery = desk.released(desk.asks("Eins?"))
    closed(desk, delivery.conversation.case, reason)
    before = stands()

    desk.run(1)

    assert Delivery.objects.get().state in {DeliveryState.SENT, DeliveryState.CONFIRMED}
    assert (before, stands()) == (("closed", ["answered"], 0), ("closed", ["answered"], 0))


def test_what_came_after_the_reply_gets_the_reason_for_closing(desk):
    delivery = desk.released(desk.asks("Eins?"))
    desk.message_of(desk.asks("Zwei?"))

    closed(desk, delivery.conversation.case)

    assert stands() == ("closed", ["answered", "no_answer"], 0)


@pytest.mark.parametrize("reason", OTHERS)
def test_taking_the_reply_back_opens_the_case_with_the_draft(desk, reason):
    delivery = desk.released(desk.asks("Eins?"))
    closed(desk, delivery.conversation.case, reason)

    withdraw_delivery(delivery, by=desk.town.alice)

    assert stands() == ("open", ["open"], 1)


def test_taking_back_a_second_reply_opens_the_case_though_the_first_has_answered(desk):
    entry = desk.asks("Eins?")
    desk.released(entry, "Um 8 Uhr.")
    second = desk.released_for(desk.message_of(entry), "Und um 9 Uhr.")
    closed(desk, second.conversation.case, CloseReason.ANSWERED)

    withdraw_delivery(second, by=desk.town.alice)

    assert stands() == ("open", ["answered"], 1)


def test_a_sending_problem_given_up_after_the_case_was_closed_leaves_no_draft(desk):
    delivery = desk.released(desk.asks("Eins?"))
    Attempt.objects.create(delivery=delivery, number=1, outcome=Outcome.REFUSED)
    Delivery.objects.update(state=DeliveryState.REFUSED)
    closed(desk, delivery.conversation.case)

    draft = give_up(delivery, by=desk.town.lead)

    assert (draft, stands()) == (None, ("closed", ["no_answer"], 0))


def test_reopening_leaves_answered_what_a_reply_on_its_way_answers(desk):
    delivery = desk.released(desk.asks("Eins?"))
    desk.message_of(desk.asks("Zwei?"))
    closed(desk, delivery.conversation.case)

    reopen_case(Case.objects.get(), by=desk.town.alice)

    assert stands() == ("open", ["answered", "open"], 0)


def test_nobody_begins_a_draft_in_a_closed_case(desk):
    target = desk.message_of(desk.asks("Eins?"))
    closed(desk, target.conversation.case)

    with pytest.raises(Refused):
        open_draft(target.conversation.case, target=target, by=desk.town.bob)

    assert Draft.objects.count() == 0


def test_what_is_gone_leaves_the_case_closed_and_no_draft(desk):
    delivery = desk.released(desk.asks("Eins?"))
    closed(desk, delivery.conversation.case)
    Message.objects.filter(pk=delivery.target_id).update(deleted_at=clock.now())

    draft = withdraw_delivery(Delivery.objects.get(), by=desk.town.alice)

    assert (draft, stands()) == (None, ("closed", ["withdrawn"], 0))
