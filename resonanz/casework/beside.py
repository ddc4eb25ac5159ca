"""The words of other people around a case's own, under the same posts: the nearest, and how many more there are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case as When_
from django.db.models import Count, DateTimeField, F, Prefetch, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from resonanz.model.models import Attachment, Case, Message, VisibleTo

OTHERS = 3
MOST_OTHERS = 400


@dataclass(frozen=True, slots=True)
class Beside:
    """What others said near a moment, in order of time; ``earlier`` and ``later`` count what is left out."""

    messages: tuple[Message, ...] = ()
    earlier: int = 0
    later: int = 0


def beside(case: Case, around: Mapping[int, datetime], others: int = OTHERS) -> dict[int, Beside]:
    """By thread: the nearest ``others`` before and behind the moment in ``around``; a fixed number of queries."""
    if not around:
        return {}
    others = min(max(others, 0), MOST_OTHERS)
    found = _said_there(case, around)
    counts = _counted(found)
    shown: dict[int, list[Message]] = {}
    for message in _near(found, others):
        shown.setdefault(message.conversation.thread_id, []).append(message)
    return {
        thread: Beside(tuple(shown.get(thread, ())), max(earlier - others, 0), max(later - others, 0))
        for thread, (earlier, later) in counts.items()
    }


def _said_there(case: Case, around: Mapping[int, datetime]) -> QuerySet[Message]:
    """All public words of others under these posts, with the moment of their post."""
    moments = [When(conversation__thread=thread, then=Value(at)) for thread, at in around.items()]
    return (
        Message.objects.filter(conversation__thread__in=list(around))
        .exclude(conversation__case=case)
        .exclude(visibility=VisibleTo.PRIVATE)
        .annotate(middle=When_(*moments, output_field=DateTimeField()))
        .order_by()
    )


def _counted(found: QuerySet[Message]) -> dict[int, tuple[int, int]]:
    """By thread: how many stand before the moment and behind it."""
    is_earlier = Q(occurred_at__lte=F("middle"))
    sides = {"earlier": Count("pk", filter=is_earlier), "later": Count("pk", filter=~is_earlier)}
    rows: Iterable[tuple[int, int, int]] = found.values_list("conversation__thread").annotate(**sides)
    return {thread: (earlier, later) for thread, earlier, later in rows}


def _near(found: QuerySet[Message], others: int) -> QuerySet[Message]:
    post = F("conversation__thread")
    before = Window(RowNumber(), partition_by=post, order_by=[F("occurred_at").desc(), F("pk").desc()])
    behind = Window(RowNumber(), partition_by=post, order_by=[F("occurred_at").asc(), F("pk").asc()])
    near = [
        row["pk"]
        for side, rank in ((Q(occurred_at__lte=F("middle")), before), (Q(occurred_at__gt=F("middle")), behind))
        for row in found.filter(side).annotate(rank=rank).filter(rank__lte=others).values("pk")
    ]
    files = Prefetch("attachments", Attachment.objects.defer("content"))
    shown = Message.objects.filter(pk__in=near).select_related("author", "conversation")
    return shown.prefetch_related("former_texts", files).order_by("occurred_at", "pk")
