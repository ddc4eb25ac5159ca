"""Read messages come into a case: a conversation's own open one, its closed one reopened, or a new one in a queue."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.transaction import atomic

from resonanz.casework.route import Routes, routes
from resonanz.journal.record import record
from resonanz.journal.tell import tell
from resonanz.kit import clock
from resonanz.kit.text import one_line
from resonanz.model.base import literal
from resonanz.model.bulk import insert, moment, rows, set_all, take_ids, update
from resonanz.model.models import Case, CaseState, Conversation, Coverage, Direction, Message, MessageState, NoticeKind

BATCH = 2500
REOPEN_WITHIN = timedelta(days=14)
_COLUMNS = (
    "pk", "conversation_id", "conversation__case_id", "conversation__case__state", "conversation__case__closed_at",
    "conversation__identity__contact_id", "account_id", "text", "fresh", "subject", "coverage", "occurred_at",
    "reading__urgency", "reading__needs_answer", "reading__is_spam",
)  # fmt: skip


@dataclass(slots=True)
class Waiting:
    """What one batch brings to one conversation."""

    conversation: int
    contact: int
    account: int
    case: int | None
    state: str | None
    closed_at: datetime | None
    text: str
    title: str
    urgency: int = 0
    needs_answer: bool = False
    since: datetime | None = None
    ids: list[int] = field(default_factory=list)


def queue_due(most: int = BATCH) -> int:
    """Bring the oldest read messages into cases; returns how many. Workers share by row locks."""
    with atomic():
        taken = _take(most)
        if not taken:
            return 0
        waiting = _by_conversation(taken)
        fresh = [one for one in waiting if one.case is None or _is_long_closed(one)]
        _open_new(fresh, routes())
        Case.objects.filter(pk__in={one.case for one in waiting if one.case is not None}).words_changed()
        for one in waiting:
            if one.case is not None and not _is_long_closed(one):
                _bring(one)
        set_all(Message, [row[0] for row in taken], state=MessageState.QUEUED.value)
        record("cases.fed", by=None, messages=len(taken), opened=len(fresh))
    return len(taken)


def _take(most: int) -> list[tuple[Any, ...]]:
    skip = connection.features.has_select_for_update_skip_locked
    read = Message.objects.filter(state=literal(MessageState.READ), direction=Direction.IN).order_by("pk")
    return rows(read.select_for_update(skip_locked=skip, of=("self",) if skip else ()).values_list(*_COLUMNS)[:most])


def _by_conversation(taken: Iterable[Sequence[Any]]) -> list[Waiting]:
    found: dict[int, Waiting] = {}
    for row in taken:
        (pk, conversation, case, state, closed_at, contact, account, text, fresh, subject, coverage, at, *read) = row
        one = found.get(conversation)
        if one is None:
            words = fresh or text
            title = one_line(subject or words, 120)
            ended = moment(closed_at) if closed_at else None
            one = Waiting(conversation, contact, account, case, state, ended, f"{subject} {words}", title)
            found[conversation] = one
        one.ids.append(pk)
        if coverage != Coverage.OPEN:
            continue
        urgency, needs_answer, is_spam = read
        one.urgency = max(one.urgency, urgency or 0)
        one.needs_answer = one.needs_answer or (bool(needs_answer) and not is_spam)
        since = moment(at)
        one.since = since if one.since is None else min(one.since, since)
    return list(found.values())


def _is_long_closed(one: Waiting) -> bool:
    return (
        one.state == CaseState.CLOSED and one.closed_at is not None and one.closed_at < clock.now() - REOPEN_WITHIN
        and one.since is not None
    )  # fmt: skip


def _open_new(fresh: Sequence[Waiting], ways: Routes) -> None:
    now = clock.now()
    ids = take_ids(Case, len(fresh))
    insert(
        Case,
        [
            "pk",
            "contact_id",
            "queue_id",
            "title",
            "urgency",
            "needs_answer",
            "waiting_since",
            "opened_at",
            "changed_at",
        ],
        [
            (pk, w.contact, ways.queue_for(w.account, w.text), w.title, w.urgency, w.needs_answer, w.since, now, now)
            for pk, w in zip(ids, fresh, strict=True)
        ],
    )
    update(Conversation, "case_id", [(w.conversation, pk) for pk, w in zip(ids, fresh, strict=True)])


def _bring(one: Waiting) -> None:
    """A further word in a case that exists: it wakes, reopens, becomes more urgent; nothing where all is covered."""
    if one.since is None or one.case is None:
        return
    case = Case.objects.locked(one.case)
    if case.state != CaseState.OPEN:
        record("case.reopened_by_customer", case, by=None, was=case.state)
    case.state = CaseState.OPEN
    case.closed_at = case.closed_by = case.snoozed_until = None
    case.close_reason = ""
    case.urgency = max(case.urgency, one.urgency)
    case.needs_answer = case.needs_answer or one.needs_answer
    case.waiting_since = min(filter(None, [case.waiting_since, one.since]))
    case.changed_at = clock.now()
    case.save()
    if case.assignee_id is not None:
        tell(case.assignee, NoticeKind.WROTE_AGAIN, case=case, by=None, text=one.title)
