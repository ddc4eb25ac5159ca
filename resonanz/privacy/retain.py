"""Words are removed once they have been kept long enough; what was counted stays counted.

What goes with the words of a closed case: what the customer and we wrote and its former wordings, files, subjects,
links to it on the platform, notes, drafts, the words that the readers gave as reasons, the posts under which nobody
else's words are left, and what came as it came. A person of whom nothing else is left loses name and profiles. What
stays: that there was a case, when, on which channel, how it was read and how it ended, and what the ledger counts.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import (
    Agent,
    Alternative,
    Approval,
    Arrival,
    ArrivalState,
    Attachment,
    BadLine,
    Case,
    CaseState,
    Consent,
    Contact,
    ContactNote,
    Coverage,
    Delivery,
    DeliveryState,
    Draft,
    FollowUp,
    FormerText,
    Identity,
    Keeping,
    May,
    Merge,
    Message,
    Note,
    Notice,
    Reading,
    Thread,
)

SHORTEST, LONGEST = 30, 36_500  # days
ONLY = 1  # the one row
BATCH = 50  # cases
ROWS = 500  # arrivals, or words without a case
_BUSY = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNSURE)
_GONE = {"text": "", "fresh": "", "html": "", "subject": "", "permalink": "", "references": []}


class NotPossible(Refused):
    """A period that makes no sense."""

    code = "keeping_not_possible"
    said = "Between {shortest} and {longest} days, or nothing for ever."


def keeping() -> Keeping:
    """The rule that holds; without one, everything is kept."""
    return Keeping.objects.filter(pk=ONLY).first() or Keeping(pk=ONLY)


def foresee(*, words_days: int | None) -> int:
    """How many cases such a rule would empty now. Raises NotPossible."""
    _check(words_days)
    return _due_cases(_before(words_days)).count() if words_days else 0


def set_keeping(*, words_days: int | None, by: Agent) -> Keeping:
    """Say how many days words are kept; None: for ever. Raises NotAllowed and NotPossible."""
    if not by.may(May.SET_KEEPING):
        raise NotAllowed
    _check(words_days)
    with atomic():
        rule, _new = Keeping.objects.select_for_update().get_or_create(pk=ONLY)
        if rule.words_days != words_days:
            rule.words_days = words_days
            rule.save(update_fields=["words_days"])
            record("keeping.set", rule, by=by, words_days=words_days)
    return rule


def retain_due() -> int:
    """Remove what has been kept long enough, one batch of each kind; returns how much that was. Workers share by row
    locks.
    """
    days = keeping().words_days
    if not days:
        return 0
    before = _before(days)
    return _empty_cases(before) + _empty_loose(before) + _empty_arrivals(before)


def _check(words_days: int | None) -> None:
    if words_days is not None and not SHORTEST <= words_days <= LONGEST:
        raise NotPossible(shortest=SHORTEST, longest=LONGEST)


def _before(days: int) -> datetime:
    return clock.now() - timedelta(days=days)


def _full() -> Q:
    """Cases that still have their words; one that was opened again since has new ones."""
    return Q(emptied_at=None) | Q(emptied_at__lt=F("closed_at")) | ~Q(state=CaseState.CLOSED)


def _due_cases(before: datetime) -> QuerySet[Case]:
    """Closed long enough; one with a reply whose end is not known keeps its words until somebody has said it."""
    unsettled = Q(state__in=_BUSY) | Q(state=DeliveryState.REFUSED, resolved_at=None)
    open_ends = Delivery.objects.filter(unsettled, conversation__case=OuterRef("pk"))
    return Case.objects.closed().filter(_full(), ~Exists(open_ends), closed_at__lt=before)


def _empty_cases(before: datetime) -> int:
    with atomic():
        skip = connection.features.has_select_for_update_skip_locked
        due = _due_cases(before).order_by("closed_at", "pk").select_for_update(skip_locked=skip)
        found = list(due[:BATCH])
        if not found:
            return 0
        ids = [case.pk for case in found]
        _empty_words(Message.objects.filter(conversation__case__in=ids))
        _empty_replies(ids)
        Note.objects.filter(case__in=ids).delete()
        FollowUp.objects.filter(case__in=ids).update(text="")
        Notice.objects.filter(case__in=ids).update(text="")
        Case.objects.filter(pk__in=ids).update(title="", due_reason="", emptied_at=clock.now(), text_due=True)
        Thread.objects.filter(~Exists(_spoken_under()), conversations__case__in=ids).update(
            title="", text="", url="", author_name=""
        )
        people = _forget_people({case.contact_id for case in found})
        for case in found:
            record("case.emptied", case, by=None)
        record("cases.emptied", by=None, cases=len(ids), people=people)
    return len(ids)


def _spoken_under() -> QuerySet[Case]:
    """Cases under a post that keep their words."""
    return Case.objects.filter(_full(), conversations__thread=OuterRef("pk"))


def _empty_words(said: QuerySet[Message]) -> None:
    ids = list(said.values_list("pk", flat=True))
    FormerText.objects.filter(message__in=ids).delete()
    Attachment.objects.filter(message__in=ids).delete()
    for reading in Reading.objects.filter(message__in=ids):
        reading.found = {name: {**found, "because": []} for name, found in reading.found.items()}
        reading.save(update_fields=["found"])
    Arrival.objects.filter(pk__in=said.exclude(arrival=None).values("arrival")).update(body=b"", headers={})
    Message.objects.filter(pk__in=ids).update(**_GONE)


def _empty_replies(ids: Sequence[int]) -> None:
    Draft.objects.filter(case__in=ids).update(text="", subject="", handed_in="")
    Approval.objects.filter(draft__case__in=ids).update(reason="")
    Alternative.objects.filter(draft__case__in=ids).delete()
    for delivery in Delivery.objects.filter(conversation__case__in=ids):
        delivery.content = {**delivery.content, "text": "", "subject": ""}
        delivery.save(update_fields=["content"])


def _forget_people(ids: set[int]) -> int:
    """Names and profiles of those of whom no words are left; returns of how many."""
    speaking = Case.objects.filter(_full(), contact=OuterRef("pk"))
    gone = list(Contact.objects.filter(~Exists(speaking), pk__in=ids).values_list("pk", flat=True))
    everybody = [*gone, *Contact.objects.filter(merged_into__in=gone).values_list("pk", flat=True)]
    ContactNote.objects.filter(contact__in=everybody).delete()
    Consent.objects.filter(contact__in=everybody).delete()
    Merge.objects.filter(Q(kept__in=everybody) | Q(gone__in=everybody)).delete()
    removed = Concat(Value("removed-"), Cast("pk", CharField()))
    Identity.objects.filter(contact__in=everybody).update(native_id=removed, name="", handle="", avatar_url="")
    Contact.objects.filter(pk__in=everybody).update(name="", note="")
    return len(gone)


def _empty_loose(before: datetime) -> int:
    """Words that never needed a case, in the order in which they came; what came in one moment goes together."""
    with atomic():
        locked = Keeping.objects.select_for_update().get(pk=ONLY)
        said = Message.objects.filter(conversation__case=None, received_at__lt=before).exclude(coverage=Coverage.OPEN)
        if locked.loose_until:
            said = said.filter(received_at__gt=locked.loose_until)
        batch = list(said.order_by("received_at").values_list("received_at", flat=True)[:ROWS])
        if not batch:
            return 0
        _empty_words(said.filter(received_at__lte=batch[-1]))
        locked.loose_until = batch[-1]
        locked.save(update_fields=["loose_until"])
        record("words.emptied", by=None, words=len(batch))
    return len(batch)


def _empty_arrivals(before: datetime) -> int:
    """What came as it came and was not emptied sooner (what could not be read among it), and bad lines of files."""
    with atomic():
        locked = Keeping.objects.select_for_update().get(pk=ONLY)
        came = Arrival.objects.filter(received_at__lt=before).exclude(state=ArrivalState.NEW)
        if locked.raw_until:
            came = came.filter(received_at__gt=locked.raw_until)
        batch = list(came.order_by("received_at").values_list("received_at", flat=True)[:ROWS])
        lines = BadLine.objects.filter(file__created_at__lt=before).exclude(raw="").update(raw="")
        if batch:
            came.filter(received_at__lte=batch[-1]).update(body=b"", headers={})
            locked.raw_until = batch[-1]
            locked.save(update_fields=["raw_until"])
            record("arrivals.emptied", by=None, arrivals=len(batch))
    return len(batch) + lines
