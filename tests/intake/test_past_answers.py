"""Our own past answers settle in batches: as many statements for fifty as for five, chains of answers included."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resonanz.intake.settle import keep_raws, settle_due
from resonanz.kit import clock
from resonanz.model.models import ArrivalState, Direction, Message
from tests.intake.square import US, Said
from tests.make import NOON

pytestmark = pytest.mark.django_db


def history(first, count):
    """So many questions, each answered by us, and our answer followed by a second one of ours."""
    for number in range(first, first + 3 * count, 3):
        asked = Said(id=number, version=number, began=number, at=number)
        answer = Said(
            id=number + 1, version=number + 1, author=US, answers=asked, began=number + 1, at=number + 1, text="Um 9."
        )
        more = Said(
            id=number + 2, version=number + 2, author=US, answers=answer, began=number + 2, at=number + 2, text="Ab 1."
        )
        yield from (more, asked, answer)


def settled(town, said):
    keep_raws(town.page, [one.raw() for one in said])
    with CaptureQueriesContext(connection) as statements:
        settle_due()
    return len([one for one in statements.captured_queries if not one["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_fifty_past_answers_take_as_many_statements_as_five(town):
    with clock.frozen(NOON):
        settled(town, history(1, 1))

        few, many = settled(town, history(1000, 5)), settled(town, history(2000, 50))

    assert many == few


def test_an_answer_to_our_own_answer_of_the_same_batch_finds_its_conversation(town):
    with clock.frozen(NOON):
        settled(town, history(1, 1))

    question, *ours = Message.objects.order_by("occurred_at")

    assert [message.direction for message in ours] == [Direction.OUT, Direction.OUT]
    assert {message.conversation_id for message in ours} == {question.conversation_id}
    assert question.coverage == "answered_natively"


def test_an_echo_and_its_edit_in_one_batch_end_as_the_newest_text(town):
    asked = Said(id=1, version=1)
    answer = Said(id=2, version=2, author=US, answers=asked, at=9, began=9, text="Um 9.")

    with clock.frozen(NOON):
        settled(town, [asked, answer, answer.then("edit", 3, 20, "Um 10."), answer])

    message = Message.objects.get(direction=Direction.OUT)
    assert (message.text, list(message.former_texts.values_list("text", flat=True))) == ("Um 10.", ["Um 9."])
    assert not message.arrival.__class__.objects.filter(state=ArrivalState.NEW).exists()
