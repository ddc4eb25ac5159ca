"""Who has a case before them: so that two people do not answer the same customer."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from resonanz.casework.permit import permit
from resonanz.kit import clock
from resonanz.model.case import visible_to
from resonanz.model.models import Agent, Case, May, Presence

FRESH = timedelta(seconds=30)
RENEWED_AFTER = timedelta(seconds=10)  # pages ask every three seconds; so often nothing has to be written
_COLUMNS = ("case", "agent", "agent__name", "is_writing", "seen_at")


class There(NamedTuple):
    """Somebody who has a case before them, or had a moment ago."""

    case: int
    agent: int
    name: str
    is_writing: bool
    seen_at: datetime


def see_case(case: Case, *, by: Agent, is_writing: bool = False, there: Iterable[There] = ()) -> None:
    """Say that ``by`` looks at the case now; written only where ``there``, what was found at it, gets old or is not so
    any more. Not journaled: it is no act, and it is forgotten after half a minute.
    """
    if _holds(there, by, is_writing=is_writing):
        return
    permit(case, by, May.READ_CASES)
    seen = {"is_writing": is_writing, "seen_at": clock.now()}
    if not Presence.objects.filter(case=case, agent=by).update(**seen):
        Presence.objects.update_or_create(case=case, agent=by, defaults=seen)


def present(case: Case) -> list[There]:
    """Who is there now, in the order of coming."""
    return [There(*row) for row in _fresh().filter(case=case).values_list(*_COLUMNS)]


def there_now(agent: Agent) -> dict[int, list[There]]:
    """By number of the case: who is at it now (``agent`` too), of the cases that this person sees; one query."""
    found: dict[int, list[There]] = {}
    for row in _fresh().filter(visible_to(agent, "case__")).values_list(*_COLUMNS):
        found.setdefault(row[0], []).append(There(*row))
    return found


def keep_seen(case_id: int, *, by: Agent, is_writing: bool, there: Iterable[There]) -> bool:
    """Stay at a case that one has before one (see ``see_case``). Whether this person sees the case."""
    if _holds(there, by, is_writing=is_writing):
        return True
    case = Case.objects.visible_to(by).filter(pk=case_id).first()
    if case is not None:
        see_case(case, by=by, is_writing=is_writing)
    return case is not None


def _holds(there: Iterable[There], by: Agent, *, is_writing: bool) -> bool:
    mine = next((one for one in there if one.agent == by.pk), None)
    return mine is not None and mine.is_writing == is_writing and mine.seen_at > clock.now() - RENEWED_AFTER


def _fresh() -> QuerySet[Presence]:
    return Presence.objects.filter(seen_at__gte=clock.now() - FRESH).order_by("pk")


def forget_stale() -> int:
    """Remove what is older than an hour; returns how many."""
    deleted, _ = Presence.objects.filter(seen_at__lt=clock.now() - timedelta(hours=1)).delete()
    return deleted
