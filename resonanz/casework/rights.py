"""Who may give whom which right. Operators give every role; team leads give agent, lead and editor to people of their
own teams; nobody gives themselves more; one operator always remains.
"""

from collections.abc import Iterable, Sequence

from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import Agent, May, Role, Team

GIVEN_BY_LEADS = frozenset[str]({Role.AGENT, Role.LEAD, Role.EDITOR})


class LastOperator(Refused):
    """Nobody could connect accounts or bring a new operator in any more."""

    code = "last_operator"
    said = "This is the last operator. Make somebody else one first."


def roles_to_give(by: Agent) -> frozenset[str]:
    """The roles that this person may give to others and take from them."""
    if not by.may(May.RUN_TEAM):
        return frozenset()
    return frozenset(Role.values) if _is_operator(by) else GIVEN_BY_LEADS


def roles_for(agent: Agent, by: Agent) -> frozenset[str]:
    """The roles among which ``by`` may choose for this person: for oneself only those that one has."""
    return frozenset(agent.roles) if agent.pk == by.pk else roles_to_give(by)


def teams_to_give(by: Agent) -> list[Team]:
    """The teams into which this person may bring others."""
    if not by.may(May.RUN_TEAM):
        return []
    return list((Team.objects.all() if _is_operator(by) else by.teams.all()).order_by("name"))


def may_change(agent: Agent, by: Agent, *, own: Iterable[Team]) -> bool:
    """Whether ``by`` may change what this person is; ``own`` are the teams of ``by``. Lists fetch teams beforehand."""
    if not by.may(May.RUN_TEAM):
        return False
    if _is_operator(by) or agent.pk == by.pk:
        return True
    return set(agent.roles) <= GIVEN_BY_LEADS and bool(set(own) & set(agent.teams.all()))


def permit_change(agent: Agent, by: Agent) -> None:
    """Raise NotAllowed where ``by`` may not change what this person is."""
    if not may_change(agent, by, own=by.teams.all()):
        raise NotAllowed("Only an operator, or a lead of one of their teams, can change this person.")


def may_change_address(agent: Agent, by: Agent) -> bool:
    """Whether ``by`` may say with which address this person signs in."""
    return _is_operator(by) and agent.pk != by.pk


def permit_address(agent: Agent, by: Agent) -> None:
    """Raise NotAllowed where ``by`` may not say with which address this person signs in."""
    if not may_change_address(agent, by):
        raise NotAllowed(
            "The address with which somebody signs in is changed by an operator, and nobody's by themselves."
        )


def permit_roles(roles: Iterable[str], agent: Agent | None, by: Agent) -> None:
    """Raise NotAllowed where ``by`` may not bring this person (None: a new one) to these roles."""
    changed = set(roles) ^ set(agent.roles if agent else ())
    if agent is not None and agent.pk == by.pk:
        if changed & set(roles):
            raise NotAllowed("Nobody gives themselves more rights. Ask a colleague.")
    elif changed - roles_to_give(by):
        raise NotAllowed("Only an operator can give or take this role.")


def teams_after(teams: Sequence[Team], agent: Agent | None, by: Agent) -> set[Team]:
    """The teams of a person once ``by`` has chosen these: other people's teams stay as they are. Raises NotAllowed for
    a team that is not ``by``'s, and Refused for a new person whom a lead brings into none.
    """
    before, own = set(agent.teams.all()) if agent else set(), set(teams_to_give(by))
    if set(teams) - own - before:
        raise NotAllowed("Only an operator, or a lead of that team, can bring somebody into it.")
    if agent is None and not teams and not _is_operator(by):
        raise Refused("Choose at least one of your teams.")
    return set(teams) | (before - own)


def keep_an_operator(agent: Agent, *, among: Iterable[Agent], roles: Iterable[str], is_active: bool) -> None:
    """Raise LastOperator where this change leaves nobody who is one. ``among``: everybody, their rows held, so that two
    operators cannot take each other's role away in the same moment.
    """
    if is_active and Role.OPERATOR in roles:
        return
    others = [one for one in among if one.pk != agent.pk]
    if _is_operator(agent) and agent.is_active and not any(_is_operator(one) and one.is_active for one in others):
        raise LastOperator


def _is_operator(agent: Agent) -> bool:
    return Role.OPERATOR in agent.roles
