"""What a sent answer settles: the messages it answers are accounted, the case waits for nobody any more."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from resonanz.kit import clock
from resonanz.model.bulk import update
from resonanz.model.models import Case, Coverage, Message, MessageState


def cover_answered(target: Message) -> None:
    """The target and everything this customer said before it in the same conversation is answered."""
    said_before = Message.objects.inbound().filter(
        conversation_id=target.conversation_id,
        occurred_at__lte=target.occurred_at,
        coverage__in=[Coverage.OPEN, Coverage.ANSWERED_NATIVELY],
    )
    said_before.update(coverage=Coverage.ANSWERED, covered_at=clock.now())
    _refresh(target)


def uncover(target: Message) -> None:
    """The answer did not reach anybody after all: its target is open again and comes into its case again, which may
    be closed.
    """
    Message.objects.filter(pk=target.pk, coverage=Coverage.ANSWERED).update(
        coverage=Coverage.OPEN, covered_at=None, state=MessageState.READ
    )
    _refresh(target)


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


def _refresh(target: Message) -> None:
    case = target.conversation.case_id
    if case is not None:
        refresh_waiting([case])
