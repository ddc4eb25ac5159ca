"""A case ends, and every message in it gets its accounted state; or it begins again."""

from datetime import datetime

from django.db.models import Q
from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Agent, Case, CaseState, CloseReason, Coverage, Message
from resonanz.outbox.cover import refresh_waiting, without_answer

COVERED_BY: dict[str, Coverage] = {
    CloseReason.ANSWERED: Coverage.ANSWERED,
    CloseReason.NO_ANSWER: Coverage.NO_ANSWER,
    CloseReason.SPAM: Coverage.SPAM,
    CloseReason.ELSEWHERE: Coverage.ELSEWHERE,
    CloseReason.WITHDRAWN: Coverage.WITHDRAWN,
}
_BY_CLOSING = Q(coverage__in=[Coverage.NO_ANSWER, Coverage.SPAM, Coverage.ELSEWHERE]) | Q(
    coverage=Coverage.WITHDRAWN, deleted_at__isnull=True
)


class DraftWaits(Refused):
    """A reply still waits for release."""

    code = "draft_waits"
    said = "A reply still waits for release. Release it or drop it first."


class NothingSent(Refused):
    """Closed as answered, though something in it was not answered."""

    code = "nothing_sent"
    said = "Something in this case has not been answered yet. Answer it first, or choose another reason."


def close_case(case: Case, *, by: Agent, reason: CloseReason) -> Case:
    """Close a case. Until when something was due stays with it, unheeded while it is closed, and holds again once it is
    reopened. A draft that waits for release keeps it open; "answered" needs an answer that left or
    leaves, to each open message; where it does not leave after all, they and the case are open again.
    """
    permit(case, by)
    with atomic():
        case = Case.objects.locked(case)
        if case.is_closed:
            return case
        if case.drafts.waiting().exists():
            raise DraftWaits
        if reason == CloseReason.ANSWERED and not _is_answered(case):
            raise NothingSent
        now = clock.now()
        case.drafts.alive().update(state="dropped", changed_at=now)
        covered = _cover(case, COVERED_BY[reason], now)
        case.state, case.closed_at, case.closed_by, case.close_reason = CaseState.CLOSED, now, by, reason
        case.snoozed_until, case.waiting_since, case.changed_at = None, None, now
        case.save()
        record("case.closed", case, by=by, reason=reason, covered=covered)
    return case


def reopen_case(case: Case, *, by: Agent) -> Case:
    """Open a case again: what closing alone had accounted for is open again, what was answered stays answered."""
    permit(case, by)
    return open_again(case, by=by)


def open_again(case: Case, *, by: Agent | None) -> Case:
    """The same by the house itself (``by`` None), as a person asked for beforehand."""
    with atomic():
        case = Case.objects.locked(case)
        if case.state == CaseState.OPEN:
            return case
        was = case.close_reason
        messages = Message.objects.inbound().filter(_BY_CLOSING, conversation__case=case)
        messages.update(coverage=Coverage.OPEN, covered_at=None)
        case.state, case.closed_at, case.closed_by, case.close_reason = CaseState.OPEN, None, None, ""
        case.snoozed_until, case.changed_at = None, clock.now()
        case.save()
        refresh_waiting([case.pk])
        record("case.reopened", case, by=by, was=was)
        case.refresh_from_db()
    return case


def _cover(case: Case, coverage: Coverage, now: datetime) -> int:
    """Account all open messages: as answered what a reply on its way answers, whatever the reason for closing; it is
    open again where that reply does not leave. The others as the reason says. Returns how many.
    """
    waiting = Message.objects.open().filter(conversation__case=case)
    covered = without_answer(waiting).update(coverage=coverage, covered_at=now)
    return covered + waiting.update(coverage=Coverage.ANSWERED, covered_at=now)


def _is_answered(case: Case) -> bool:
    """Each open message has its answer; and there is one at all, or one of its messages was answered before."""
    waiting = Message.objects.open().filter(conversation__case=case)
    answered = [Coverage.ANSWERED, Coverage.ANSWERED_NATIVELY]
    return not without_answer(waiting).exists() and (
        waiting.exists() or case.conversations.filter(messages__coverage__in=answered).exists()
    )
