"""The balance of a period: every arrival in exactly one state, every inbound message in exactly one coverage.

Both sums are made of the same rows that they are compared with, so the difference is zero by construction.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db.models import Count, Model, Q, QuerySet

from resonanz.kit import clock
from resonanz.model.models import Account, Arrival, ArrivalState, Coverage, Message

M = TypeVar("M", bound=Model)
ANSWERED = (Coverage.ANSWERED, Coverage.ANSWERED_NATIVELY)


@dataclass(frozen=True, slots=True)
class Line:
    """One state with its count; ``why`` where a filter or an error named a reason."""

    state: str
    count: int
    why: str = ""


@dataclass(frozen=True, slots=True)
class Balance:
    """What came in ``start <= received_at < end``, and what became of it."""

    start: datetime
    end: datetime
    arrivals: int
    arrival_lines: tuple[Line, ...]
    messages: int
    message_lines: tuple[Line, ...]

    @property
    def open(self) -> int:
        return sum(line.count for line in self.message_lines if line.state == Coverage.OPEN)

    @property
    def answered(self) -> int:
        return sum(line.count for line in self.message_lines if line.state in ANSWERED)

    @property
    def unaccounted(self) -> int:
        """Always zero; shown because a promise is only worth what it can be checked by."""
        arrivals = self.arrivals - sum(line.count for line in self.arrival_lines)
        return abs(arrivals) + abs(self.messages - sum(line.count for line in self.message_lines))


@dataclass(frozen=True, slots=True)
class Span:
    """``start <= received_at < end``, aware times; ``account`` narrows it to one connection."""

    start: datetime
    end: datetime
    account: Account | None = None

    def messages(self, *coverages: str) -> QuerySet[Message]:
        """The inbound messages that are counted, or those in these states."""
        found = self._within(Message.objects.inbound())
        return found.filter(coverage__in=coverages) if coverages else found

    def arrivals(self) -> QuerySet[Arrival]:
        """The arrivals that are counted: envelopes only carry others."""
        return self._within(Arrival.objects.exclude(state=ArrivalState.ENVELOPE))

    def _within(self, rows: QuerySet[M]) -> QuerySet[M]:
        rows = rows.filter(received_at__gte=self.start, received_at__lt=self.end)
        return rows if self.account is None else rows.filter(account=self.account)


def balance(start: datetime, end: datetime | None = None, *, account: Account | None = None) -> Balance:
    """Balance a period (aware times); ``account`` narrows it to one connection."""
    span = Span(start, end or clock.now(), account)
    arrivals, messages = span.arrivals(), span.messages()
    by_state: Counter[tuple[str, str]] = Counter()
    for row in arrivals.values("state", "why").annotate(count=Count("pk")).order_by("state"):
        by_state[row["state"], head_of(row["why"])] += row["count"]
    by_coverage = dict(messages.values_list("coverage").annotate(count=Count("pk")).order_by())
    return Balance(
        span.start,
        span.end,
        arrivals.count(),
        tuple(Line(state, count, why) for (state, why), count in sorted(by_state.items(), key=_by_state)),
        messages.count(),
        tuple(Line(coverage, by_coverage[coverage]) for coverage in Coverage.values if coverage in by_coverage),
    )


def head_of(why: str) -> str:
    """The reason without its detail, which stands behind a colon."""
    return why.partition(": ")[0]


def because(arrivals: QuerySet[Arrival], head: str) -> QuerySet[Arrival]:
    """The arrivals of one line of the balance: with this reason, whatever its detail."""
    return arrivals.filter(Q(why=head) | Q(why__startswith=f"{head}: ")) if head else arrivals.filter(why="")


def _by_state(one: tuple[tuple[str, str], int]) -> tuple[str, int, str]:
    (state, why), count = one
    return state, -count, why
