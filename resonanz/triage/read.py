"""Unread messages are read: the readers look at a batch, one Reading is kept for each message.

A message that is read again (it was edited) keeps what a person overruled.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db import connection
from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.base import literal
from resonanz.model.bulk import insert, rows, set_all
from resonanz.model.models import Direction, Message, MessageState, Reading, VisibleTo
from resonanz.triage.readers.address_form import AddressFormReader
from resonanz.triage.readers.contract import Finding, Seen
from resonanz.triage.readers.language import LanguageReader
from resonanz.triage.readers.needs_answer import NeedsAnswerReader, SpamReader
from resonanz.triage.readers.personal_data import PersonalDataReader
from resonanz.triage.readers.urgency import NOW, UrgencyReader

BATCH = 2500
READERS = "2026-11"
_COLUMNS = (
    "message_id", "language", "address_form", "needs_answer", "urgency", "is_safety", "is_spam", "has_personal_data",
    "found", "readers", "read_at",
)  # fmt: skip


class Read(NamedTuple):
    """Everything that the readers found in one message."""

    language: Finding[str]
    address_form: Finding[str]
    needs_answer: Finding[bool]
    urgency: Finding[int]
    spam: Finding[bool]
    personal_data: Finding[tuple[str, ...]]


def read_due(most: int = BATCH) -> int:
    """Read the oldest unread messages; returns how many. Workers share by row locks."""
    with atomic():
        skip = connection.features.has_select_for_update_skip_locked
        unread = Message.objects.filter(state=literal(MessageState.UNREAD), direction=Direction.IN).order_by("pk")
        found = rows(
            unread.select_for_update(skip_locked=skip, of=("self",) if skip else ()).values_list(
                "pk", "reading", "text", "fresh", "subject", "language", "visibility", "author__contact__language"
            )[:most]
        )
        if not found:
            return 0
        reads = read([_seen(row[2:]) for row in found])
        ids = [row[0] for row in found]
        _keep(ids, reads, again={row[0] for row in found if row[1] is not None})
        set_all(Message, ids, state=MessageState.READ.value)
        record("messages.read", by=None, count=len(ids))
    return len(ids)


def read(seen: Sequence[Seen]) -> list[Read]:
    """Run all readers over a batch."""
    languages = LanguageReader().read(seen)
    for one, found in zip(seen, languages, strict=True):
        one.language = found.value
    columns = (
        languages,
        AddressFormReader().read(seen),
        NeedsAnswerReader().read(seen),
        UrgencyReader().read(seen),
        SpamReader().read(seen),
        PersonalDataReader().read(seen),
    )
    return [Read(*some) for some in zip(*columns, strict=True)]


def _seen(row: Sequence[Any]) -> Seen:
    text, fresh, subject, told, visibility, usual = row
    return Seen(
        text=fresh or text, subject=subject, told=told, usual=usual or "", is_public=visibility != VisibleTo.PRIVATE
    )


def _keep(ids: Sequence[int], reads: Sequence[Read], *, again: set[int]) -> None:
    now = clock.now()
    insert(
        Reading,
        _COLUMNS,
        [(pk, *_values(one), READERS, now) for pk, one in zip(ids, reads, strict=True) if pk not in again],
    )
    by_message = dict(zip(ids, reads, strict=True))
    for reading in Reading.objects.filter(message_id__in=again) if again else ():
        _keep_again(reading, by_message[reading.message_id])


def _keep_again(reading: Reading, one: Read) -> None:
    for name, value in zip(_COLUMNS[1:9], _values(one), strict=True):
        if name not in reading.overruled:
            setattr(reading, name, value)
    reading.readers, reading.read_at = READERS, clock.now()
    reading.save()


def _values(one: Read) -> tuple[object, ...]:
    return (
        one.language.value,
        one.address_form.value,
        one.needs_answer.value or one.urgency.value >= NOW,
        one.urgency.value,
        one.urgency.value >= NOW,
        one.spam.value,
        bool(one.personal_data.value),
        {
            "language": _found(one.language),
            "address_form": _found(one.address_form),
            "needs_answer": _found(one.needs_answer),
            "urgency": _found(one.urgency),
            "spam": _found(one.spam),
            "personal_data": _found(one.personal_data),
        },
    )


def _found(one: Finding[Any]) -> dict[str, object]:
    return {"value": one.value, "certainty": one.certainty, "because": one.because}
