"""The balance of a period: every arrival in exactly one state, every inbound message in exactly one coverage.

Both sums are made of the same rows that they are compared with, so the difference is zero by construction.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from resonanz.kit import clock
from resonanz.model.models import Account, Arrival, ArrivalState, Coverage, Message


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
        answered = {Coverage.ANSWERED, Coverage.ANSWERED_NATIVELY}
        return sum(line.count for line in self.message_lines if line.state in answered)

    @property
    def unaccounted(self) -> int:
        """Always zero; shown because a promise is only worth what it can be checked by."""
        arrivals = self.arrivals - sum(line.count for line in self.arrival_lines)
        return abs(arrivals) + abs(self.messages - sum(line.count for line in self.message_lines))


def balance(start: datetime, end: datetime | None = None, *, account: Account | None = None) -> Balance:
    """Balance a period (aware times); ``account`` narrows it to one connection."""
    end = end or clock.now()
    arrivals = Arrival.objects.filter(received_at__gte=start, received_at__lt=end).exclude(state=ArrivalState.ENVELOPE)
    messages = Message.objects.inbound().filter(received_at__gte=start, received_at__lt=end)
    if account is not None:
        arrivals, messages = arrivals.filter(account=account), messages.filter(account=account)
    by_state = arrivals.values("state", "why").annotate(count=Count("pk")).order_by("state", "-count")
    by_coverage = dict(messages.values_list("coverage").annotate(count=Count("pk")).order_by())
    return Balance(
        start,
        end,
        arrivals.count(),
        tuple(Line(row["state"], row["count"], row["why"]) for row in by_state),
        messages.count(),
        tuple(Line(coverage, by_coverage[coverage]) for coverage in Coverage.values if coverage in by_coverage),
    )
