"""Which colleagues see a case: whom one can mention and remind."""

from collections.abc import Iterable

from resonanz.model.models import Agent, Case, May, Role

SEE_ALL = frozenset({Role.LEAD, Role.PRIVACY})


def reaches(case: Case, agent: Agent) -> bool:
    """Whether this person may read this case (now)."""
    return agent.may(May.READ_CASES) and Case.objects.visible_to(agent).filter(pk=case.pk).exists()


def active_agents() -> list[Agent]:
    """Everybody who has not left, by name, with their teams; two queries."""
    return list(Agent.objects.filter(is_active=True).prefetch_related("teams").order_by("name", "pk"))


def who_sees(case: Case, among: Iterable[Agent] | None = None) -> list[Agent]:
    """Everybody (``among`` the active agents, where they are known already) who may read the case, by name."""
    team = case.queue.team_id
    return [
        one
        for one in (active_agents() if among is None else among)
        if one.may(May.READ_CASES)
        and (team is None or SEE_ALL & set(one.roles) or one.pk == case.assignee_id or _belongs(one, team))
    ]


def _belongs(agent: Agent, team: int) -> bool:
    return any(one.pk == team for one in agent.teams.all())
