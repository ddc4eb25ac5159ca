"""Whatever comes in, the others do not wait for it: it is kept, shown with its reason, and can be settled again."""

from datetime import timedelta

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.casework.ledger import balance
from resonanz.connectors.contract import Arrival as Raw
from resonanz.intake import settle as settling
from resonanz.intake.retry import retry_arrival, retry_unreadable
from resonanz.intake.settle import keep_raws, settle_due
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.kit.stored import MOST_TEXT
from resonanz.model.models import Account, Arrival, ArrivalState, Message
from tests import make
from tests.intake.square import Said
from tests.make import NOON

GOOD = [Said(id=number, version=number, text=f"Frage {number}?") for number in (1, 2)]


def event(**changed):
    found = orjson.loads(Said(id=77, version=77).body())
    found["entry"].update(changed)
    return found


POISON = {
    "nothing": b"",
    "not json": b"\x00\xff\xfe<html>",
    "truncated": Said(id=77, version=77).body()[:200],
    "a list": b"[1, 2]",
    "a number": b"7",
    "deep": b"[" * 900 + b"]" * 900,
    "no entry": b'{"verb": "add"}',
    "text is a number": orjson.dumps(event(text=7)),
    "no author": orjson.dumps(event(author=None)),
    "id of another world": orjson.dumps(event(id="../../etc/passwd")),
    "version too large": orjson.dumps(event(version=10**15)),
    "version below zero": orjson.dumps(event(version=-1)),
    "no zone": orjson.dumps(event(created_at="2026-11-23T12:00:00")),
    "no time": orjson.dumps(event(created_at="yesterday")),
    "lone surrogate": Said(id=77, version=77).body().replace(b"Linie", b"\\ud800"),
}


def settle(raws):
    with clock.frozen(NOON):
        keep_raws(Account.objects.get(name="Auenwerke", channel="square"), raws)
        settle_due()


@pytest.mark.parametrize("name", POISON)
def test_a_poisoned_arrival_is_kept_as_unreadable_and_stops_nobody(town, name):
    settle([GOOD[0].raw(), Raw("poison", POISON[name]), GOOD[1].raw()])

    poisoned = Arrival.objects.get(external_id="poison")
    assert (poisoned.state, bool(poisoned.why), bytes(poisoned.body)) == ("unreadable", True, POISON[name])
    assert Message.objects.count() == 2


@pytest.mark.parametrize("known", ["post", "poll"])
def test_what_the_square_does_that_is_no_message_is_counted_as_unsupported(town, known):
    settle([Raw("one", orjson.dumps(event(kind=known))), GOOD[0].raw()])

    assert Arrival.objects.get(external_id="one").state == ArrivalState.UNSUPPORTED


def test_five_megabytes_of_text_become_a_message_within_limits(town):
    settle([Said(id=5, version=5, text="ä" * 5_000_000).raw(), GOOD[0].raw()])

    assert len(Message.objects.get(native_id="sq-5").text) == MOST_TEXT


def test_zero_bytes_and_direction_overrides_do_not_reach_the_tables(town):
    body = Said(id=5, version=5, text="a\x00b\u202ec\u2066d", name="Ada\x00\u202e").body()
    body = body.replace(b"/square#sq-5", b"/square\\u0000#sq-5")

    settle([Raw("five", body)])

    message = Message.objects.get()
    assert (message.text, message.author.name, "\x00" in message.permalink) == ("abcd", "Ada", False)


def test_a_time_in_the_future_is_the_time_of_arrival(town):
    settle([Said(id=5, version=5, began=86_400 * 400).raw()])

    assert Message.objects.get().occurred_at == NOON


def test_a_time_before_all_calendars_is_the_time_of_arrival(town):
    body = Said(id=5, version=5).body().replace(b"2026-11-23T10:00:00Z", b"0001-01-01T00:00:00+14:00")

    settle([Raw("early", body)])

    assert (Message.objects.get().occurred_at, Message.objects.get().conversation.thread.posted_at) == (NOON, None)


def test_an_account_whose_connector_is_gone_stops_no_other(town):
    other = make.account("a channel that was uninstalled", queue=town.queue)
    with clock.frozen(NOON):
        keep_raws(other, [GOOD[0].raw()])

    settle([one.raw() for one in GOOD])

    assert Arrival.objects.get(account=other).state == ArrivalState.UNREADABLE
    assert Message.objects.count() == 2


@given(
    body=st.binary(max_size=300) | st.text(max_size=200).map(lambda text: orjson.dumps({"entry": text, "verb": text}))
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes_end_in_an_accounted_state(town, body):
    Arrival.objects.all().delete()

    settle([Raw("wild", body)])

    found = balance(NOON - timedelta(days=1), NOON + timedelta(days=1))
    assert (found.unaccounted, Arrival.objects.get().state) == (0, ArrivalState.UNREADABLE)


def test_an_unreadable_arrival_is_settled_again_by_who_may(town):
    settle([Raw("poison", b"")])
    poisoned = Arrival.objects.get()
    Arrival.objects.update(body=GOOD[0].body())

    with pytest.raises(NotAllowed):
        retry_arrival(poisoned, by=town.alice)
    with clock.frozen(NOON):
        retry_arrival(poisoned, by=town.operator)
        settle_due()

    assert Message.objects.get().native_id == "sq-1"
    with pytest.raises(Refused):
        retry_arrival(poisoned, by=town.operator)


def test_all_unreadable_arrivals_of_an_account_are_settled_again_after_a_mend(town):
    settle([Raw("one", b""), Raw("two", b"{")])
    other = make.account(queue=town.queue, name="Another")
    Arrival.objects.create(account=other, external_id="three", body=b"", state=ArrivalState.UNREADABLE)

    with pytest.raises(NotAllowed):
        retry_unreadable(Account.objects.exclude(pk=other.pk).get(), by=town.alice)
    count = retry_unreadable(Account.objects.exclude(pk=other.pk).get(), by=town.operator)

    assert (count, Arrival.objects.filter(state=ArrivalState.NEW).count()) == (2, 2)
    assert Arrival.objects.get(account=other).state == ArrivalState.UNREADABLE


def test_large_arrivals_are_settled_a_few_at_a_time(town, monkeypatch):
    monkeypatch.setattr(settling, "MOST_BYTES", 1)
    with clock.frozen(NOON):
        keep_raws(Account.objects.get(name="Auenwerke", channel="square"), [one.raw() for one in GOOD])

        assert [settle_due() for _ in range(3)] == [1, 1, 0]
