"""What is going on right now, for one person: how the queues stand, the day so far, reply windows that close soon."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, F, Min, Q
from django.db.models.functions import TruncHour
from django.utils import timezone

from resonanz.casework.inbox import closing_words, due_soon
from resonanz.casework.order import URGENT
from resonanz.kit import clock
from resonanz.model.models import Agent, Case, Message, Queue

HOURS = 24
MOST_CLOSING = 6
MOST_DUE = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """One queue: its open cases, how many of them nobody has, how many are urgent, and since when the oldest waits."""

    queue: Queue
    open: int = 0
    free: int = 0
    urgent: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True, slots=True)
class Hour:
    """How many reactions came in during one hour."""

    begins: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Closing:
    """A case whose customer can be answered only until ``until``."""

    case: Case
    channel: str
    until: datetime


def standings(agent: Agent) -> list[Standing]:
    """Every queue that this person sees, empty ones too; two statements."""
    open_cases = Case.objects.open().visible_to(agent).order_by()
    rows = open_cases.values_list("queue").annotate(
        open=Count("pk"),
        free=Count("pk", filter=Q(assignee=None)),
        urgent=Count("pk", filter=Q(urgency__gte=URGENT)),
        oldest=Min("waiting_since"),
    )
    found = {row[0]: row[1:] for row in rows}
    return [Standing(queue, *found.get(queue.pk, ())) for queue in Queue.objects.visible_to(agent)]


def hours(agent: Agent) -> list[Hour]:
    """The reactions of the last 24 hours in this person's cases, hour by hour, the running hour last."""
    last = timezone.localtime(clock.now()).replace(minute=0, second=0, microsecond=0)
    first = last - timedelta(hours=HOURS - 1)
    came = Message.objects.inbound().filter(
        received_at__gte=first, conversation__case__in=Case.objects.visible_to(agent)
    )
    rows = came.order_by().values_list(TruncHour("received_at")).annotate(n=Count("pk"))
    counts = {timezone.localtime(at): count for at, count in rows}
    begins = [first + timedelta(hours=n) for n in range(HOURS)]
    return [Hour(at, counts.get(at, 0)) for at in begins]


def closing(agent: Agent, most: int = MOST_CLOSING) -> list[Closing]:
    """The open cases whose reply window closes next, soonest first."""
    words = closing_words().filter(conversation__case__in=Case.objects.visible_to(agent).open())
    soonest = (
        words.order_by().values("conversation__case", channel=F("account__channel")).annotate(until=Min("reply_until"))
    )
    rows = list(soonest.order_by("until", "conversation__case")[:most])
    cases = Case.objects.select_related("contact", "queue").in_bulk([row["conversation__case"] for row in rows])
    return [Closing(cases[row["conversation__case"]], row["channel"], row["until"]) for row in rows]


def due(agent: Agent, most: int = MOST_DUE) -> list[Case]:
    """The cases in which something was promised for the next day, or should have been kept already; overdue first."""
    found = due_soon(Case.objects.visible_to(agent)).select_related("contact")
    return list(found.order_by("due_at", "pk")[:most])
