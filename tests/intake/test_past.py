"""What came before an account was connected is brought in page by page: bounded, once, and never in the news' way."""

import sys
import threading
from datetime import timedelta

import pytest
from django.db import connection

from resonanz.accounts.connect import check_account, connect_account, pause_account, resume_account
from resonanz.accounts.past import PastRuns, begin_past, go_on_with_past, past_of, stop_past
from resonanz.connectors.contract import Arrival as Raw
from resonanz.connectors.contract import ChannelError, Page, Unsupported
from resonanz.connectors.mastodon import connector as mastodon
from resonanz.intake import past
from resonanz.intake.collect import collect_due
from resonanz.intake.past import MOST_TRIES, past_due
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import (
    Account,
    AccountState,
    Arrival,
    Case,
    Coverage,
    Cursor,
    CursorEnd,
    Direction,
    Event,
    Message,
)
from resonanz.sandbox import World, customers, seeds, serving
from resonanz.sandbox.mailroom import mailroom
from resonanz.work.loop import run_until_idle
from resonanz.work.stations import LOOPS
from tests import make
from tests.crash import dies_at, own_file

DAY = timedelta(days=1)


@pytest.fixture
def world():
    one = World()
    yield one
    one.close()


@pytest.fixture
def base(world):
    with serving(world) as address:
        yield address


def connected(base, town, *, past_days: int = 0) -> Account:
    return connect_account(
        channel="mastodon", name="Ours", settings={"base_url": base}, secrets={"token": seeds.MASTODON_TOKEN},
        by=town.operator, queue=town.queue, past_days=past_days,
    )  # fmt: skip


def mentions(world, count: int, *, ago: timedelta = DAY) -> list[str]:
    at = clock.now() - ago
    return [
        customers.toot(world, "Ada Lovelace", f"Frage {n}?", at=at + n * timedelta(minutes=1)) for n in range(count)
    ]


def turn(later: timedelta = timedelta(0)) -> Cursor:
    """One turn of the worker, so much later."""
    with clock.shifted(later):
        assert past_due() == 1
    return Cursor.objects.get(stream="past")


def kinds() -> list[str]:
    return list(Event.objects.filter(kind__startswith="past.").order_by("pk").values_list("kind", flat=True))


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(sys.modules[type(mastodon).__module__], "PAST_PAGE", 2)
    monkeypatch.setattr(past, "PAGES", 2)


# --- begin, stop, go on ---------------------------------------------------------------------------------------------


def test_without_a_wish_nothing_older_is_brought_in(base, town):
    account = connected(base, town)

    assert (past_of(account), past_due()) == (None, 0)


def test_what_is_asked_for_at_connecting_begins_at_once(base, town):
    account = connected(base, town, past_days=7)

    cursor = past_of(account)

    assert cursor is not None
    assert timedelta(days=6, hours=23) < clock.now() - cursor.since < timedelta(days=7, minutes=1)
    assert kinds() == ["past.begun"]


@pytest.mark.parametrize("days", [-1, 0, 366])
def test_a_senseless_number_of_days_is_refused(base, town, days):
    account = connected(base, town)

    with pytest.raises(Refused):
        begin_past(account, days=days, by=town.operator)


def test_a_channel_without_a_past_says_so(town):
    with pytest.raises(Refused):
        begin_past(make.account("file"), days=7, by=town.operator)


def test_only_operators_begin_stop_and_go_on(base, town):
    account = connected(base, town)

    for act in (lambda: begin_past(account, days=7, by=town.lead), lambda: stop_past(account, by=town.lead),
                lambda: go_on_with_past(account, by=town.lead)):  # fmt: skip
        with pytest.raises(NotAllowed):
            act()


def test_it_does_not_begin_twice(base, town):
    account = connected(base, town, past_days=7)

    with pytest.raises(PastRuns):
        begin_past(account, days=30, by=town.operator)


def test_stopped_it_waits_and_goes_on_from_where_it_was(world, base, town, small):
    mentions(world, 9)
    account = connected(base, town, past_days=7)
    turn()

    stop_past(account, by=town.operator)
    stop_past(account, by=town.operator)
    with clock.shifted(DAY):
        resting = past_due()
    go_on_with_past(account, by=town.operator)
    for n in range(1, 3):
        cursor = turn(n * timedelta(hours=1))

    assert resting == 0
    assert (cursor.ended, cursor.brought, Arrival.objects.count()) == (CursorEnd.FINISHED, 9, 9)
    assert kinds() == ["past.begun", "past.stopped", "past.gone_on", "past.finished"]


def test_what_is_through_does_not_go_on_but_can_begin_anew_and_brings_nothing_twice(world, base, town):
    mentions(world, 3)
    account = connected(base, town, past_days=7)
    turn()

    go_on_with_past(account, by=town.operator)
    begin_past(account, days=30, by=town.operator)
    cursor = turn()

    assert (cursor.ended, cursor.brought, Arrival.objects.count()) == (CursorEnd.FINISHED, 0, 3)


# --- fetching -------------------------------------------------------------------------------------------------------


def test_it_comes_page_by_page_a_few_a_turn_and_says_when_it_is_through(world, base, town, small):
    mentions(world, 7)
    connected(base, town, past_days=7)

    turns = [turn(n * timedelta(hours=1)) for n in range(3)]

    assert [(one.ended, one.brought) for one in turns] == [("", 4), ("", 7), (CursorEnd.FINISHED, 7)]
    assert turns[2].ended_at is not None
    assert Event.objects.get(kind="past.finished").told == {"count": 7}


def test_between_two_turns_there_is_room_for_news(world, base, town, small):
    mentions(world, 9)
    connected(base, town, past_days=7)
    turn()

    assert past_due() == 0
    assert "past" not in {station.name for station in LOOPS["collect"]}


def test_what_is_older_than_asked_for_stays_where_it_is(world, base, town):
    mentions(world, 2, ago=timedelta(days=30))
    mentions(world, 3)
    connected(base, town, past_days=7)

    assert turn().brought == 3


def test_what_the_news_brought_is_not_doubled(world, base, town):
    mentions(world, 3)
    connected(base, town, past_days=7)
    collect_due()

    cursor = turn()
    run_until_idle()

    assert (cursor.brought, Arrival.objects.count(), Message.objects.count()) == (0, 3, 3)


def test_old_questions_that_we_answered_there_count_as_answered(world, base, town):
    asked = [customers.entry_of(world, one) for one in mentions(world, 3)]
    us = world.us("mastodon")
    for entry in asked[:2]:
        world.write(us, "@ada.lovelace Um 9 Uhr.", kind="status", parent=entry, answers=entry)
    connected(base, town, past_days=7)

    turn()
    run_until_idle()

    inbound = Message.objects.filter(direction=Direction.IN).order_by("occurred_at")
    assert [one.coverage for one in inbound] == [Coverage.ANSWERED_NATIVELY, Coverage.ANSWERED_NATIVELY, Coverage.OPEN]
    assert Message.objects.filter(direction=Direction.OUT).count() == 2
    assert Case.objects.filter(waiting_since__isnull=False).count() == 1


def test_an_old_question_waits_since_it_was_asked(world, base, town):
    mentions(world, 1, ago=timedelta(days=3))
    connected(base, town, past_days=7)

    turn()
    run_until_idle()

    assert clock.now() - Case.objects.get().waiting_since > timedelta(days=2)


def test_the_square_and_a_past_in_its_feed(world, base, town):
    for n in range(3):
        customers.say(world, "comment", "Ada", f"Frage {n}?") if n else world.write(
            world.us("square"), "Störung", kind="post"
        )
    account = connect_account(
        channel="square", name="Square", settings={"base_url": base}, secrets={"token": seeds.SQUARE_TOKEN},
        by=town.operator,
    )  # fmt: skip
    begin_past(account, days=365, by=town.operator)

    assert turn().ended == CursorEnd.FINISHED
    assert Arrival.objects.filter(account=account).count() == 3


def test_mail_from_further_back_than_the_first_pull_comes_once(world, town):
    for n in range(3):
        customers.say(world, "mail", "Ada", f"Frage {n}?")
    with mailroom(world) as ports:
        settings = {"address": seeds.MAIL_ADDRESS, "imap_user": seeds.MAIL_LOGIN, "imap_host": "127.0.0.1"}
        settings |= {"imap_port": str(ports.imap), "imap_protection": "plain", "smtp_host": "127.0.0.1"}
        account = connect_account(
            channel="email", name="Post", settings=settings, secrets={"password": seeds.MAIL_PASSWORD},
            by=town.operator,
        )  # fmt: skip
        collect_due()
        customers.say(world, "mail", "Ada", "Frage 3?")
        begin_past(account, days=365, by=town.operator)
        cursor = turn()

    assert (cursor.ended, cursor.brought, Arrival.objects.count()) == (CursorEnd.FINISHED, 1, 4)


# --- what goes wrong ------------------------------------------------------------------------------------------------


def test_a_refusal_to_be_asked_waits_as_long_as_the_channel_says(world, base, town):
    mentions(world, 2)
    connected(base, town, past_days=7)
    world.faults.plan("mastodon", "rate_limit", seconds=900)

    cursor = turn()

    assert cursor.due_at - clock.now() > timedelta(seconds=600)
    assert (cursor.ended, cursor.tries, bool(cursor.said)) == ("", 1, True)
    after = turn(timedelta(hours=1))
    assert (after.ended, after.brought, after.said, after.tries) == (CursorEnd.FINISHED, 2, "", 0)


def test_a_failure_in_the_middle_keeps_what_is_here_and_goes_on_there(world, base, town, small, monkeypatch):
    mentions(world, 4)
    connected(base, town, past_days=7)
    page, asked = mastodon.backfill, []

    def second_breaks(self, access, since, cursor):
        asked.append(cursor)
        if len(asked) == 2:
            raise ZeroDivisionError
        return page(access, since, cursor)

    monkeypatch.setattr(type(mastodon), "backfill", second_breaks)
    broken = turn()
    whole = turn(timedelta(hours=1))

    assert (broken.brought, broken.tries, "ZeroDivisionError" in broken.said) == (2, 1, True)
    assert (whole.brought, whole.ended, asked[1] == asked[2]) == (4, CursorEnd.FINISHED, True)


def test_a_refused_log_in_breaks_the_account_and_mended_it_goes_on(world, base, town):
    mentions(world, 2)
    account = connected(base, town, past_days=7)
    world.revoke("mastodon")

    turn()
    account.refresh_from_db()
    with clock.shifted(DAY):
        resting = past_due()
    world.revoke("mastodon", revoked=False)
    check_account(account, by=town.operator)

    assert (account.state, resting) == (AccountState.BROKEN, 0)
    assert turn(timedelta(hours=1)).brought == 2


def test_a_paused_account_brings_nothing_in(world, base, town):
    mentions(world, 2)
    account = connected(base, town, past_days=7)
    pause_account(account, by=town.operator)
    resting = past_due()
    resume_account(account, by=town.operator)

    assert (resting, turn().brought) == (0, 2)


def failing(monkeypatch, error: Exception) -> None:
    def fail(*_parts):
        raise error

    monkeypatch.setattr(type(mastodon), "backfill", fail)


def test_it_gives_up_after_many_tries_and_says_why(base, town, monkeypatch):
    connected(base, town, past_days=7)
    failing(monkeypatch, ChannelError("weg\x00"))

    for n in range(MOST_TRIES):
        cursor = turn(n * DAY)

    assert (cursor.ended, cursor.said) == (CursorEnd.FAILED, "The channel answered: weg")
    assert kinds() == ["past.begun", "past.failed"]


def test_what_cannot_help_is_not_tried_again_but_a_person_may(world, base, town, monkeypatch):
    mentions(world, 2)
    account = connected(base, town, past_days=7)
    with monkeypatch.context() as patch:
        failing(patch, Unsupported("backfill"))
        assert turn().ended == CursorEnd.FAILED

    go_on_with_past(account, by=town.operator)

    assert (turn().ended, past_of(account).brought) == (CursorEnd.FINISHED, 2)


def test_a_channel_that_gives_the_same_page_for_ever_is_left(base, town, monkeypatch):
    connected(base, town, past_days=7)
    monkeypatch.setattr(type(mastodon), "backfill", lambda *_: Page([Raw("1", b"{}")], "same", more=True))

    cursor = turn()

    assert (cursor.ended, cursor.said) == (CursorEnd.FAILED, "The channel gives the same page again and again.")
    assert Arrival.objects.count() == 1


# --- two workers, and a death ---------------------------------------------------------------------------------------


def meanwhile(monkeypatch, act) -> None:
    """Something happens while the first page is under way."""
    page, done = mastodon.backfill, []

    def slow(self, access, since, cursor):
        found = page(access, since, cursor)
        if not done:
            done.append(1)
            act()
        return found

    monkeypatch.setattr(type(mastodon), "backfill", slow)


def test_a_second_worker_does_not_take_what_the_first_has(world, base, town, monkeypatch):
    mentions(world, 2)
    connected(base, town, past_days=7)
    second: list[int] = []
    meanwhile(monkeypatch, lambda: second.append(past_due()))

    cursor = turn()

    assert (second, cursor.brought) == ([0], 2)


def test_a_worker_that_was_too_slow_throws_its_page_away(world, base, town, small, monkeypatch):
    mentions(world, 5)
    connected(base, town, past_days=7)

    def other_worker():
        with clock.shifted(past.LEASE * 2):
            past_due()

    meanwhile(monkeypatch, other_worker)
    cursor = turn()

    assert (cursor.brought, Arrival.objects.count(), Arrival.objects.values("external_id").distinct().count()) == (
        4, 4, 4,
    )  # fmt: skip


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("act", ["stop", "anew"])
def test_what_is_stopped_or_begun_anew_meanwhile_takes_no_page_of_before(world, base, town, monkeypatch, act):
    mentions(world, 3)
    account = connected(base, town, past_days=7)

    def person():
        stop_past(account, by=town.operator)
        if act == "anew":
            begin_past(account, days=3, by=town.operator)

    meanwhile(monkeypatch, person)
    cursor = turn()

    assert (cursor.brought, cursor.value, Arrival.objects.count()) == (0, "", 0)
    assert cursor.ended == (CursorEnd.STOPPED if act == "stop" else "")


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_at_any_step_loses_and_doubles_nothing(world, base, town, small, tmp_path):
    mentions(world, 5)
    step, killed = 0, True
    with own_file(tmp_path / "house.sqlite3"):
        account = connected(base, town)
        while killed and step < 200:
            step += 1
            Arrival.objects.all().delete()
            begin_past(account, days=7, by=town.operator)
            killed = dies_at(step, past_due)
            for n in range(1, 5):
                with clock.shifted(n * timedelta(hours=1)):
                    past_due()
            cursor = Cursor.objects.get(stream="past")
            assert (cursor.ended, cursor.brought, Arrival.objects.count()) == (CursorEnd.FINISHED, 5, 5)

    assert (killed, step > 20) == (False, True)


@pytest.mark.pg
@pytest.mark.skipif(connection.vendor == "sqlite", reason="a database in memory has one line only")
@pytest.mark.django_db(transaction=True)
def test_many_workers_bring_each_arrival_once(world, base, town, small):
    mentions(world, 9)
    account = connected(base, town, past_days=7)

    def work():
        past_due()
        connection.close()

    for n in range(6):
        workers = [threading.Thread(target=work) for _ in range(3)]
        with clock.shifted(n * timedelta(hours=1)):
            for one in workers:
                one.start()
            for one in workers:
                one.join()

    cursor = past_of(account)
    assert (cursor.ended, cursor.brought, Arrival.objects.count()) == (CursorEnd.FINISHED, 9, 9)
