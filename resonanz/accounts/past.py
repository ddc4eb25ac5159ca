"""What came before an account was connected: asked for by an operator, stopped, gone on with. Intake fetches it."""

from datetime import timedelta

from django.db.transaction import atomic

from resonanz.connectors.contract import Ability, Manifest
from resonanz.connectors.registry import connector
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, Refused
from resonanz.model.models import Account, Agent, Cursor, CursorEnd, May

PAST = "past"
USUAL_DAYS = 7
MOST_DAYS = 365


class PastRuns(Conflict):
    """Only one way back at a time."""

    code = "past_runs"
    said = "What came earlier is being brought in already. Stop that first."


def has_past(manifest: Manifest) -> bool:
    """Whether this channel can bring in what came earlier."""
    return Ability.BACKFILL in manifest.abilities


def offers_past(manifest: Manifest) -> bool:
    """Whether that is asked for when an account is connected: not where the first pull goes back by itself."""
    return has_past(manifest) and not manifest.begins_in_past


def past_of(account: Account) -> Cursor | None:
    """How far the past of an account has been brought in; None where nobody asked for it."""
    return Cursor.objects.filter(account=account, stream=PAST).first()


def begin_past(account: Account, *, days: int, by: Agent | None) -> Cursor:
    """Bring in what came in the last ``days``; from the beginning where that was done before (what is here already
    stays as it is). ``by`` is None for the demo company alone.
    """
    _may(by)
    if not has_past(connector(account.channel).manifest):
        raise Refused("This channel cannot bring in what came earlier.")
    if not 1 <= days <= MOST_DAYS:
        raise Refused("Between 1 and {most} days can be brought in.", most=MOST_DAYS)
    now = clock.now()
    with atomic():
        Account.objects.locked(account)  # two who begin at once begin one after the other
        if Cursor.objects.filter(account=account, stream=PAST, ended=CursorEnd.NONE).exists():
            raise PastRuns
        cursor, _ = Cursor.objects.update_or_create(
            account=account, stream=PAST,
            defaults={
                "since": now - timedelta(days=days), "due_at": now, "claimed_until": None, "value": "", "said": "",
                "tries": 0, "brought": 0, "ok_at": None, "ended": CursorEnd.NONE, "ended_at": None,
            },
        )  # fmt: skip
        record("past.begun", account, by=by, days=days)
    return cursor


def stop_past(account: Account, *, by: Agent) -> Cursor | None:
    """Bring in no more; what is here stays."""
    _may(by)
    with atomic():
        cursor = _locked(account)
        if cursor is not None and not cursor.ended:
            cursor.ended, cursor.ended_at, cursor.claimed_until = CursorEnd.STOPPED, clock.now(), None
            cursor.save(update_fields=["ended", "ended_at", "claimed_until"])
            record("past.stopped", account, by=by, count=cursor.brought)
    return cursor


def go_on_with_past(account: Account, *, by: Agent) -> Cursor | None:
    """Bring in the rest of what was stopped or failed, from where it was."""
    _may(by)
    with atomic():
        cursor = _locked(account)
        if cursor is not None and cursor.ended in {CursorEnd.STOPPED, CursorEnd.FAILED}:
            cursor.ended, cursor.ended_at, cursor.said, cursor.tries = CursorEnd.NONE, None, "", 0
            cursor.due_at, cursor.claimed_until = clock.now(), None
            cursor.save(update_fields=["ended", "ended_at", "said", "tries", "due_at", "claimed_until"])
            record("past.gone_on", account, by=by)
    return cursor


def _locked(account: Account) -> Cursor | None:
    cursor = past_of(account)
    return None if cursor is None else Cursor.objects.locked(cursor)


def _may(by: Agent | None) -> None:
    if by is not None and not by.may(May.RUN_ACCOUNTS):
        raise NotAllowed
