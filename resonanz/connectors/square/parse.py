"""What the square gives, as our shapes: pure."""

import hashlib
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

import orjson

from resonanz.connectors.contract import (
    Arrival,
    Author,
    Incoming,
    Mark,
    NotOurs,
    Op,
    Receipt,
    ThreadRef,
    Unsupported,
    Visibility,
)
from resonanz.kit.text import one_line

OPS = {"add": Op.UPSERT, "edit": Op.UPSERT, "delete": Op.DELETE, "hide": Op.HIDE, "unhide": Op.UNHIDE}
VERSION_DIGITS = 15
TITLE_MOST = 80


def arrival(event: object) -> Arrival:
    """One event of the feed as an arrival, also where it is damaged: then under the hash of its bytes."""
    body = orjson.dumps(event)
    try:
        entry = _dict(_dict(event), "entry")
        return Arrival(f"{_id(entry, 'sq-')}@{_whole(entry, 'version')}", body)
    except NotOurs:
        return Arrival("damaged:" + hashlib.sha256(body).hexdigest()[:32], body)


def arrival_of(entry: Mapping[str, Any]) -> Arrival:
    """One re-fetched entry as the arrival that its last change gave or would have given."""
    verb = "delete" if entry.get("deleted") else "hide" if entry.get("hidden") else "edit"
    at = entry.get("edited_at") or entry.get("created_at")
    return arrival({"seq": entry.get("version"), "verb": verb, "at": at, "entry": entry})


def receipt(entry: Mapping[str, Any], base: str) -> Receipt:
    """Raises NotOurs where the answer is no entry."""
    return Receipt(_id(entry, "sq-"), _time(entry, "created_at"), base + _text(entry, "link"))


def incoming(body: bytes, base: str) -> Incoming:
    """The meaning of one event. Raises NotOurs; Unsupported for our own posts, which are threads and no messages."""
    try:
        event = _dict(orjson.loads(body))
    except ValueError:
        raise NotOurs("not JSON") from None
    entry, verb = _dict(event, "entry"), _text(event, "verb")
    kind, author = _text(entry, "kind"), _author(_dict(entry, "author"))
    if verb not in OPS:
        raise Unsupported(one_line(f"this change is not used: {verb}"))
    if kind not in {"comment", "direct"}:
        raise Unsupported("a post of the page itself" if kind == "post" else one_line(f"this kind is not used: {kind}"))
    edited = entry.get("edited_at") is not None
    thread, conversation = _place(entry, kind, author, base)
    op = OPS[verb]
    return Incoming(
        native_id=_id(entry, "sq-"),
        op=op,
        version=str(_whole(entry, "version")).zfill(VERSION_DIGITS),
        occurred_at=_time(entry, "created_at") if op is Op.UPSERT and not edited else _time(event, "at"),
        author=author,
        text=_text(entry, "text"),
        thread=thread,
        conversation=conversation,
        visibility=Visibility.PRIVATE if kind == "direct" else Visibility.PUBLIC,
        parent_id=_parent(entry, thread),
        permalink=base + _text(entry, "link"),
        marks=frozenset({Mark.OWN}) if author.is_self else frozenset(),
    )


def events(body: bytes) -> list[Arrival]:
    """A hook body taken apart. Raises NotOurs where it is no batch."""
    try:
        found = orjson.loads(body)
    except ValueError:
        raise NotOurs("not JSON") from None
    batch = _dict(found).get("events")
    if not isinstance(batch, list):
        raise NotOurs("no list of events")
    return [arrival(event) for event in batch]


def _place(entry: Mapping[str, Any], kind: str, author: Author, base: str) -> tuple[ThreadRef, str]:
    """Where it happens, and who the conversation is with: the customer, also when we speak."""
    if kind == "direct":
        other = _author(_dict(entry, "to")) if author.is_self else author
        talk = f"direct:{other.native_id}"
        return ThreadRef(talk), talk
    post = _dict(entry, "post")
    native_id = _id(post, "sq-")
    thread = _thread(native_id, _text(post, "text"), _text(post, "author"), _text(post, "created_at"), base)
    answered = entry.get("answers")
    partner = _id(_dict(answered), "p-", "author") if author.is_self and answered else author.native_id
    return thread, f"{native_id}:{partner}"


@lru_cache(maxsize=64)  # a storm is hundreds of comments under one post
def _thread(native_id: str, text: str, author: str, created_at: str, base: str) -> ThreadRef:
    return ThreadRef(
        native_id,
        title=one_line(text.split("\n", 1)[0], TITLE_MOST),
        text=text,
        url=f"{base}/square#{native_id}",
        author_name=author,
        posted_at=_moment(created_at, "created_at"),
    )


def _parent(entry: Mapping[str, Any], thread: ThreadRef) -> str:
    """What it speaks to; empty where that is the post itself."""
    answered = entry.get("answers")
    parent = _id(_dict(answered), "sq-") if answered else ""
    return "" if parent == thread.native_id else parent


def _author(found: Mapping[str, Any]) -> Author:
    return Author(
        _id(found, "p-"),
        name=one_line(_text(found, "name")),
        handle=one_line(_text(found, "handle")),
        is_self=found.get("page") is True,
    )


def _dict(found: object, name: str = "") -> Mapping[str, Any]:
    value = found.get(name) if name and isinstance(found, dict) else found
    if not isinstance(value, dict):
        raise NotOurs(f"this part is missing: {name or 'object'}")
    return value


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    if not isinstance(value, str):
        raise NotOurs(f"this part is missing: {name}")
    return value


def _id(found: Mapping[str, Any], start: str, name: str = "id") -> str:
    value = _text(found, name)
    if not value.startswith(start) or not value[len(start) :].isdecimal():
        raise NotOurs(f"this is none of the square's: {name}")
    return value


def _whole(found: Mapping[str, Any], name: str) -> int:
    value = found.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 10**VERSION_DIGITS:
        raise NotOurs(f"this part is missing: {name}")
    return value


def _time(found: Mapping[str, Any], name: str) -> datetime:
    return _moment(_text(found, name), name)


def _moment(text: str, name: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise NotOurs(f"this is no time: {name}") from None
    if at.tzinfo is None:
        raise NotOurs(f"this time has no zone: {name}")
    return at
