"""What a person was told: read or not, and how they want to be told."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db.transaction import atomic
from django.utils import timezone

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Agent, Case, Digest, Every, Notice, NoticeKind, NoticeWish, Way
from resonanz.model.notice import NoticeSet

KEPT = timedelta(days=180)
ONE_GO = timedelta(minutes=2)  # between two cases that somebody gives
MORNING = 8


def unread(agent: Agent) -> int:
    """How many notices this person has not read yet; one query on a small index."""
    return Notice.objects.unread().filter(agent=agent).count()


def notices(agent: Agent) -> NoticeSet:
    """Everything this person was told, newest first."""
    return Notice.objects.filter(agent=agent).select_related("case__contact", "by").order_by("-at", "-pk")


def together(told: Iterable[Notice]) -> list[list[Notice]]:
    """Notices as they are said, in the order given: cases that one person gave in one go are said as one."""
    found: list[list[Notice]] = []
    for one in told:
        before = found[-1][-1] if found else None
        if before is not None and _in_one_go(before, one):
            found[-1].append(one)
        else:
            found.append([one])
    return found


def _in_one_go(before: Notice, one: Notice) -> bool:
    if {before.kind, one.kind} != {NoticeKind.ASSIGNED} or before.by_id != one.by_id:
        return False
    return abs(before.at - one.at) <= ONE_GO


def read_notices(*, by: Agent, ids: Iterable[int] | None = None, case: Case | None = None) -> int:
    """Mark one's own notices as read: these, those of a case, or all. Not journaled: to read is no act."""
    mine = Notice.objects.unread().filter(agent=by)
    if ids is not None:
        mine = mine.filter(pk__in=list(ids))
    if case is not None:
        mine = mine.filter(case=case)
    return mine.update(read_at=clock.now())


def unread_notice(notice: Notice, *, by: Agent) -> None:
    """Take the mark back."""
    Notice.objects.filter(pk=notice.pk, agent=by).update(read_at=None)


def wishes_of(agent: Agent) -> dict[str, str]:
    """By kind: how this person wants to be told; every kind has its way."""
    chosen = dict(NoticeWish.objects.filter(agent=agent).values_list("kind", "way"))
    return {kind: chosen.get(kind, Way.PAGE.value) for kind in NoticeKind.values}


def choose_notices(agent: Agent, *, ways: Mapping[str, str], every: str, by: Agent) -> None:
    """Say for each kind how one wants to be told, and how often the mail comes. Nobody chooses for others."""
    if agent.pk != by.pk or every not in Every.values or set(ways.values()) - set(Way.values):
        raise Refused
    with atomic():
        agent = Agent.objects.select_for_update().get(pk=agent.pk)
        for kind in NoticeKind.values:
            NoticeWish.objects.update_or_create(agent=agent, kind=kind, defaults={"way": ways.get(kind, Way.PAGE)})
        digest, made = Digest.objects.get_or_create(agent=agent, defaults={"every": every, "due_at": next_mail(every)})
        if not made and digest.every != every:
            Digest.objects.filter(pk=digest.pk).update(every=every, due_at=next_mail(every))
        record("agent.notices_chosen", agent, by=by)


def next_mail(every: str) -> datetime:
    """When the next mail is due: at the full hour, or the next morning at eight."""
    now = timezone.localtime(clock.now())
    if every == Every.HOUR:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    morning = now.replace(hour=MORNING, minute=0, second=0, microsecond=0)
    return morning if morning > now else morning + timedelta(days=1)


def forget_notices() -> int:
    """Remove what was told more than half a year ago; returns how many."""
    return Notice.objects.filter(at__lt=clock.now() - KEPT).delete()[0]
