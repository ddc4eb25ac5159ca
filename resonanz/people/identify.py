"""Who wrote this: known identities are found, unknown ones get a contact of their own. Never merged by name.

A person is called what their newest word called them, whatever the order in which words come.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from django.db.models import Max
from django.db.models.functions import Coalesce

from resonanz.model.bulk import insert, look_up, take_ids, update
from resonanz.model.models import Case, Contact, Identity, Message

MOST_NAME = 200
LAST_SAID = Coalesce("edited_at", "occurred_at")


class Face(NamedTuple):
    """An author as a channel names one at a time; equal keys are the same identity."""

    channel: str
    scope: str
    native_id: str
    name: str
    handle: str
    avatar_url: str
    at: datetime

    @property
    def key(self) -> tuple[str, str, str]:
        return self.channel, self.scope, self.native_id


class Known(NamedTuple):
    """Where an identity and its contact lie."""

    identity: int
    contact: int


def identify(faces: Iterable[Face], *, at: datetime) -> dict[tuple[str, str, str], Known]:
    """The identity of each face, made where unknown. Call inside a transaction, before the words of these faces are
    written; names and handles are brought up to date. Two workers that make the same one meet in a unique constraint,
    and the later one repeats.
    """
    latest = _latest(faces)
    known = _known(latest)
    fresh = [face for key, face in latest.items() if key not in known]
    contacts, identities = take_ids(Contact, len(fresh)), take_ids(Identity, len(fresh))
    insert(Contact, ["pk", "name", "created_at"], [(pk, f.name, at) for pk, f in zip(contacts, fresh, strict=True)])
    insert(
        Identity,
        ["pk", "contact_id", "channel", "scope", "native_id", "name", "handle", "avatar_url", "seen_at"],
        [
            (pk, contact, *f.key, f.name, f.handle, f.avatar_url[:500], at)
            for pk, contact, f in zip(identities, contacts, fresh, strict=True)
        ],
    )
    known.update({f.key: Known(i, c) for f, i, c in zip(fresh, identities, contacts, strict=True)})
    return known


def _latest(faces: Iterable[Face]) -> dict[tuple[str, str, str], Face]:
    """The newest face of each; an empty name or handle says nothing."""
    latest: dict[tuple[str, str, str], Face] = {}
    for face in sorted(faces, key=_rank):
        before = latest.get(face.key)
        name, handle = face.name or (before.name if before else ""), face.handle or (before.handle if before else "")
        same = (name, handle) == (face.name, face.handle) and len(name) <= MOST_NAME and len(handle) <= MOST_NAME
        latest[face.key] = face if same else face._replace(name=name[:MOST_NAME], handle=handle[:MOST_NAME])
    return latest


def _rank(face: Face) -> tuple[datetime, str, str]:
    return face.at, face.name, face.handle


class _Row(NamedTuple):
    """An identity as it is stored; the fields are the columns."""

    channel: str
    scope: str
    native_id: str
    pk: int
    contact_id: int
    name: str
    handle: str


def _known(latest: dict[tuple[str, str, str], Face]) -> dict[tuple[str, str, str], Known]:
    places = dict.fromkeys((key[0], key[1]) for key in latest)
    found = [
        _Row(*row)
        for channel, scope in places
        for row in look_up(
            Identity, _Row._fields, "native_id", (key[2] for key in latest), channel=channel, scope=scope
        )
    ]
    pairs = [(row, face) for row in found if (face := latest.get((row.channel, row.scope, row.native_id)))]
    _rename([(row, face) for row, face in pairs if _differs(face.name, row.name) or _differs(face.handle, row.handle)])
    return {face.key: Known(row.pk, row.contact_id) for row, face in pairs}


def _differs(told: str, stored: str) -> bool:
    return bool(told) and told != stored


def _rename(pairs: list[tuple[_Row, Face]]) -> None:
    """Take over what newer words say, and what nothing was known of. A contact that was called by this identity's name
    is called by the new one.
    """
    if not pairs:
        return
    words = Message.objects.filter(author__in=[row.pk for row, _ in pairs]).order_by().values_list("author")
    newest: dict[int | None, datetime | None] = dict(words.annotate(at=Max(LAST_SAID)))
    named = [(row, face.name) for row, face in pairs if _takes(face, newest.get(row.pk), face.name, row.name)]
    handled = [(row, face.handle) for row, face in pairs if _takes(face, newest.get(row.pk), face.handle, row.handle)]
    update(Identity, "name", [(row.pk, name) for row, name in named])
    update(Identity, "handle", [(row.pk, handle) for row, handle in handled])
    so_called = dict(Contact.objects.filter(pk__in=[row.contact_id for row, _ in named]).values_list("pk", "name"))
    Case.objects.filter(contact__in={row.contact_id for row, _ in (*named, *handled)}).words_changed()
    update(Contact, "name", [(row.contact_id, name) for row, name in named if so_called[row.contact_id] == row.name])


def _takes(face: Face, newest: datetime | None, told: str, stored: str) -> bool:
    if not _differs(told, stored):
        return False
    return not stored or newest is None or (face.at, told) > (newest, stored)
