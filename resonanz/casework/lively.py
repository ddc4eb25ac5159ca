"""The posts under which most is being said right now: where people come from in a rush. Counted, not judged."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Q

from resonanz.kit import clock
from resonanz.model.models import Agent, Case, Message, Thread, VisibleTo

MOST = 5
LEAST_REACTIONS = 3  # fewer are everyday
RECENT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lively:
    """One post: ``reactions`` of customers within the last hour, and how many ``open`` cases this person sees there."""

    thread: Thread
    reactions: int
    open: int


def lively(agent: Agent) -> list[Lively]:
    """The liveliest posts of the cases that this person sees, liveliest first; a fixed number of queries."""
    since = clock.now() - RECENT
    seen = Case.objects.visible_to(agent)
    rows = (
        Message.objects.inbound()
        .filter(received_at__gte=since, occurred_at__gte=since, conversation__case__in=seen)
        .exclude(visibility=VisibleTo.PRIVATE)
        .order_by()
        .values_list("conversation__thread")
        .annotate(reactions=Count("pk"))
        .filter(reactions__gte=LEAST_REACTIONS)
        .order_by("-reactions", "conversation__thread")[:MOST]
    )
    reactions = dict(rows)
    threads = Thread.objects.select_related("account").in_bulk(list(reactions))
    waiting = seen.open().filter(conversations__thread__in=list(reactions)).order_by()
    by_thread = waiting.values_list("conversations__thread").annotate(
        n=Count("pk", distinct=True, filter=Q(conversations__thread__in=list(reactions)))
    )
    open_there = dict(by_thread)
    return [Lively(threads[pk], count, open_there.get(pk, 0)) for pk, count in reactions.items() if pk in threads]
