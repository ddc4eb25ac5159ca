"""Answered is who got an answer: what does not leave, or comes back, opens all that it would have settled."""

from datetime import timedelta

import pytest

from resonanz.casework.close import NothingSent, close_case
from resonanz.connectors.email.post import message_id
from resonanz.kit import clock
from resonanz.model.models import Attempt, Case, CloseReason, Coverage, Delivery, DeliveryState, Event, Message, Outcome
from resonanz.outbox.confirm import bounced
from resonanz.outbox.resolve import give_up, say_sent
from resonanz.outbox.withdraw import withdraw_delivery
from resonanz.sandbox import seeds


def answered(desk, case):
    return close_case(Case.objects.get(pk=case.pk), by=desk.town.alice, reason=CloseReason.ANSWERED)


def stands():
    """The case and each word of the customer, in order."""
    said = Message.objects.inbound().order_by("occurred_at", "pk")
    return Case.objects.get().state, list(said.values_list("coverage", flat=True))


def taken_back(desk, delivery, entry):
    withdraw_delivery(delivery, by=desk.town.alice)


def refused(desk, delivery, entry):
    with clock.shifted(timedelta(seconds=5)):
        desk.world.edit(entry, entry.text + " Und warum?")
    desk.run(1)
    assert Delivery.objects.get().state == DeliveryState.REFUSED


def put_aside(desk, delivery, entry):
    Attempt.objects.create(delivery=delivery, number=1, outcome=Outcome.UNSURE)
    Delivery.objects.update(state=DeliveryState.UNSURE)
    give_up(delivery, by=desk.town.lead)


@pytest.mark.parametrize("end", [taken_back, refused, put_aside])
def test_a_case_closed_as_answered_is_open_again_where_the_reply_does_not_leave(desk, end):
    entry = desk.asks()
    delivery = desk.released(entry)
    case = answered(desk, delivery.conversation.case)
    during = stands()

    end(desk, delivery, entry)

    assert (during, stands()) == (("closed", ["answered"]), ("open", ["open"]))
    assert Case.objects.get().waiting_since == delivery.target.occurred_at
    assert Event.objects.get(kind="case.reopened").told == {"was": case.close_reason}


def test_a_case_closed_as_answered_stays_closed_where_the_reply_leaves(desk):
    delivery = desk.released(desk.asks())
    answered(desk, delivery.conversation.case)

    desk.run(1, 3)

    assert stands() == ("closed", ["answered"])


def test_what_another_reply_answers_stays_answered(desk):
    desk.released(desk.asks("Eins?"))
    second = desk.released(desk.asks("Zwei?"), "Und um 9 Uhr.")
    answered(desk, second.conversation.case)

    withdraw_delivery(second, by=desk.town.alice)

    assert stands() == ("open", ["answered", "open"])


def test_a_new_question_is_not_answered_by_an_earlier_reply(desk):
    delivery = desk.released(desk.asks("Eins?"))
    desk.run(1)
    with clock.shifted(timedelta(minutes=2)):
        desk.message_of(desk.asks("Zwei?"))

        with pytest.raises(NothingSent):
            answered(desk, delivery.conversation.case)

    assert stands() == ("open", ["answered", "open"])


def test_a_bounce_opens_all_that_the_reply_had_answered(desk):
    for text in ("Eins?", "Zwei?"):
        desk.message_of(desk.asks(text))
    delivery = desk.released(desk.asks("Drei?"))
    desk.run(1)
    answered(desk, delivery.conversation.case)
    before = stands()

    bounced(desk.account, about=Delivery.objects.get().receipt.native_id, why="no such mailbox")

    assert (before, stands()) == (("closed", ["answered"] * 3), ("open", ["open"] * 3))


@pytest.mark.parametrize(
    ("gone", "becomes"),
    [({"deleted_at": clock.now()}, Coverage.WITHDRAWN), ({"hidden_at": clock.now()}, Coverage.HIDDEN)],
)
def test_what_is_gone_from_the_platform_does_not_wait_again(desk, gone, becomes):
    delivery = desk.released(desk.asks())
    answered(desk, delivery.conversation.case)
    Message.objects.filter(pk=delivery.target_id).update(**gone)

    withdraw_delivery(delivery, by=desk.town.alice)

    assert stands() == ("closed", [becomes])


def test_a_second_bounce_after_giving_up_is_a_sending_problem_again(desk):
    delivery = desk.released(desk.asks())
    desk.run(1)
    about = Delivery.objects.get().receipt.native_id
    bounced(desk.account, about=about, why="no such mailbox")
    give_up(delivery, by=desk.town.lead)
    between = Delivery.objects.problems().count()

    bounced(desk.account, about=about, why="the mailbox is gone")

    problem = Delivery.objects.problems().get()
    assert (between, problem.said, problem.resolved_by) == (0, "the mailbox is gone", None)


@pytest.mark.parametrize("decided", [say_sent, give_up, None])
def test_a_mail_of_which_nobody_knew_its_id_comes_back_as_a_sending_problem(post, decided):
    delivery = post.released_for(post.writes("Ada <ada@kunde.example>"), "Unten rechts.")
    Attempt.objects.create(delivery=delivery, number=1, started_at=clock.now(), outcome=Outcome.UNSURE)
    Delivery.objects.update(state=DeliveryState.UNSURE)
    if decided:
        decided(delivery, by=post.town.lead)
    about = message_id(delivery.key, seeds.MAIL_ADDRESS)

    for _ in range(2):
        bounced(post.account, about=about, why="no such mailbox")

    problem = Delivery.objects.problems().get()
    assert (problem.state, problem.said, problem.receipt.native_id) == ("refused", "no such mailbox", about)
    assert stands() == ("open", ["open"])
    assert Message.objects.filter(direction="out").count() == 1


def test_a_bounce_of_a_mail_that_is_not_ours_changes_nothing(post):
    delivery = post.released_for(post.writes("Ada <ada@kunde.example>"), "Unten rechts.")
    Delivery.objects.update(state=DeliveryState.UNSURE)

    assert bounced(post.account, about="<other@auental.example>", why="no such mailbox") is None
    assert Delivery.objects.get(pk=delivery.pk).state == DeliveryState.UNSURE
