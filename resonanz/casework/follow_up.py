"""Reminders to look at a case again: told when their time comes, there until somebody ticks them off."""

from datetime import datetime, timedelta

from django.db import connection
from django.db.transaction import atomic

from resonanz.casework.close import open_again
from resonanz.casework.permit import permit
from resonanz.casework.reach import reaches
from resonanz.journal.record import record
from resonanz.journal.tell import tell
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, Case, FollowUp, NoticeKind

BATCH = 200
LONGEST = timedelta(days=366)
MOST, MOST_OPEN = 200, 20


def follow_up(case: Case, *, agent: Agent, due_at: datetime, text: str, by: Agent, reopens: bool = False) -> FollowUp:
    """Remind ``agent`` at ``due_at`` (aware, in the future, within a year). The case stays as it is until then."""
    permit(case, by)
    text = " ".join(clean(text).split())
    if not clock.now() < due_at <= clock.now() + LONGEST:
        raise Refused("Choose a time in the future, within a year.")
    if len(text) > MOST:
        raise Refused("This has at most {most} characters.", most=MOST)
    if not reaches(case, agent):
        raise Refused("{name} does not see this case.", name=agent.name)
    with atomic():
        case = Case.objects.locked(case)
        if case.follow_ups.open().count() >= MOST_OPEN:
            raise Refused("A case has at most {most} reminders. Tick one off first.", most=MOST_OPEN)
        made = FollowUp.objects.create(case=case, agent=agent, text=text, due_at=due_at, reopens=reopens, by=by)
        record("case.follow_up_set", made, by=by, to=agent.pk, until=due_at.isoformat())
    return made


def finish_follow_up(one: FollowUp, *, by: Agent) -> None:
    """Tick a reminder off, before or after its time."""
    permit(one.case, by)
    with atomic():
        if FollowUp.objects.open().filter(pk=one.pk).update(done_at=clock.now()):
            record("case.follow_up_done", one, by=by, to=one.agent_id)


def restore_follow_up(one: FollowUp, *, by: Agent) -> None:
    """Take the tick back."""
    permit(one.case, by)
    with atomic():
        if FollowUp.objects.filter(pk=one.pk, done_at__isnull=False).update(done_at=None):
            record("case.follow_up_set", one, by=by, to=one.agent_id, until=one.due_at.isoformat())


def follow_ups_due(most: int = BATCH) -> int:
    """Tell everybody whose time has come, and open closed cases again where that was asked; returns how many. Where the
    person has left or does not see the case any more, who set it and who has the case are told instead.
    """
    skip = connection.features.has_select_for_update_skip_locked
    with atomic():
        due = FollowUp.objects.open().filter(told_at__isnull=True, due_at__lte=clock.now()).order_by("due_at", "pk")
        held = due.select_for_update(skip_locked=skip, of=("self",) if skip else ())
        found = list(held.select_related("case", "agent", "by", "case__assignee")[:most])
        for one in found:
            _come_back(one)
    return len(found)


def _come_back(one: FollowUp) -> None:
    if one.reopens and one.case.is_closed:
        open_again(one.case, by=None)
    reached = [one.agent] if reaches(one.case, one.agent) else [one.by, one.case.assignee]
    for agent in {agent.pk: agent for agent in reached if agent and reaches(one.case, agent)}.values():
        tell(agent, NoticeKind.FOLLOW_UP, case=one.case, by=None, text=one.text)
    one.told_at = clock.now()
    one.save(update_fields=["told_at"])
    record("case.follow_up_came", one, by=None, to=one.agent_id)
