"""The people, queues and counts that several parts of one page name, asked for once."""

from functools import cached_property

from django.http import HttpRequest

from resonanz.casework.inbox import Counts, counts_for
from resonanz.casework.notices import unread
from resonanz.casework.reach import active_agents
from resonanz.model.models import Agent, May, Queue
from resonanz.web.allowed import agent_of

_KEPT_AS = "resonanz_around"


class Around:
    """What is around one person while one page is made; each asked for when it is first needed."""

    def __init__(self, agent: Agent) -> None:
        self.agent = agent

    @cached_property
    def active(self) -> list[Agent]:
        """Everybody who works here, by name, with their teams."""
        return active_agents()

    @cached_property
    def queues(self) -> list[Queue]:
        """All queues: cases can be moved into those of other teams too."""
        return list(Queue.objects.all())

    @cached_property
    def queues_seen(self) -> list[Queue]:
        """The queues whose cases this person sees."""
        if self.agent.sees_all:
            return self.queues
        mine = set(self.agent.teams.values_list("pk", flat=True))
        return [queue for queue in self.queues if queue.team_id is None or queue.team_id in mine]

    @cached_property
    def counts(self) -> Counts:
        """How many open cases wait where."""
        return counts_for(self.agent)

    @cached_property
    def unread(self) -> int:
        """How many notices this person has not read."""
        return unread(self.agent)

    def takers(self, queue: Queue | None = None) -> list[Agent]:
        """To whom this person can give cases (of one queue): who works on cases, is there, and is of its team."""
        if not self.agent.may(May.ASSIGN_OTHERS):
            return []
        there = [one for one in self.active if one.may(May.WORK_CASES) and not one.is_away]
        if queue is None or queue.team_id is None:
            return there
        return [one for one in there if any(team.pk == queue.team_id for team in one.teams.all())]


def around(request: HttpRequest) -> Around:
    """What is around the signed-in person; one for each request."""
    found = getattr(request, _KEPT_AS, None)
    if not isinstance(found, Around):
        found = Around(agent_of(request))
        setattr(request, _KEPT_AS, found)
    return found
