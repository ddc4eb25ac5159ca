"""Which colleagues see a case: whom one can mention and remind."""

from resonanz.model.models import Agent, Case, May, Role

SEE_ALL = frozenset({Role.LEAD, Role.PRIVACY})


def reaches(case: Case, agent: Agent) -> bool:
    """Whether this person may read this case (now)."""
    return agent.may(May.READ_CASES) and Case.objects.visible_to(agent).filter(pk=case.pk).exists()


def who_sees(case: Case) -> list[Agent]:
    """Everybody who may read the case, by name; two queries."""
    team = case.queue.team_id
    active = Agent.objects.filter(is_active=True).prefetch_related("teams").order_by("name", "pk")
    return [
        one
        for one in active
        if one.may(May.READ_CASES)
        and (team is None or SEE_ALL & set(one.roles) or one.pk == case.assignee_id or _belongs(one, team))
    ]


def _belongs(agent: Agent, team: int) -> bool:
    return any(one.pk == team for one in agent.teams.all())
