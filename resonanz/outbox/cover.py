"""What a reply settles: the messages it answers are accounted, the case waits for nobody any more; and what is open
again when it does not reach anybody.

A reply answers its target and what this customer said before it in the same conversation.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.bulk import update
from resonanz.model.message import MessageSet
from resonanz.model.models import (
    Agent,
    Case,
    CaseState,
    Conversation,
    Coverage,
    Delivery,
    DeliveryState,
    Message,
    MessageState,
)
from resonanz.outbox.shown import cover_as_shown

_CARRIES = Q(state__in=[DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.SENT, DeliveryState.CONFIRMED]) | Q(
    state=DeliveryState.UNSURE, resolved_at__isnull=True
)


def cover_answered(target: Message) -> None:
    """The target and everything this customer said before it in the same conversation is answered."""
    _hold_case(target)
    said_before = _up_to(target).filter(coverage__in=[Coverage.OPEN, Coverage.ANSWERED_NATIVELY])
    said_before.update(coverage=Coverage.ANSWERED, covered_at=clock.now())
    _refresh(target)


def without_answer(messages: MessageSet) -> MessageSet:
    """Those of ``messages`` that no reply answers, neither one that left nor one on its way. What came only after a
    reply was released is not answered by it.
    """
    return messages.exclude(Exists(_carrying().filter(created_at__gte=OuterRef("received_at"))))


def uncover(delivery: Delivery) -> None:
    """This reply reaches nobody: all that no other reply answers is what it was before, and where that is open, its
    case is open too. Call inside a transaction, after the delivery's state was saved.
    """
    _hold_case(delivery.target)
    lost = _up_to(delivery.target).filter(~Exists(_carrying()), coverage=Coverage.ANSWERED)
    ids = list(lost.values_list("pk", flat=True))
    if not ids:
        return
    rows = Message.objects.filter(pk__in=ids)
    rows.update(coverage=Coverage.OPEN, covered_at=None)
    cover_as_shown([delivery.target.conversation_id])
    if rows.filter(coverage=Coverage.OPEN).exists():
        _wait_again(delivery.target)
    _refresh(delivery.target)


def open_again(conversation: Conversation, *, by: Agent) -> None:
    """Open its case again where that is closed. Inside a transaction."""
    if conversation.case_id is not None and (case := Case.objects.locked(conversation.case_id)).is_closed:
        _open(case, by=by)


def refresh_waiting(cases: Iterable[int]) -> None:
    """Set ``waiting_since`` of these cases to their oldest open message (or nothing)."""
    cases = list(cases)
    oldest: dict[int, datetime | None] = defaultdict(lambda: None)
    open_messages = Message.objects.open().filter(conversation__case__in=cases)
    for case, at in open_messages.values_list("conversation__case", "occurred_at"):
        if case is not None:
            before = oldest[case]
            oldest[case] = at if before is None or at < before else before
    update(Case, "waiting_since", [(case, oldest[case]) for case in cases])


def _hold_case(target: Message) -> None:
    """Who closes the case meanwhile is waited for, and waits for us: they look at the same replies and messages."""
    case = target.conversation.case_id
    if case is not None:
        Case.objects.locked(case)


def _up_to(target: Message) -> MessageSet:
    return Message.objects.inbound().filter(conversation_id=target.conversation_id, occurred_at__lte=target.occurred_at)


def _carrying() -> QuerySet[Delivery]:
    """Of the message of an outer query: the replies to it or to a later word that left or are on their way."""
    return Delivery.objects.filter(
        _CARRIES,
        target__conversation=OuterRef("conversation"),
        target__occurred_at__gte=OuterRef("occurred_at"),
    )


def _wait_again(target: Message) -> None:
    """Something of this conversation is open: its case waits for somebody, also one that was put away."""
    if target.conversation.case_id is None:  # it comes into a case anew
        queued = Message.objects.open().filter(conversation=target.conversation_id, state=MessageState.QUEUED)
        queued.update(state=MessageState.READ)
        return
    _open(Case.objects.locked(target.conversation.case_id), by=None)


def _open(case: Case, *, by: Agent | None) -> None:
    if case.state == CaseState.OPEN:
        return
    was = case.close_reason
    case.state, case.closed_at, case.closed_by, case.close_reason = CaseState.OPEN, None, None, ""
    case.snoozed_until, case.changed_at = None, clock.now()
    case.save()
    record("case.reopened", case, by=by, was=was)


def _refresh(target: Message) -> None:
    case = target.conversation.case_id
    if case is not None:
        refresh_waiting([case])
