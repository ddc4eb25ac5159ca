"""Queues that give their cases out: fairly, to who is there and has room, in the team's hours; and who is away."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections

from resonanz.casework.absence import be_seen, come_back, go_away, set_capacity
from resonanz.casework.assign import assign_case
from resonanz.casework.hours import is_there, kept_days, kept_hours, span_of
from resonanz.casework.spread import spread_due
from resonanz.casework.team import change_queue, change_team
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import Agent, Case, Event, Queue, Team
from tests import make

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # 13:00 in Berlin


@pytest.fixture
def shift(town):
    """Alice and Bob at their desks on a Monday noon; the red team's queue gives out."""
    Queue.objects.filter(pk=town.queue.pk).update(spread="round")
    with clock.frozen(MONDAY):
        for one in (town.alice, town.bob):
            be_seen(one)
        yield town


def cases(town, count, **fields):
    made = []
    for _n in range(count):
        made.append(
            make.case(
                town, who=make.identity(make.stranger(), "square", f"s{len(made)}-{_n}-{id(made)}", "S"), **fields
            )
        )
    return made


def held():
    return {one.name.split()[0]: one.cases.count() for one in Agent.objects.order_by("pk") if one.cases.exists()}


def test_cases_go_round_evenly_and_each_gift_is_journaled(shift):
    cases(shift, 5)

    given = spread_due()

    assert (given, held()) == (5, {"Alice": 3, "Bob": 2})
    assert Event.objects.filter(kind="case.spread", by=None).count() == 5


def test_a_queue_that_does_not_give_out_leaves_its_cases_free(shift):
    Queue.objects.update(spread="")
    cases(shift, 2)

    assert (spread_due(), held()) == (0, {})


def test_nobody_gets_more_than_their_capacity_and_the_rest_waits(shift):
    set_capacity(shift.alice, capacity=1, by=shift.lead)
    set_capacity(shift.bob, capacity=2, by=shift.lead)
    cases(shift, 6)

    assert (spread_due(), spread_due(), held()) == (3, 0, {"Alice": 1, "Bob": 2})


def test_the_most_urgent_are_given_first(shift):
    set_capacity(shift.alice, capacity=1, by=shift.lead)
    set_capacity(shift.bob, capacity=0, by=shift.lead)
    cases(shift, 1, urgency=0)
    (danger,) = cases(shift, 1, urgency=3)

    spread_due()

    assert list(shift.alice.cases.all()) == [danger]


def test_who_is_away_not_at_the_desk_of_another_team_or_only_reads_gets_none(shift):
    go_away(shift.alice, until=MONDAY + timedelta(days=1), by=shift.alice)
    Agent.objects.filter(pk=shift.bob.pk).update(seen_at=MONDAY - timedelta(minutes=6))
    for one in (shift.charlie, shift.privacy, shift.editor):
        be_seen(one)
    cases(shift, 2)

    assert (spread_due(), held()) == (0, {})


def test_a_customer_stays_with_whom_they_had_only_while_there_is_room(shift):
    earlier = make.case(
        shift, state="closed", closed_at=MONDAY, assignee=shift.bob, assigned_at=MONDAY - timedelta(days=9)
    )
    again = make.case(shift)
    spread_due()
    again.refresh_from_db()
    assert (earlier.contact, again.assignee) == (again.contact, shift.bob)

    set_capacity(shift.bob, capacity=1, by=shift.lead)
    third = make.case(shift)
    spread_due()

    third.refresh_from_db()
    assert third.assignee == shift.alice


def test_where_customers_do_not_stay_the_next_in_turn_gets_them(shift):
    change_queue(
        shift.queue, name="Everyday", team=shift.red, words=[], is_default=True, by=shift.lead, keeps_customer=False
    )
    make.case(shift, state="closed", closed_at=MONDAY, assignee=shift.bob, assigned_at=MONDAY - timedelta(days=9))
    case = make.case(shift)

    spread_due()

    case.refresh_from_db()
    assert case.assignee == shift.alice


def test_outside_the_teams_hours_and_on_closed_days_nothing_is_given(shift):
    cases(shift, 1)
    week = ["08:00-12:00"] * 5 + ["", ""]
    change_team(shift.red, name="Red", hours=week, closed_days=[], by=shift.lead)
    outside = spread_due()
    change_team(shift.red, name="Red", hours=["08:00-18:00"] * 5 + ["", ""], closed_days=["2026-11-23"], by=shift.lead)
    closed = spread_due()
    change_team(shift.red, name="Red", hours=[""] * 7, closed_days=[], by=shift.lead)

    assert (outside, closed, spread_due()) == (0, 0, 1)


def test_what_a_colleague_took_in_the_meantime_is_not_taken_away(shift):
    (case,) = cases(shift, 1, assignee=shift.alice, assigned_at=MONDAY)

    assert (spread_due(), Case.objects.get(pk=case.pk).assignee) == (0, shift.alice)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_never_go_beyond_a_capacity(town):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer; the transaction itself is the lock")
    Queue.objects.filter(pk=town.queue.pk).update(spread="round")
    Agent.objects.filter(pk=town.alice.pk).update(seen_at=clock.now(), capacity=4)
    cases(town, 10)
    given = []

    def work():
        given.append(spread_due())
        connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()

    assert (sum(given), held()) == (4, {"Alice": 4})


def test_who_goes_away_gives_their_cases_back_and_is_given_none_by_colleagues(town):
    mine = make.case(town, assignee=town.alice, assigned_at=MONDAY)
    done = make.case(town, assignee=town.alice, state="closed", closed_at=MONDAY)

    given_back = go_away(town.alice, until=clock.now() + timedelta(days=2), by=town.alice, give_back=True)

    assert (given_back, Case.objects.get(pk=mine.pk).assignee, Case.objects.get(pk=done.pk).assignee) == (
        1,
        None,
        town.alice,
    )
    with pytest.raises(Refused):
        assign_case(mine, to=Agent.objects.get(pk=town.alice.pk), by=town.lead)
    come_back(town.alice, by=town.lead)
    assert assign_case(mine, to=Agent.objects.get(pk=town.alice.pk), by=town.lead).assignee == town.alice


@pytest.mark.parametrize("days", [-1, 0, 500])
def test_an_absence_lies_in_the_future_and_within_a_year(town, days):
    with pytest.raises(Refused):
        go_away(town.alice, until=clock.now() + timedelta(days=days), by=town.alice)


@pytest.mark.parametrize("act", [
    lambda one, by: go_away(one, until=clock.now() + timedelta(days=1), by=by),
    lambda one, by: come_back(one, by=by),
    lambda one, by: set_capacity(one, capacity=1, by=by),
])  # fmt: skip
def test_colleagues_do_not_say_that_somebody_is_away_or_how_much_they_get(town, act):
    with pytest.raises(NotAllowed):
        act(town.alice, town.bob)


@pytest.mark.parametrize(
    ("text", "span"),
    [("08:00-18:00", "08:00 18:00"), (" 9:00 - 10:00", None), ("00:00–24:00", "00:00 23:59"), ("", "")],
)
def test_hours_are_spans(text, span):
    if span is None:
        with pytest.raises(Refused):
            span_of(text)
        return
    found = span_of(text)

    assert (" ".join(f"{one:%H:%M}" for one in found) if found else "") == span


@pytest.mark.parametrize("wrong", ["25:00-26:00", "18:00-08:00", "08:00-08:00", "always", "08:00-18:61", "08:00"])
def test_hours_that_make_no_sense_are_refused_with_an_example(wrong):
    with pytest.raises(Refused):
        kept_hours([wrong] + [""] * 6)


def test_closed_days_are_dates_each_once_in_order():
    assert kept_days(["2026-12-26", "", "2026-12-25", "2026-12-25"]) == ["2026-12-25", "2026-12-26"]
    with pytest.raises(Refused):
        kept_days(["25.12.2026"])


def test_no_team_and_a_team_without_hours_are_always_there():
    midnight = datetime(2026, 11, 22, 0, 0, tzinfo=UTC)

    assert (is_there(None, midnight), is_there(Team(name="x"), midnight)) == (True, True)
