"""New messages find their place: thread, identity, conversation; then all rows are written at once."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import Max

from resonanz.connectors.contract import Attachment as Raw
from resonanz.connectors.contract import Incoming, Op, ThreadRef
from resonanz.intake.understand import Outcome, Piece
from resonanz.kit import clock
from resonanz.kit.stored import MOST_ATTACHMENT_BYTES
from resonanz.kit.text import clean
from resonanz.model.base import literal
from resonanz.model.bulk import insert, look_up, take_ids
from resonanz.model.models import (
    Account,
    ArrivalState,
    Attachment,
    Conversation,
    Coverage,
    Direction,
    Message,
    MessageState,
    Thread,
)
from resonanz.people.identify import LAST_SAID, Face, Known, identify

_LAST = datetime.max.replace(tzinfo=UTC)
_IN, _UNREAD, _OPEN = Direction.IN.value, MessageState.UNREAD.value, Coverage.OPEN.value
MESSAGE_COLUMNS = (
    "pk", "account_id", "conversation_id", "native_id", "direction", "author_id", "parent_native_id", "text", "fresh",
    "html", "subject", "visibility", "version", "language", "permalink", "references", "rating", "occurred_at",
    "received_at", "reply_until", "state", "coverage", "arrival_id",
)  # fmt: skip


def place(account: Account, pieces: Sequence[Piece], *, scope: str) -> tuple[list[Outcome], list[Piece], list[int]]:
    """Write the messages that are new; give back the pieces that speak of messages which exist already (edits,
    deletions, repeats), in their order, and the conversations that were there before.
    """
    known = {
        native_id
        for (native_id,) in look_up(
            Message, ["native_id"], "native_id", (p.incoming.native_id for p in pieces), account_id=account.pk
        )
    }
    fresh: list[Piece] = []
    rest: list[Piece] = []
    for piece in pieces:
        if piece.incoming.op is Op.UPSERT and piece.incoming.native_id not in known:
            known.add(piece.incoming.native_id)
            fresh.append(piece)
        else:
            rest.append(piece)
    touched = _write(account, fresh, scope) if fresh else []
    _hear(account, [piece for piece in rest if piece.incoming.op is Op.UPSERT], scope)
    return [Outcome(p.arrival, ArrivalState.MESSAGE) for p in fresh], rest, touched


def _hear(account: Account, pieces: Sequence[Piece], scope: str) -> None:
    """Edits, too, say what their author is called now, and what stands in the post."""
    if pieces:
        identify([face_of(account, p.incoming, scope) for p in pieces], at=clock.now())
        _known_threads(account, _told([p.incoming for p in pieces]))


def _write(account: Account, pieces: Sequence[Piece], scope: str) -> list[int]:
    now = clock.now()
    faces = [face_of(account, p.incoming, scope) for p in pieces]
    known = identify(faces, at=now)
    who = [known[face.key] for face in faces]
    by_age = sorted(zip(pieces, who, strict=True), key=_when, reverse=True)
    people = {piece.incoming.conversation: whose for piece, whose in by_age}  # whoever began it
    there = _conversations_there(account, [p.incoming for p in pieces], people)
    threads = threads_for(account, [p.incoming for p in pieces if p.incoming.conversation not in there.continued])
    places = {
        p.incoming.conversation: threads[p.incoming.thread.native_id]
        for p in pieces
        if p.incoming.conversation not in there.found
    }
    conversations = there.found | _new_conversations(account, places, people)
    ids = take_ids(Message, len(pieces))
    insert(
        Message,
        MESSAGE_COLUMNS,
        [
            _row(pk, account, p, whose, conversations[p.incoming.conversation])
            for pk, p, whose in zip(ids, pieces, who, strict=True)
        ],
    )
    _write_attachments([(pk, a) for pk, p in zip(ids, pieces, strict=True) for a in p.incoming.attachments])
    return list(there.found.values())


def _when(found: tuple[Piece, Known]) -> tuple[datetime, str]:
    return found[0].incoming.occurred_at, found[0].incoming.native_id


def face_of(account: Account, incoming: Incoming, scope: str) -> Face:
    """The author as an identity; one without an id (deleted account, anonymous) is known by the conversation."""
    author = incoming.author
    native_id = author.native_id or f"unknown:{incoming.conversation}"[:300]
    return Face(account.channel, scope, native_id, author.name, author.handle, author.avatar_url, incoming.occurred_at)


def threads_for(account: Account, incomings: Sequence[Incoming]) -> dict[str, int]:
    """Native id -> our id of each thread; unknown ones are made, newer titles and texts kept."""
    wanted = _told(incomings)
    found = _known_threads(account, wanted)
    fresh = [ref for native_id, (ref, _) in wanted.items() if native_id not in found]
    ids = take_ids(Thread, len(fresh))
    insert(
        Thread,
        ["pk", "account_id", "native_id", "title", "text", "url", "author_name", "posted_at"],
        [
            (pk, account.pk, ref.native_id, ref.title, ref.text, ref.url, ref.author_name, ref.posted_at)
            for pk, ref in zip(ids, fresh, strict=True)
        ],
    )
    return found | {ref.native_id: pk for pk, ref in zip(ids, fresh, strict=True)}


def _known_threads(account: Account, wanted: dict[str, tuple[ThreadRef, datetime]]) -> dict[str, int]:
    found: dict[str, int] = {}
    differing: list[tuple[int, str, str, ThreadRef, datetime]] = []
    rows = look_up(Thread, ["pk", "native_id", "title", "text"], "native_id", wanted, account_id=account.pk)
    for pk, native_id, title, text in rows:
        found[native_id] = pk
        told, at = wanted[native_id]
        if (told.title and told.title != title) or (told.text and told.text != text):
            differing.append((pk, title, text, told, at))
    _retell(differing)
    return found


def _told(incomings: Sequence[Incoming]) -> dict[str, tuple[ThreadRef, datetime]]:
    """What the newest words say of each thread, and when; the thread's own word knows best."""
    wanted: dict[str, tuple[ThreadRef, datetime]] = {}
    for one in sorted(incomings, key=_telling):
        ref, before = one.thread, wanted.get(one.thread.native_id)
        if before is not None and not (ref.title and ref.text):
            ref = replace(ref, title=ref.title or before[0].title, text=ref.text or before[0].text)
        wanted[ref.native_id] = ref, _telling(one)[0]
    return wanted


def _telling(one: Incoming) -> tuple[datetime, str, str]:
    is_itself = one.native_id == one.thread.native_id
    return _LAST if is_itself else one.occurred_at, one.version if is_itself else "", one.thread.text


def _retell(differing: Sequence[tuple[int, str, str, ThreadRef, datetime]]) -> None:
    """Take over what is told by newer words than all that stand in a thread, and what nothing was known of."""
    if not differing:
        return
    words = Message.objects.filter(conversation__thread__in=[pk for pk, *_ in differing], direction=Direction.IN)
    newest = dict(words.order_by().values_list("conversation__thread").annotate(at=Max(LAST_SAID)))
    for pk, title, text, told, at in differing:
        last = newest.get(pk)
        is_newer = last is None or (at, told.text) > (last, text)
        new_title, new_text = (
            (told.title or title, told.text or text) if is_newer else (title or told.title, text or told.text)
        )
        if (new_title, new_text) != (title, text):
            Thread.objects.filter(pk=pk).update(title=new_title, text=new_text)


@dataclass(frozen=True, slots=True)
class _There:
    """Conversations that exist already, by their native id; ``continued`` are those that were found by their parent."""

    found: dict[str, int]
    continued: set[str]


def _conversations_there(account: Account, incomings: Sequence[Incoming], people: dict[str, Known]) -> _There:
    """By native id; else by the answer of ours that is answered in this person's own conversation: some mail programs
    name only the letter that they answer, not the one with which it all began.
    """
    found = dict(look_up(Conversation, ["native_id", "pk"], "native_id", people, account_id=account.pk))
    unknown = [one for one in incomings if one.conversation not in found]
    continued = _by_our_answer(account, [one for one in unknown if one.parent_id != one.thread.native_id], people)
    return _There(found | continued, set(continued))


def _by_our_answer(account: Account, incomings: Sequence[Incoming], people: dict[str, Known]) -> dict[str, int]:
    """Only our own answers count: they are there before anybody can answer them, so the order changes nothing."""
    parents = {one.parent_id for one in incomings if one.parent_id}
    if not parents:
        return {}
    ours = Message.objects.filter(account=account, native_id__in=parents, direction=literal(Direction.OUT))
    talks = {
        (native_id, identity): talk
        for native_id, identity, talk in ours.values_list("native_id", "conversation__identity", "conversation")
    }
    return {
        one.conversation: talks[key]
        for one in incomings
        if (key := (one.parent_id, people[one.conversation].identity)) in talks
    }


def _new_conversations(account: Account, places: dict[str, int], people: dict[str, Known]) -> dict[str, int]:
    ids = take_ids(Conversation, len(places))
    insert(
        Conversation,
        ["pk", "account_id", "native_id", "thread_id", "identity_id"],
        [(pk, account.pk, key, places[key], people[key].identity) for pk, key in zip(ids, places, strict=True)],
    )
    return dict(zip(places, ids, strict=True))


def _row(pk: int, account: Account, piece: Piece, known: Known, conversation: int) -> tuple[object, ...]:
    said = piece.incoming
    return (
        pk, account.pk, conversation, said.native_id, _IN, known.identity, said.parent_id, said.text,
        "" if said.fresh == said.text else said.fresh, said.html, said.subject, said.visibility.value, said.version,
        said.language[:8], said.permalink[:500], [clean(one) for one in said.references[-50:]], said.rating,
        said.occurred_at, piece.received_at, said.reply_until, _UNREAD, _OPEN,
        piece.arrival,
    )  # fmt: skip


def _write_attachments(pairs: Sequence[tuple[int, Raw]]) -> None:
    insert(
        Attachment,
        ["message_id", "name", "media_type", "size", "sha256", "content", "url"],
        [
            (
                pk, clean(raw.name)[:200], clean(raw.media_type)[:100], raw.size or len(raw.content),
                hashlib.sha256(raw.content).hexdigest() if raw.content else "",
                raw.content if len(raw.content) <= MOST_ATTACHMENT_BYTES else b"", clean(raw.url)[:1000],
            )
            for pk, raw in pairs
        ],
    )  # fmt: skip
