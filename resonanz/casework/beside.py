"""The words of other people around a case's own, under the same posts: the nearest, and how many more there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db.models import BooleanField, Count, DateTimeField, F, Q, QuerySet, Value, When, Window
from django.db.models import Case as When_
from django.db.models.functions import RowNumber

from resonanz.model.base import besides
from resonanz.model.models import Case, Conversation, Identity, Message, VisibleTo

OTHERS = 3
MOST_OTHERS = 400
_NOT_SHOWN = [
    "html", "references", "version", "status_version", "covered_at", "received_at", "permalink",
    *besides("author", Identity, "name", "handle", "native_id"),
    *besides("conversation", Conversation, "thread"),
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Beside:
    """What others said near a moment, in order of time; ``earlier`` and ``later`` count what is left out."""

    messages: tuple[Message, ...] = ()
    earlier: int = 0
    later: int = 0


class _Near(NamedTuple):
    """A word near the moment: under which post, on which side of it, and how many stand on that side."""

    pk: int
    thread: int
    is_later: bool
    there: int


def beside(case: Case, around: Mapping[int, datetime], others: int = OTHERS) -> dict[int, Beside]:
    """By thread: the nearest ``others`` before and behind the moment in ``around``; a fixed number of queries."""
    if not around:
        return {}
    others = min(max(others, 1), MOST_OTHERS)
    found = _near(_said_there(case, around), others)
    shown: dict[int, list[Message]] = {}
    words = (
        Message.objects.filter(pk__in=[near.pk for near in found])
        .select_related("author", "conversation")
        .defer(*_NOT_SHOWN)
    )
    for message in words.order_by("occurred_at", "pk"):
        shown.setdefault(message.conversation.thread_id, []).append(message)
    there = {(near.thread, near.is_later): near.there for near in found}
    return {
        thread: Beside(
            tuple(messages),
            max(there.get((thread, False), 0) - others, 0),
            max(there.get((thread, True), 0) - others, 0),
        )
        for thread, messages in shown.items()
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


def _near(found: QuerySet[Message], others: int) -> list[_Near]:
    """The nearest on either side of the moment, and how many there are; one query."""
    side = [F("conversation__thread"), F("is_later")]
    ranked = found.annotate(
        is_later=When_(When(occurred_at__gt=F("middle"), then=True), default=False, output_field=BooleanField()),
        down=Window(RowNumber(), partition_by=side, order_by=[F("occurred_at").desc(), F("pk").desc()]),
        up=Window(RowNumber(), partition_by=side, order_by=[F("occurred_at").asc(), F("pk").asc()]),
        there=Window(Count("pk"), partition_by=side),
    )
    near = ranked.filter(Q(is_later=False, down__lte=others) | Q(is_later=True, up__lte=others))
    return [_Near(*row) for row in near.values_list("pk", "conversation__thread", "is_later", "there")]
