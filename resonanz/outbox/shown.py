"""What the platform shows settles messages, too: answered there, hidden, withdrawn. People's decisions stay."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db.models import Q, QuerySet

from resonanz.kit import clock
from resonanz.model.models import Coverage, Direction, Message, MessageState

_SOME = 1000
_BY_PLATFORM = Q(coverage__in=[Coverage.OPEN, Coverage.HIDDEN, Coverage.ANSWERED_NATIVELY]) | Q(
    coverage=Coverage.WITHDRAWN, deleted_at__isnull=False
)


class _Shown(NamedTuple):
    """One message of a customer as far as its coverage goes; the fields are the columns."""

    pk: int
    conversation_id: int
    native_id: str
    occurred_at: datetime
    coverage: str
    deleted_at: datetime | None
    hidden_at: datetime | None


def said_elsewhere() -> QuerySet[Message]:
    """Messages of our side that this house did not send."""
    return Message.objects.filter(direction=Direction.OUT, agent__isnull=True, delivery__isnull=True)


def native_answers() -> QuerySet[Message]:
    """Answers that were given on the platform and still stand there."""
    return said_elsewhere().filter(deleted_at__isnull=True)


def cover_as_shown(talks: Sequence[int]) -> set[int]:
    """Give each message the coverage that follows from what stands on the platform, where nobody here settled it.
    Returns the conversations in which something changed. Call inside a transaction.
    """
    parents, latest = _answers(talks)
    rows = Message.objects.inbound().filter(_BY_PLATFORM, conversation__in=talks).order_by("pk")
    become: dict[Coverage, list[int]] = defaultdict(list)
    moved: set[int] = set()
    for one in (_Shown(*row) for row in rows.values_list(*_Shown._fields)):
        before = latest.get(one.conversation_id)
        answered = one.native_id in parents[one.conversation_id] or (before is not None and one.occurred_at <= before)
        coverage = _coverage_of(one, answered=answered)
        if coverage != one.coverage:
            become[coverage].append(one.pk)
            moved.add(one.conversation_id)
    for coverage, ids in become.items():
        _set(ids, coverage)
    return moved


def _answers(talks: Sequence[int]) -> tuple[dict[int, set[str]], dict[int, datetime]]:
    """By conversation: what our side answered there, and when it last spoke without saying to what."""
    parents: dict[int, set[str]] = defaultdict(set)
    latest: dict[int, datetime] = {}
    answers = native_answers().filter(conversation__in=talks)
    for talk, parent, at in answers.values_list("conversation", "parent_native_id", "occurred_at"):
        if parent:
            parents[talk].add(parent)
        else:
            latest[talk] = max(at, latest.get(talk, at))
    return parents, latest


def _coverage_of(one: _Shown, *, answered: bool) -> Coverage:
    if answered:
        return Coverage.ANSWERED_NATIVELY
    if one.deleted_at is not None:
        return Coverage.WITHDRAWN
    return Coverage.HIDDEN if one.hidden_at is not None else Coverage.OPEN


def _set(ids: Sequence[int], coverage: Coverage) -> None:
    """A message that is open again comes into its case again, which may be closed."""
    at = None if coverage == Coverage.OPEN else clock.now()
    for start in range(0, len(ids), _SOME):
        rows = Message.objects.filter(pk__in=ids[start : start + _SOME])
        if coverage == Coverage.OPEN:
            rows.filter(state=MessageState.QUEUED).update(state=MessageState.READ)
        rows.update(coverage=coverage, covered_at=at)
