"""Who belongs to the house: agents, their roles and teams, and the queues that teams work."""

from collections.abc import Sequence

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.transaction import atomic
from django.utils.text import slugify

from resonanz.journal.record import record
from resonanz.kit.errors import Conflict, NotAllowed, Refused
from resonanz.model.models import Agent, May, Queue, Role, Team


def create_team(name: str, *, by: Agent | None) -> Team:
    """A new team; the same name again gives the one that exists."""
    _may(by)
    with atomic():
        team, made = Team.objects.get_or_create(name=_named(name))
        if made:
            record("team.created", team, by=by)
    return team


def create_queue(
    name: str, *, by: Agent | None, team: Team | None = None, words: Sequence[str] = (), is_default: bool = False
) -> Queue:
    """A new queue. ``words`` send new cases here; the first queue of all is the default one."""
    _may(by)
    slug = slugify(name)[:80] or "queue"
    with atomic():
        if Queue.objects.filter(slug=slug).exists() or Queue.objects.filter(name=_named(name)).exists():
            raise Conflict("There is a queue of that name already.")
        queue = Queue.objects.create(
            name=_named(name),
            slug=slug,
            team=team,
            words=[word.strip() for word in words if word.strip()][:50],
            position=Queue.objects.count(),
            is_default=is_default or not Queue.objects.filter(is_default=True).exists(),
        )
        record("queue.created", queue, by=by)
    return queue


def invite_agent(
    *, email: str, name: str, password: str, roles: Sequence[str], teams: Sequence[Team], by: Agent | None,
    language: str = "",
) -> Agent:  # fmt: skip
    """A new person with a first password, which they change after signing in."""
    _may(by)
    email = email.strip().lower()
    try:
        validate_email(email)
        if by is not None:
            validate_password(password)
    except ValidationError as error:
        raise Refused("{why}", why=" ".join(str(message) for message in error.messages)) from None
    _known_roles(roles)
    with atomic():
        if Agent.objects.filter(email=email).exists():
            raise Conflict("Somebody with this e-mail address is here already.")
        agent = Agent.objects.create_user(
            email, password, name=_named(name), roles=sorted(set(roles)), language=language
        )
        agent.teams.set(teams)
        record("agent.invited", agent, by=by, roles=agent.roles)
    return agent


def change_agent(
    agent: Agent, *, name: str, roles: Sequence[str], teams: Sequence[Team], is_active: bool, by: Agent
) -> Agent:
    """Change what a person is. Nobody takes their own right to do this away, so one operator always remains."""
    _may(by)
    _known_roles(roles)
    if agent.pk == by.pk and (not is_active or not ({Role.LEAD, Role.OPERATOR} & set(roles))):
        raise Refused("You cannot take this right away from yourself. Ask a colleague.")
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        agent.name, agent.roles, agent.is_active = _named(name), sorted(set(roles)), is_active
        agent.save(update_fields=["name", "roles", "is_active"])
        agent.teams.set(teams)
        record("agent.changed", agent, by=by, roles=agent.roles, active=is_active)
    return agent


def change_self(agent: Agent, *, name: str, initials: str, signature: str, language: str, theme: str) -> Agent:
    """A person's own page: how they are called and how the house looks to them."""
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        agent.name, agent.initials, agent.signature = _named(name), initials.strip()[:8], signature.strip()[:300]
        agent.language = language if language in {"", "de", "en"} else ""
        agent.theme = theme if theme in {"", "light", "dark"} else ""
        agent.save(update_fields=["name", "initials", "signature", "language", "theme"])
        record("agent.changed_self", agent, by=agent)
    return agent


def _named(name: str) -> str:
    if not name.strip():
        raise Refused("Give it a name.")
    return name.strip()[:80]


def _known_roles(roles: Sequence[str]) -> None:
    if unknown := set(roles) - set(Role.values):
        raise Refused("There is no role {role}.", role=min(unknown))


def _may(by: Agent | None) -> None:
    if by is not None and not by.may(May.RUN_TEAM):
        raise NotAllowed
