"""How a case is read: its own words in the middle, our answers beneath what they answer."""

from datetime import timedelta

import pytest

from resonanz.casework.story import story
from resonanz.kit import clock
from resonanz.model.models import Attempt, Conversation, DeliveryState, Direction, FormerText, Message, Outcome
from resonanz.outbox.withdraw import withdraw_delivery
from tests import make
from tests.outbox.conftest import address, desk, world

__all__ = ["address", "desk", "world"]


def beside(town, asks: Message, minutes: int, **fields):
    who = make.identity(make.stranger(), "square", f"u{minutes}", "Jemand")
    name = f"beside-{minutes}"
    talk = Conversation.objects.create(account=town.page, native_id=name, thread=asks.conversation.thread, identity=who)
    at = asks.occurred_at + timedelta(minutes=minutes)
    return make.message(talk, f"{minutes}", occurred_at=at, **fields)


def said(talk):
    return [(line.kind, line.text) for line in talk.lines]


def test_our_answer_stands_beneath_its_message_however_many_spoke_in_between(town):
    case = make.case(town, text="Wann?")
    asks = Message.objects.get()
    for minutes in range(1, 9):
        beside(town, asks, minutes)
    make.message(
        asks.conversation, "Um 9.", direction=Direction.OUT, coverage="", author=None, parent_native_id=asks.native_id,
        occurred_at=asks.occurred_at + timedelta(hours=1),
    )  # fmt: skip

    talk = story(case, asks.pk, 2)[0]

    assert said(talk) == [("customer", "Wann?"), ("ours", "Um 9."), ("other", "1"), ("other", "2")]
    assert (talk.earlier, talk.later) == (0, 6)
    assert [line.is_beneath for line in talk.lines] == [False, True, False, False]


def test_what_is_on_its_way_stands_beneath_its_message_too(town, desk):
    asks = desk.asks()
    delivery = desk.released(asks)
    case = delivery.conversation.case

    talk = story(case, delivery.target_id)[0]

    assert [line.kind for line in talk.lines] == ["customer", "pending"]
    assert talk.lines[1].may_be_taken_back


@pytest.mark.parametrize(
    ("outcome", "may"), [("later", True), ("refused", True), ("not_sent", True), ("unsure", False), ("sent", False)]
)
def test_what_was_tried_may_be_taken_back_exactly_where_nothing_can_have_left(town, desk, outcome, may):
    delivery = desk.released(desk.asks())
    Attempt.objects.create(delivery=delivery, number=1, outcome=Outcome(outcome), ended_at=clock.now())
    delivery.tries = 1
    delivery.save()

    offered = story(delivery.conversation.case)[0].lines[-1].may_be_taken_back

    assert offered is may
    if may:
        withdraw_delivery(delivery, by=town.alice)
        delivery.refresh_from_db()
        assert delivery.state == DeliveryState.WITHDRAWN


def test_a_private_talk_stays_in_the_order_of_time(town):
    case = make.case(town)
    asks = Message.objects.get()
    Message.objects.update(visibility="private")
    for n, text in enumerate(("Und?", "Hallo?"), start=1):
        make.message(asks.conversation, text, visibility="private", occurred_at=asks.occurred_at + timedelta(hours=n))
    make.message(
        asks.conversation, "Um 9.", direction=Direction.OUT, coverage="", author=None, visibility="private",
        parent_native_id=asks.native_id, occurred_at=asks.occurred_at + timedelta(hours=3),
    )  # fmt: skip

    talk = story(case)[0]

    assert [text for _kind, text in said(talk)] == [asks.text, "Und?", "Hallo?", "Um 9."]


def test_a_former_text_is_told_only_where_it_differs_from_the_present_one(town):
    case = make.case(town, text="Wann?")
    message = Message.objects.get()
    for version, text in enumerate(("Wann?", "Wo?", "Wo?")):
        FormerText.objects.create(message=message, version=str(version), text=text)

    assert story(case)[0].lines[0].former_texts == ["Wo?"]
