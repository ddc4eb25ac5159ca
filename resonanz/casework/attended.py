"""Queues that nobody works: their team is empty, or all of it has left."""

from dataclasses import dataclass

from django.db.models import Count

from resonanz.model.models import Agent, Case, May, Queue


@dataclass(frozen=True, slots=True)
class Unattended:
    """A queue without anybody who works it, and how many cases wait there. Leads see them all the same."""

    queue: Queue
    waiting: int


def unattended() -> list[Unattended]:
    """All such queues, in a fixed number of statements. A queue of no team is worked by everybody."""
    workers = [one for one in Agent.objects.filter(is_active=True).prefetch_related("teams") if one.may(May.WORK_CASES)]
    staffed = {team.pk for one in workers for team in one.teams.all()}
    open_cases = Case.objects.open().order_by().values_list("queue").annotate(n=Count("pk"))
    waiting: dict[int, int] = dict(open_cases)
    return [
        Unattended(queue, waiting.get(queue.pk, 0))
        for queue in Queue.objects.select_related("team")
        if (not workers if queue.team_id is None else queue.team_id not in staffed)
    ]
