"""Who belongs to the house: agents, their roles and teams, and the queues that teams work."""

from collections.abc import Callable, Sequence

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.transaction import atomic
from django.utils.text import slugify

from resonanz.casework.hours import kept_days, kept_hours
from resonanz.casework.leave import leave
from resonanz.casework.rights import keep_an_operator, permit_address, permit_change, permit_roles, teams_after
from resonanz.journal.record import record
from resonanz.kit.errors import Conflict, NotAllowed, Refused
from resonanz.model.models import Agent, May, Queue, Role, Spread, Team


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
            words=_words(words),
            position=Queue.objects.count(),
            is_default=is_default or not Queue.objects.filter(is_default=True).exists(),
        )
        record("queue.created", queue, by=by)
    return queue


def change_team(team: Team, *, name: str, hours: Sequence[str], closed_days: Sequence[str], by: Agent) -> Team:
    """Change a team: its name, its weekly hours, the days on which nobody works (see ``hours``)."""
    _may(by)
    week, days = kept_hours(hours), kept_days(closed_days)
    with atomic():
        team = Team.objects.locked(team)
        if Team.objects.filter(name=_named(name)).exclude(pk=team.pk).exists():
            raise Conflict("There is a team of that name already.")
        if (team.name, team.hours, team.closed_days) != (_named(name), week, days):
            team.name, team.hours, team.closed_days = _named(name), week, days
            team.save()
            record("team.changed", team, by=by)
    return team


def change_queue(
    queue: Queue, *, name: str, team: Team | None, words: Sequence[str], is_default: bool, by: Agent | None,
    spread: str | None = None, keeps_customer: bool | None = None,
) -> Queue:  # fmt: skip
    """Change a queue; its address stays. There is always one default queue: it ends by making another the default.
    Cases that wait in it stay; words lead new cases only. ``spread``, ``keeps_customer``: None leaves them as they are.
    """
    _may(by)
    with atomic():
        queue = Queue.objects.locked(queue)
        if Queue.objects.filter(name=_named(name)).exclude(pk=queue.pk).exists():
            raise Conflict("There is a queue of that name already.")
        if queue.is_default and not is_default:
            raise Refused("One queue has to be the default one. Make another one the default instead.")
        if is_default and not queue.is_default:
            Queue.objects.filter(is_default=True).update(is_default=False)
        before = _as_told(queue)
        queue.name, queue.team, queue.words, queue.is_default = _named(name), team, _words(words), is_default
        queue.spread = queue.spread if spread is None else Spread(spread)
        queue.keeps_customer = queue.keeps_customer if keeps_customer is None else keeps_customer
        after = _as_told(queue)
        if after != before:
            queue.save()
            queue.cases.all().words_changed()
            record("queue.changed", queue, by=by, before=before, after=after)
    return queue


def invite_agent(
    *, email: str, name: str, password: str, roles: Sequence[str], teams: Sequence[Team], by: Agent | None,
    language: str = "",
) -> Agent:  # fmt: skip
    """A new person with a first password, which they change after signing in. ``by`` gives only what they may give."""
    _may(by)
    email = _address(email)
    if by is not None:
        _checked(validate_password, password)
    _known_roles(roles)
    if by is not None:
        permit_roles(roles, None, by)
        teams = list(teams_after(teams, None, by))
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
    """Change what a person is, as far as ``by`` may (see rights). Nobody takes their own right to do this away. Who may
    not sign in any more gives their cases back.
    """
    _may(by)
    _known_roles(roles)
    if agent.pk == by.pk and (not is_active or not ({Role.LEAD, Role.OPERATOR} & set(roles))):
        raise Refused("You cannot take this right away from yourself. Ask a colleague.")
    with atomic():
        everybody = {one.pk: one for one in Agent.objects.select_for_update().order_by("pk")}
        agent, by = everybody[agent.pk], everybody[by.pk]
        permit_change(agent, by)
        keep_an_operator(agent, among=everybody.values(), roles=roles, is_active=is_active)
        permit_roles(roles, agent, by)
        belongs, before, was_active = teams_after(teams, agent, by), sorted(agent.roles), agent.is_active
        agent.name, agent.roles, agent.is_active = _named(name), sorted(set(roles)), is_active
        agent.save(update_fields=["name", "roles", "is_active"])
        agent.teams.set(belongs)
        given_back = leave(agent, by=by) if was_active and not is_active else 0
        record("agent.changed", agent, by=by, roles=agent.roles, before=before, active=is_active, given_back=given_back)
    return agent


def change_address(agent: Agent, email: str, *, by: Agent) -> Agent:
    """The address with which a person signs in and gets the mail for a new password: changed by an operator alone, and
    never one's own, so that an open session does not give an account away. What else allauth knew of is forgotten.
    """
    permit_address(agent, by)
    email = _address(email)
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        if agent.email == email:
            return agent
        if Agent.objects.filter(email=email).exists():
            raise Conflict("Somebody with this e-mail address is here already.")
        agent.email = email
        agent.save(update_fields=["email"])
        EmailAddress.objects.filter(user=agent).delete()
        record("agent.address_changed", agent, by=by)
    return agent


def set_needs_release(agent: Agent, *, needs_release: bool, by: Agent) -> Agent:
    """Say whether a colleague has to release whatever this person writes (somebody new, for a while)."""
    _may(by)
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        permit_change(agent, by)
        if agent.needs_release == needs_release:
            return agent
        agent.needs_release = needs_release
        agent.save(update_fields=["needs_release"])
        record("agent.release_rule_set", agent, by=by, needs_release=needs_release)
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


def _as_told(queue: Queue) -> dict[str, object]:
    """What the journal tells of a queue before and after a change."""
    told: dict[str, object] = {"name": queue.name, "team": queue.team_id, "words": queue.words}
    return told | {"is_default": queue.is_default, "spread": queue.spread, "keeps_customer": queue.keeps_customer}


def _address(email: str) -> str:
    email = email.strip().lower()
    _checked(validate_email, email)
    return email


def _checked(check: Callable[[str], None], value: str) -> None:
    try:
        check(value)
    except ValidationError as error:
        raise Refused("{why}", why=" ".join(str(message) for message in error.messages)) from None


def _words(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))[:50]


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
