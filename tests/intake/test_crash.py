"""The worker is killed at every step between the platform and the inbox: nothing is lost, nothing comes twice."""

from datetime import timedelta

import orjson
import pytest

from resonanz.casework.ledger import balance
from resonanz.connectors.contract import Arrival as Raw
from resonanz.intake.envelopes import take_hook
from resonanz.kit import clock
from resonanz.model.models import (
    Account,
    Arrival,
    ArrivalState,
    Case,
    Coverage,
    Cursor,
    Envelope,
    FormerText,
    Message,
    Reading,
)
from resonanz.sandbox import World, seeds, serving
from resonanz.work.loop import run_once
from resonanz.work.stations import LOOPS
from tests.crash import dies_at, own_file
from tests.intake.square import Said

MOST_STEPS = 400
FLOW = [station for station in LOOPS["flow"] if station.name in {"open", "settle", "read", "queue"}]
STATIONS = [*LOOPS["collect"], *FLOW]


@pytest.fixture
def world():
    one = World(":memory:")
    yield one
    one.close()


@pytest.fixture
def house(db, tmp_path):
    with own_file(tmp_path / "house.sqlite3"):
        yield


@pytest.fixture
def fed(house, town, world):
    """An account at a square where people have spoken."""
    from resonanz.accounts.access import vault

    with serving(world) as address:
        Account.objects.update(
            settings={"base_url": address}, locked_secrets=vault().lock({"token": seeds.SQUARE_TOKEN})
        )
        Cursor.objects.create(account=Account.objects.get(), due_at=clock.now())
        yield town


def speak(world, post, number):
    """Two people speak, one of them thinks again: two messages, one former text."""
    for name in ("Ada", "Bea"):
        who = world.join("square", f"{name} {number}")
        entry = world.write(who, f"Frage {number}?", kind="comment", parent=post, answers=post)
    world.edit(entry, f"Frage {number}, bitte?")


def step_once():
    run_once(STATIONS)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_step_of_intake_loses_and_doubles_nothing(fed, world):
    post = world.write(world.us("square"), "Störung im Netz Süd", kind="post")
    ends, step, killed = [], 0, True
    while killed and step < MOST_STEPS:
        step += 1
        ahead = timedelta(hours=step)
        with clock.shifted(ahead):
            speak(world, post, step)
            killed = dies_at(step, step_once)
        with clock.shifted(ahead + timedelta(minutes=6)):
            step_once()
            step_once()
        ends.append((Message.objects.filter(state="queued").count(), Case.objects.count(), FormerText.objects.count()))

    assert ends == [(2 * n, 2 * n, n) for n in range(1, step + 1)]
    assert (killed, step > 40) == (False, True)
    assert Arrival.objects.filter(state=ArrivalState.NEW).count() == 0
    assert Reading.objects.count() == 2 * step
    found = balance(clock.now() - timedelta(days=1), clock.now() + timedelta(days=99))
    assert (found.unaccounted, found.open) == (0, Message.objects.filter(coverage=Coverage.OPEN).count())


@pytest.mark.django_db(transaction=True)
def test_what_was_pushed_survives_a_death_at_any_step_of_opening_and_settling(house, town):
    account, ends, step, killed = Account.objects.get(), [], 0, True
    while killed and step < MOST_STEPS:
        step += 1
        said = [Said(id=2 * step + n, author=2 * step + n) for n in (0, 1)]
        body = orjson.dumps({"events": [orjson.loads(one.body()) for one in said]})
        with clock.shifted(timedelta(hours=step)):
            killed = dies_at(step, lambda body=body: (take_hook(account, Raw("", body)), run_once(FLOW)))
        with clock.shifted(timedelta(hours=step, minutes=6)):
            take_hook(account, Raw("", body))  # what was not answered is pushed again
            run_once(FLOW)
            run_once(FLOW)
        ends.append((Message.objects.filter(state="queued").count(), Case.objects.count(), Envelope.objects.count()))

    assert ends == [(2 * n, 2 * n, 0) for n in range(1, step + 1)]
    assert (killed, step > 20) == (False, True)
    assert Arrival.objects.count() == 2 * step
