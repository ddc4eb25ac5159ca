"""Who is away, and until when: nobody is given cases while away, and none waits for somebody who is not there."""

from datetime import datetime, timedelta

from django.db.transaction import atomic

from resonanz.casework.leave import give_back_all
from resonanz.casework.rights import permit_change
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Agent

LONGEST = timedelta(days=400)
SEEN_EVERY = timedelta(minutes=1)
MOST_CAPACITY = 500


def go_away(agent: Agent, *, until: datetime, by: Agent, give_back: bool = False) -> int:
    """Be away until ``until`` (aware); ``give_back``: what they have waits in its queues again. Returns how many cases
    that were. For oneself, or for somebody whom ``by`` may change.
    """
    _permit(agent, by)
    if not clock.now() < until <= clock.now() + LONGEST:
        raise Refused("Choose a time in the future, within a year.")
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        agent.away_until = until
        agent.save(update_fields=["away_until"])
        given_back = give_back_all(agent, by=by) if give_back else 0
        record("agent.went_away", agent, by=by, until=until.isoformat(), given_back=given_back)
    return given_back


def come_back(agent: Agent, *, by: Agent) -> Agent:
    """Be there again."""
    _permit(agent, by)
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        if agent.away_until is not None:
            agent.away_until = None
            agent.save(update_fields=["away_until"])
            record("agent.came_back", agent, by=by)
    return agent


def set_capacity(agent: Agent, *, capacity: int, by: Agent) -> Agent:
    """How many open cases queues may give this person by themselves; 0: none. Who takes more may have more."""
    permit_change(agent, by)
    if not 0 <= capacity <= MOST_CAPACITY:
        raise Refused("Say a number from 0 to {most}.", most=MOST_CAPACITY)
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        if agent.capacity != capacity:
            agent.capacity = capacity
            agent.save(update_fields=["capacity"])
            record("agent.capacity_set", agent, by=by, most=capacity)
    return agent


def be_seen(agent: Agent) -> None:
    """This person is at the desk; written down once a minute. Not journaled: it is no act."""
    now = clock.now()
    if agent.seen_at is None or agent.seen_at < now - SEEN_EVERY:
        Agent.objects.filter(pk=agent.pk).update(seen_at=now)


def _permit(agent: Agent, by: Agent) -> None:
    if agent.pk != by.pk:
        permit_change(agent, by)
