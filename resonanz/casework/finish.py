"""Cases that a released reply should close are closed once the reply has left."""

from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Case, CaseState, CloseReason, DeliveryState, Draft, DraftState, Message

BATCH = 100


def close_answered(most: int = BATCH) -> int:
    """Close the open cases whose reply "send and close" was sent; returns how many."""
    sent = Draft.objects.filter(
        state=DraftState.RELEASED,
        closes_case=True,
        case__state=CaseState.OPEN,
        approvals__delivery__state__in=[DeliveryState.SENT, DeliveryState.CONFIRMED],
    ).values_list("pk", "case", "approvals__by")
    count = 0
    for draft, pk, by in list(sent[:most]):
        with atomic():
            case = Case.objects.locked(pk)
            Draft.objects.filter(pk=draft).update(closes_case=False)
            waits = Message.objects.open().filter(conversation__case=case).exists()
            if case.state != CaseState.OPEN or case.drafts.alive().exists() or waits:
                continue
            case.state, case.closed_at, case.closed_by_id = CaseState.CLOSED, clock.now(), by
            case.close_reason, case.waiting_since, case.changed_at = CloseReason.ANSWERED, None, clock.now()
            case.save()
            record("case.closed", case, by=case.closed_by, reason=CloseReason.ANSWERED, covered=0)
            count += 1
    return count
