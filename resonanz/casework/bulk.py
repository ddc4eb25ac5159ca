"""One act on many cases: each by itself, told exactly, and taken back as far as nobody changed a case since."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from django.db.transaction import atomic
from django.utils.dateparse import parse_datetime

from resonanz.casework.assign import assign_case, claim_case, move_case, put_back
from resonanz.casework.close import close_case, open_again
from resonanz.casework.snooze import snooze_case, wake_case
from resonanz.casework.tag import LONGEST, tag_case, untag_case
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, NotFound, Refused, ResonanzError
from resonanz.kit.text import clean
from resonanz.model.models import Agent, BulkAct, Case, CaseState, CloseReason, May, Queue, Tag

MOST = 500
UNDO_WITHIN = timedelta(days=1)


class Act(StrEnum):
    CLAIM = "claim"
    ASSIGN = "assign"
    MOVE = "move"
    SNOOZE = "snooze"
    CLOSE = "close"
    TAG = "tag"


class Begun(Refused):
    """Somebody writes an answer in it."""

    code = "reply_begun"
    said = "A reply has been begun in it. Send it or drop it first."


class NotOnesOwn(NotAllowed):
    """Somebody else's act."""

    code = "not_ones_own"
    said = "Only the person who did this can take it back."


@dataclass(frozen=True, slots=True)
class _Stand:
    """How a case stands, as far as acts on many change it."""

    state: str
    until: str
    queue: int
    assignee: int | None
    tagged: bool


def act_on(ids: Iterable[int], *, act: Act, what: str, by: Agent) -> BulkAct:
    """Do one act to each of at most ``MOST`` cases; one that does not take it stops none of the others. ``what``: the
    reason for closing, the number of a colleague, the address of a queue, a moment (ISO), a tag. Raises Refused and
    NotFound before anything was done.
    """
    if not by.may(May.WORK_CASES):
        raise NotAllowed
    chosen = list(dict.fromkeys(ids))
    if not chosen:
        raise Refused("Choose cases first.")
    if len(chosen) > MOST:
        raise Refused("At most {most} cases at once.", most=MOST)
    what = clean(what)
    do = _doer(act, what, by)
    tag = what if act is Act.TAG else ""
    report = BulkAct(by=by, at=clock.now(), act=act, what=what)
    for pk in chosen:
        try:
            told = _one(pk, do, tag, by, begun_stops=act is Act.CLOSE)
        except ResonanzError as error:
            report.failed.append([pk, error.sentence, error.places])
        else:
            if told is None:
                report.unchanged += 1
            else:
                report.done.append([pk, *told])
    with atomic():
        report.save()
        record("cases.acted_on", report, by=by, act=act, done=len(report.done), failed=len(report.failed))
    return report


def take_back(report: BulkAct, *, by: Agent) -> BulkAct:
    """Put each case back to how it stood before the act, where it still stands as the act left it. The report says
    what could not be put back; again changes nothing.
    """
    if report.by_id != by.pk:
        raise NotOnesOwn
    if report.undone_at is not None:
        return report
    if report.at < clock.now() - UNDO_WITHIN:
        raise Refused("This was too long ago to be taken back at once. Change the cases one by one.")
    failed = []
    for pk, before, after in report.done:
        try:
            _back(report, pk, _Stand(**before), _Stand(**after))
        except ResonanzError as error:
            failed.append([pk, error.sentence, error.places])
    with atomic():
        report = BulkAct.objects.locked(report)
        report.undone_at, report.failed = clock.now(), failed
        report.save(update_fields=["undone_at", "failed"])
        record("cases.taken_back", report, by=by, done=len(report.done) - len(failed), failed=len(failed))
    return report


def _doer(act: Act, what: str, by: Agent) -> Callable[[Case], object]:
    """The act on one case, with what it needs looked up once."""
    match act:
        case Act.CLAIM:
            return partial(claim_case, by=by)
        case Act.ASSIGN:
            return partial(assign_case, to=_colleague(what), by=by)
        case Act.MOVE:
            return partial(move_case, to=_queue(what), by=by)
        case Act.SNOOZE:
            return partial(snooze_case, until=_moment(what), by=by)
        case Act.CLOSE:
            return partial(close_case, reason=_reason(what), by=by)
        case Act.TAG:
            return partial(tag_case, name=_word(what), by=by)


def _colleague(what: str) -> Agent:
    found = Agent.objects.filter(pk=int(what[:18]) if what.isdecimal() else 0, is_active=True).first()
    if found is None:
        raise NotFound("This colleague is not here (any more).")
    return found


def _queue(what: str) -> Queue:
    found = Queue.objects.filter(slug=what).first()
    if found is None:
        raise Refused("Choose a queue.")
    return found


def _reason(what: str) -> CloseReason:
    if what not in CloseReason.values:
        raise Refused("Choose a reason for closing.")
    return CloseReason(what)


def _word(what: str) -> str:
    if not _folded(what):
        raise Refused("Write a word for the tag.")
    if len(what) > LONGEST:
        raise Refused("A tag has at most {most} characters.", most=LONGEST)
    return what


def _moment(what: str) -> datetime:
    try:
        until = parse_datetime(what)
    except ValueError:
        until = None
    if until is None or until.tzinfo is None:
        raise Refused("Choose when the case should come back.")
    return until


def _one(
    pk: int, do: Callable[[Case], object], tag: str, by: Agent, *, begun_stops: bool
) -> tuple[dict[str, Any], dict[str, Any]] | None:
    """How the case stood before and stands after; none where nothing changed."""
    with atomic():
        seen = Case.objects.visible_to(by).filter(pk=pk).first()
        if seen is None:
            raise NotFound
        case = Case.objects.locked(seen)
        if begun_stops and not case.is_closed and case.drafts.alive().exclude(text="").exists():
            raise Begun
        before = _stand(case, tag)
        do(case)
        after = _stand(Case.objects.get(pk=pk), tag)
    return None if after == before else (_told(before), _told(after))


def _back(report: BulkAct, pk: int, before: _Stand, after: _Stand) -> None:
    act, by, tag = Act(report.act), report.by, report.what if report.act == Act.TAG else ""
    with atomic():
        if not Case.objects.filter(pk=pk).exists():
            raise NotFound
        case = Case.objects.locked(pk)
        if _stand(case, tag) != after:
            raise Conflict
        if act in {Act.CLAIM, Act.ASSIGN, Act.MOVE}:
            put_back(case, queue=before.queue, assignee=before.assignee, by=by)
        elif act is Act.TAG:
            untag_case(case, Tag.objects.get(folded=_folded(tag)), by=by)
        else:
            _open_as_before(case, before, by)


def _open_as_before(case: Case, before: _Stand, by: Agent) -> None:
    """Open, or put off as it was where that time has not come yet."""
    if case.is_closed:
        case = open_again(case, by=by)
    until = datetime.fromisoformat(before.until) if before.until else clock.now()
    if before.state == CaseState.SNOOZED and until > clock.now():
        snooze_case(case, until=until, by=by)
    else:
        wake_case(case, by=by)


def _stand(case: Case, tag: str) -> _Stand:
    tagged = bool(tag) and case.tags.filter(tag__folded=_folded(tag)).exists()
    until = case.snoozed_until.isoformat() if case.snoozed_until else ""
    return _Stand(case.state, until, case.queue_id, case.assignee_id, tagged)


def _folded(tag: str) -> str:
    return " ".join(tag.split()).strip("# ").casefold()


def _told(stand: _Stand) -> dict[str, Any]:
    return {name: getattr(stand, name) for name in _Stand.__slots__}
