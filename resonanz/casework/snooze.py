"""Later: a case comes back by itself at the time a person set, or when the customer writes again."""

from datetime import datetime, timedelta

from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Agent, Case, CaseState

BATCH = 200
LONGEST = timedelta(days=366)


def snooze_case(case: Case, *, until: datetime, by: Agent) -> Case:
    """Put a case away until ``until`` (aware, in the future, within a year: nobody is forgotten)."""
    permit(case, by)
    if until <= clock.now():
        raise Refused("Choose a time in the future.")
    if until > clock.now() + LONGEST:
        raise Refused("Choose a time within a year.")
    with atomic():
        case = Case.objects.locked(case)
        if case.is_closed:
            raise Refused("This case is closed. Reopen it first.")
        case.state, case.snoozed_until, case.changed_at = CaseState.SNOOZED, until, clock.now()
        case.save(update_fields=["state", "snoozed_until", "changed_at"])
        record("case.snoozed", case, by=by, until=until.isoformat())
    return case


def wake_case(case: Case, *, by: Agent) -> Case:
    """Bring a case back before its time."""
    permit(case, by)
    with atomic():
        return _wake(Case.objects.locked(case), by)


def wake_due(most: int = BATCH) -> int:
    """Bring back every case whose time has come; returns how many."""
    with atomic():
        due = list(Case.objects.to_wake(clock.now()).select_for_update().order_by("snoozed_until")[:most])
        for case in due:
            _wake(case, None)
    return len(due)


def _wake(case: Case, by: Agent | None) -> Case:
    if case.state != CaseState.SNOOZED:
        return case
    case.state, case.snoozed_until, case.changed_at = CaseState.OPEN, None, clock.now()
    case.save(update_fields=["state", "snoozed_until", "changed_at"])
    record("case.woke", case, by=by)
    return case
