"""Queues that give their cases out: to whoever is there, has room, and has waited longest for one; never beyond what a
person's capacity allows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.db.models import Count, Max, Q
from django.db.transaction import atomic
from django.utils import timezone

from resonanz.casework.hours import is_there
from resonanz.casework.order import by_harm
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Agent, Case, CaseState, May, Queue, Spread

BATCH = 200
AT_THE_DESK = timedelta(minutes=5)
NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(slots=True)
class Ready:
    """Somebody who can be given cases: how many more, when they were given one last, how many in this round."""

    agent: Agent
    room: int
    last: datetime
    given: int = 0

    @property
    def turn(self) -> tuple[int, datetime, int]:
        """Whose turn it is: the lowest is next."""
        return self.given, self.last, self.agent.pk


def spread_due(most: int = BATCH) -> int:
    """Give out what waits in queues that give out; returns how many cases. Workers share by row locks."""
    local = timezone.localtime(clock.now())
    queues = Queue.objects.filter(spread=Spread.ROUND).select_related("team")
    return sum(_spread(queue, most) for queue in queues if is_there(queue.team, local))


def _spread(queue: Queue, most: int) -> int:
    """Most urgent first; one transaction a queue, in which the people are held so that two workers count alike."""
    with atomic():
        ready = _ready(queue)
        cases = _waiting(queue, min(most, sum(one.room for one in ready)))
        before = _had_before(cases) if queue.keeps_customer else {}
        for case in cases:
            known = next((one for one in ready if one.agent.pk == before.get(case.contact_id) and one.room), None)
            _give(case, known or min((one for one in ready if one.room), key=lambda one: one.turn))
    return len(cases)


def _ready(queue: Queue) -> list[Ready]:
    now = clock.now()
    there = Agent.objects.select_for_update(of=("self",) if connection.features.has_select_for_update_of else ())
    there = there.filter(Q(away_until=None) | Q(away_until__lte=now), is_active=True, seen_at__gte=now - AT_THE_DESK)
    if queue.team_id is not None:
        there = there.filter(pk__in=Agent.objects.filter(teams=queue.team_id))
    agents = [one for one in there.order_by("pk") if one.may(May.WORK_CASES)]
    has = Case.objects.filter(assignee__in=agents).order_by().values_list("assignee")
    rows = has.annotate(n=Count("pk", filter=Q(state=CaseState.OPEN)), last=Max("assigned_at"))
    held = {pk: (count, last) for pk, count, last in rows}
    found = [(one, *held.get(one.pk, (0, None))) for one in agents]
    return [Ready(one, one.capacity - count, last or NEVER) for one, count, last in found if count < one.capacity]


def _waiting(queue: Queue, most: int) -> list[Case]:
    if most <= 0:
        return []
    skip = connection.features.has_select_for_update_skip_locked
    free = Case.objects.open().filter(queue=queue, assignee=None, waiting_since__isnull=False)
    return list(free.select_for_update(skip_locked=skip, of=("self",) if skip else ()).order_by(*by_harm())[:most])


def _had_before(cases: Iterable[Case]) -> dict[int, int]:
    """By contact: who had their last case."""
    contacts = [case.contact_id for case in cases]
    rows = Case.objects.filter(contact__in=contacts, assignee__isnull=False).order_by("assigned_at", "pk")
    return dict(rows.values_list("contact", "assignee"))


def _give(case: Case, to: Ready) -> None:
    now = clock.now()
    case.assignee, case.assigned_at, case.changed_at = to.agent, now, now
    case.save(update_fields=["assignee", "assigned_at", "changed_at"])
    to.room, to.given = to.room - 1, to.given + 1
    record("case.spread", case, by=None, to=to.agent.pk)
