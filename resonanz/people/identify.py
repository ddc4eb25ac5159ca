"""Who wrote this: known identities are found, unknown ones get a contact of their own. Never merged by name."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from resonanz.model.bulk import insert, look_up, take_ids, update
from resonanz.model.models import Contact, Identity


@dataclass(frozen=True, slots=True)
class Face:
    """An author as a channel names one; equal keys are the same identity."""

    channel: str
    scope: str
    native_id: str
    name: str
    handle: str
    avatar_url: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.channel, self.scope, self.native_id


@dataclass(frozen=True, slots=True)
class Known:
    """Where an identity and its contact lie."""

    identity: int
    contact: int


def identify(faces: Iterable[Face], *, at: datetime) -> dict[tuple[str, str, str], Known]:
    """The identity of each face, made where unknown. Call inside a transaction; names and handles are brought up to
    date. Two workers that make the same one meet in a unique constraint, and the later one repeats.
    """
    latest = {face.key: face for face in faces}
    known = _known(latest)
    fresh = [face for key, face in latest.items() if key not in known]
    contacts, identities = take_ids(Contact, len(fresh)), take_ids(Identity, len(fresh))
    insert(
        Contact, ["pk", "name", "created_at"], [(pk, f.name[:200], at) for pk, f in zip(contacts, fresh, strict=True)]
    )
    insert(
        Identity,
        ["pk", "contact_id", "channel", "scope", "native_id", "name", "handle", "avatar_url", "seen_at"],
        [
            (pk, contact, *f.key, f.name[:200], f.handle[:200], f.avatar_url[:500], at)
            for pk, contact, f in zip(identities, contacts, fresh, strict=True)
        ],
    )
    known.update({f.key: Known(i, c) for f, i, c in zip(fresh, identities, contacts, strict=True)})
    return known


def _known(latest: dict[tuple[str, str, str], Face]) -> dict[tuple[str, str, str], Known]:
    found: dict[tuple[str, str, str], Known] = {}
    renamed: list[tuple[int, str]] = []
    rehandled: list[tuple[int, str]] = []
    columns = ["channel", "scope", "native_id", "pk", "contact_id", "name", "handle"]
    places = dict.fromkeys((key[0], key[1]) for key in latest)
    rows = [
        row
        for channel, scope in places
        for row in look_up(Identity, columns, "native_id", (key[2] for key in latest), channel=channel, scope=scope)
    ]
    for channel, scope, native_id, pk, contact, name, handle in rows:
        face = latest.get((channel, scope, native_id))
        if face is None:
            continue
        found[face.key] = Known(pk, contact)
        if face.name and face.name[:200] != name:
            renamed.append((pk, face.name[:200]))
        if face.handle and face.handle[:200] != handle:
            rehandled.append((pk, face.handle[:200]))
    update(Identity, "name", renamed)
    update(Identity, "handle", rehandled)
    return found
