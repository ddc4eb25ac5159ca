"""Until when something was promised to a customer. A case with a time stays where it is: it is not put off."""

from datetime import datetime, timedelta

from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, Case

LONGEST = timedelta(days=366)
MOST = 200


def set_due(case: Case, *, due_at: datetime, reason: str, by: Agent) -> Case:
    """Say until when something is due (aware, in the future, within a year) and why."""
    permit(case, by)
    reason = " ".join(clean(reason).split())
    if not clock.now() < due_at <= clock.now() + LONGEST:
        raise Refused("Choose a time in the future, within a year.")
    if not reason:
        raise Refused("Say what was promised.")
    if len(reason) > MOST:
        raise Refused("This has at most {most} characters.", most=MOST)
    with atomic():
        case = Case.objects.locked(case)
        if (case.due_at, case.due_reason) == (due_at, reason):
            return case
        return _set(case, due_at, reason, by)


def clear_due(case: Case, *, by: Agent) -> Case:
    """Nothing is due any more: it was kept, or it does not hold."""
    permit(case, by)
    with atomic():
        case = Case.objects.locked(case)
        return case if case.due_at is None else _set(case, None, "", by)


def _set(case: Case, due_at: datetime | None, reason: str, by: Agent) -> Case:
    was = case.due_at
    case.due_at, case.due_reason, case.changed_at = due_at, reason, clock.now()
    case.save(update_fields=["due_at", "due_reason", "changed_at"])
    if due_at is not None:
        record("case.due_set", case, by=by, until=due_at.isoformat())
    else:
        record("case.due_cleared", case, by=by, until=was.isoformat() if was else "")
    return case
