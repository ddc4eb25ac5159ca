"""The named filters: each takes out what it is for, and nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest

from resonanz.connectors.contract import Author, Incoming, Mark, Op, ThreadRef
from resonanz.intake.filters import judge
from resonanz.intake.retry import retry_arrival
from resonanz.intake.settle import keep_raws, settle_due
from resonanz.kit import clock
from resonanz.model.models import Arrival, Message
from tests.intake.square import US, Said
from tests.make import NOON

ORDINARY = Incoming(
    native_id="m-1",
    op=Op.UPSERT,
    version="1",
    occurred_at=NOON,
    author=Author("p-2", name="Ada"),
    text="Wann kommt die Linie 2?",
    thread=ThreadRef("t-1"),
    conversation="t-1:p-2",
)


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (Mark.OWN, "own_echo"),
        (Mark.BOUNCE, "bounce"),
        (Mark.OUT_OF_OFFICE, "out_of_office"),
        (Mark.AUTO_REPLY, "auto_reply"),
        (Mark.BULK, "bulk"),
    ],
)
def test_each_mark_has_its_filter(mark, name):
    verdict = judge(replace(ORDINARY, marks=frozenset({mark})))

    assert verdict is not None
    assert verdict.name == name


def test_an_ordinary_message_passes():
    assert judge(ORDINARY) is None


@pytest.mark.parametrize("text", ["", " \n\t", "\u00a0"])
def test_nothing_said_is_set_aside(text):
    verdict = judge(replace(ORDINARY, text=text))

    assert verdict is not None
    assert verdict.name == "empty"


def test_stars_alone_say_something():
    assert judge(replace(ORDINARY, text="", rating=1)) is None


def test_a_deletion_needs_no_text():
    assert judge(replace(ORDINARY, text="", op=Op.DELETE)) is None


def settle(town, *said):
    with clock.frozen(NOON):
        keep_raws(town.page, [one.raw() for one in said])
        settle_due()


def test_our_own_post_is_no_message(town):
    settle(town, Said(id=1, author=US))

    assert (Arrival.objects.get().state, Arrival.objects.get().why) == ("filtered", "own_post")
    assert Message.objects.count() == 0


def test_the_echo_of_what_is_known_is_set_aside(town):
    question = Said(id=1)
    answer = Said(id=2, author=US, answers=question, version=2, at=5, began=5)

    settle(town, question, answer)
    with clock.frozen(NOON):
        keep_raws(town.page, [answer.raw(1)])
        settle_due()

    assert [one.why for one in Arrival.objects.order_by("pk")] == ["", "answered_natively", "own_echo"]
    assert Message.objects.filter(direction="out").count() == 1


def test_what_a_filter_set_aside_comes_in_past_the_filters_when_a_person_asks(town):
    settle(town, Said(id=1, text=" "))
    arrival = Arrival.objects.get()

    with clock.frozen(NOON + timedelta(minutes=1)):
        retry_arrival(arrival, by=town.operator)
        settle_due()

    assert (arrival.state, Message.objects.get().native_id) == ("filtered", "sq-1")
