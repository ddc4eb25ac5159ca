"""What people do with cases, and who may."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connections

from resonanz.casework.assign import assign_case, claim_case, move_case, release_claim
from resonanz.casework.close import DraftWaits, NothingSent, close_case, reopen_case
from resonanz.casework.note import add_note
from resonanz.casework.snooze import snooze_case, wake_case, wake_due
from resonanz.compose.approve import submit_draft
from resonanz.compose.draft import open_draft, save_draft
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, NotFound, Refused
from resonanz.model.models import Case, CloseReason, Coverage, Event, Message
from tests import make
from tests.crash import own_file
from tests.make import NOON


@pytest.fixture
def case(town):
    return make.case(town)


ACTS = {
    "claim": lambda case, town, by: claim_case(case, by=by),
    "give back": lambda case, town, by: release_claim(case, by=by),
    "assign to oneself": lambda case, town, by: assign_case(case, to=by, by=by),
    "move": lambda case, town, by: move_case(case, to=town.other_queue, by=by),
    "close": lambda case, town, by: close_case(case, by=by, reason=CloseReason.NO_ANSWER),
    "reopen": lambda case, town, by: reopen_case(case, by=by),
    "snooze": lambda case, town, by: snooze_case(case, until=clock.now() + timedelta(hours=1), by=by),
    "wake": lambda case, town, by: wake_case(case, by=by),
    "note": lambda case, town, by: add_note(case, text="Rückruf", by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_colleague_of_the_team_may(town, case, act):
    ACTS[act](case, town, town.bob)


@pytest.mark.parametrize("act", ACTS)
def test_for_another_team_the_case_is_not_there(town, case, act):
    with pytest.raises(NotFound):
        ACTS[act](case, town, town.charlie)


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("role", ["editor", "privacy", "operator"])
def test_roles_that_do_not_work_cases_may_not(town, case, act, role):
    with pytest.raises((NotAllowed, NotFound)):
        ACTS[act](case, town, getattr(town, role))


@pytest.mark.parametrize("act", ACTS)
def test_who_has_left_the_house_may_nothing(town, case, act):
    town.bob.is_active = False

    with pytest.raises(NotAllowed):
        ACTS[act](case, town, town.bob)


@pytest.mark.parametrize("act", ["claim", "close", "snooze", "move"])
def test_every_act_leaves_one_event_and_a_repeat_none(town, case, act):
    until = clock.now() + timedelta(hours=1)
    acts = ACTS | {"snooze": lambda case, town, by: snooze_case(case, until=until, by=by)}
    before = Event.objects.count()

    acts[act](case, town, town.lead)
    once = Event.objects.count() - before
    if act != "snooze":
        acts[act](case, town, town.lead)

    assert (once, Event.objects.count() - before) == (1, 1)


def test_a_case_is_claimed_by_one_person(town, case):
    claim_case(case, by=town.alice)

    with pytest.raises(Conflict, match="Alice"):
        claim_case(case, by=town.bob)


def test_only_who_has_it_or_a_lead_gives_a_case_back(town, case):
    claim_case(case, by=town.alice)

    with pytest.raises(NotAllowed):
        release_claim(case, by=town.bob)
    assert release_claim(case, by=town.lead).assignee is None


def test_only_a_lead_gives_cases_to_others(town, case):
    with pytest.raises(NotAllowed):
        assign_case(case, to=town.bob, by=town.alice)
    assert assign_case(case, to=town.bob, by=town.lead).assignee == town.bob


def test_nobody_gets_a_case_of_a_queue_they_do_not_see(town, case):
    with pytest.raises(Refused):
        assign_case(case, to=town.charlie, by=town.lead)


def test_who_has_left_gets_no_case(town, case):
    town.bob.is_active = False

    with pytest.raises(Refused):
        assign_case(case, to=town.bob, by=town.lead)


def test_a_case_moved_to_another_team_is_free_there(town, case):
    claim_case(case, by=town.alice)

    moved = move_case(case, to=town.other_queue, by=town.alice)

    assert (moved.queue, moved.assignee) == (town.other_queue, None)


@pytest.mark.parametrize(
    ("reason", "coverage"),
    [("no_answer", "no_answer"), ("spam", "spam"), ("elsewhere", "elsewhere"), ("withdrawn", "withdrawn")],
)
def test_closing_accounts_every_open_message_and_reopening_opens_it_again(town, case, reason, coverage):
    close_case(case, by=town.alice, reason=CloseReason(reason))
    closed = Message.objects.get().coverage
    again = reopen_case(case, by=town.alice)

    assert (closed, Message.objects.get().coverage) == (coverage, "open")
    assert (again.state, again.close_reason, again.waiting_since) == ("open", "", Message.objects.get().occurred_at)


def test_reopening_does_not_open_what_the_customer_took_back(town, case):
    Message.objects.update(coverage=Coverage.WITHDRAWN, covered_at=NOON, deleted_at=NOON)
    close_case(case, by=town.alice, reason=CloseReason.WITHDRAWN)

    reopen_case(case, by=town.alice)

    assert Message.objects.get().coverage == Coverage.WITHDRAWN


def test_nothing_is_called_answered_that_was_not(town, case):
    with pytest.raises(NothingSent):
        close_case(case, by=town.alice, reason=CloseReason.ANSWERED)


def test_a_reply_that_waits_for_release_keeps_the_case_open(town, case):
    draft = open_draft(case, target=Message.objects.get(), by=town.alice)
    draft = save_draft(draft, text="Um 9 Uhr.", revision=draft.revision, by=town.alice)
    submit_draft(draft, by=town.alice, revision=draft.revision)

    with pytest.raises(DraftWaits):
        close_case(case, by=town.alice, reason=CloseReason.NO_ANSWER)


def test_a_case_put_away_comes_back_by_itself(town, case):
    with clock.frozen(NOON):
        snooze_case(case, until=NOON + timedelta(hours=2), by=town.alice)
    states = []
    for hours in (1, 2):
        with clock.frozen(NOON + timedelta(hours=hours)):
            wake_due()
            states.append(Case.objects.get().state)

    assert states == ["snoozed", "open"]


def test_nobody_puts_a_case_away_into_the_past_or_a_closed_one(town, case):
    with pytest.raises(Refused):
        snooze_case(case, until=clock.now() - timedelta(seconds=1), by=town.alice)
    close_case(case, by=town.alice, reason=CloseReason.SPAM)
    with pytest.raises(Refused):
        snooze_case(case, until=clock.now() + timedelta(hours=1), by=town.alice)


@pytest.mark.parametrize("until", ["2027-12-25T12:00:00+00:00", "9999-12-31T23:59:59-14:00"])
def test_nobody_puts_a_case_away_for_ever(town, case, until):
    with clock.frozen(make.NOON), pytest.raises(Refused):
        snooze_case(case, until=datetime.fromisoformat(until), by=town.alice)

    assert Case.objects.get().state == "open"


@pytest.mark.parametrize("text", ["", " \n", "\x00"])
def test_a_note_says_something(town, case, text):
    with pytest.raises(Refused):
        add_note(case, text=text, by=town.alice)


@pytest.mark.django_db(transaction=True)
def test_two_people_who_claim_at_once_never_both_get_it(db, tmp_path, request):
    with own_file(tmp_path / "house.sqlite3"):
        town = request.getfixturevalue("town")
        outcomes = [_race(make.case(town), town.alice, town.bob) for _ in range(10)]

    assert outcomes == [["conflict", "got it"]] * 10


def _race(case, *people):
    told, ready = [], threading.Barrier(len(people))

    def claim(person):
        ready.wait()
        try:
            claim_case(case, by=person)
            told.append("got it")
        except Conflict:
            told.append("conflict")
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=claim, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(told)
