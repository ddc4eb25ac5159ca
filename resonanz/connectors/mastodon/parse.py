"""A status as Mastodon, snac and their kin write it -> Incoming. Pure; wrong shapes raise NotOurs.

The body of an arrival is what the server said in an envelope of ours:
``{"kind": "mention", "status": {…}, "root": {…} | null, "me": "account id", "server": "version"}``.
A bare status or a bare notification is understood as well.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from resonanz.connectors.contract import (
    Arrival,
    Attachment,
    Author,
    Incoming,
    Mark,
    NotOurs,
    Op,
    ThreadRef,
    Unsupported,
    Visibility,
)
from resonanz.connectors.markup import plain
from resonanz.connectors.shape import mapping, time_of
from resonanz.connectors.shape import text as text_of
from resonanz.kit.text import fingerprint, one_line

_SNAC_ID = re.compile(r"\d{10}[0-9a-f]{32}$")
VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "private": Visibility.FOLLOWERS,
    "direct": Visibility.PRIVATE,
    "limited": Visibility.FOLLOWERS,
    "local": Visibility.UNLISTED,
    "mutuals_only": Visibility.FOLLOWERS,
}
TITLE_MOST = 120
_MEDIA = {"image": "image/*", "gifv": "video/*", "video": "video/*", "audio": "audio/*"}
_KNOWN_KINDS = frozenset(
    {
        "favourite",
        "reblog",
        "follow",
        "follow_request",
        "poll",
        "admin.sign_up",
        "admin.report",
        "severed_relationships",
        "moderation_warning",
        "quote",
        "quoted_update",
    }
)


def arrival(status: object, *, kind: str = "status", root: object = None, me: str = "", server: str = "") -> Arrival:
    """One status in its envelope. The id names the state: an edit is a new arrival. Raises NotOurs."""
    found = mapping(status, "status")
    version = _version(found)
    digest = fingerprint(text_of(found.get("content")) + text_of(found.get("spoiler_text")))[:8]
    envelope = {"kind": kind, "status": found, "root": root, "me": me, "server": server}
    return Arrival(f"{_id(found)}@{version}#{digest}", orjson.dumps(envelope))


def gone(native_id: str, at: datetime) -> Arrival:
    """That a status is no longer there, in an envelope of ours."""
    return Arrival(f"{native_id}@gone", orjson.dumps({"kind": "gone", "status": {"id": native_id}, "at": at}))


def parse(body: bytes, *, handle: str = "") -> Incoming:
    """The meaning of one arrival. ``handle`` is our own name at the server, for statuses that carry no "me"."""
    envelope = _envelope(body)
    if envelope.get("kind") == "gone":
        return _deletion(envelope)
    status = mapping(envelope.get("status"), "status")
    account = mapping(status.get("account"), "account")
    author = _author(account, me=text_of(envelope.get("me")), handle=handle)
    thread = _thread(status, envelope.get("root"))
    edited = status.get("edited_at") or status.get("created_at")
    return Incoming(
        native_id=_id(status),
        op=Op.UPSERT,
        version=_version(status),
        occurred_at=time_of(status.get("created_at") or edited),
        author=author,
        text=_whole_text(status),
        thread=thread,
        conversation=f"{thread.native_id}|{_counterpart(status, author)}",
        visibility=_visibility(status, text_of(envelope.get("server"))),
        parent_id=_status_id(status.get("in_reply_to_id")),
        language=text_of(status.get("language"))[:35],
        permalink=text_of(status.get("url") or status.get("uri")),
        attachments=tuple(_attachments(status.get("media_attachments"))),
        marks=frozenset({Mark.OWN} if author.is_self else ()),
        subject=one_line(plain(text_of(status.get("spoiler_text")))),
    )


def _deletion(envelope: Mapping[str, Any]) -> Incoming:
    at = time_of(envelope.get("at"))
    native_id = _id(mapping(envelope.get("status"), "status"))
    return Incoming(native_id, Op.DELETE, at.isoformat(), at, Author(""), "", ThreadRef(""), native_id)


def status_id(status: object) -> str:
    """The id of a status; raises NotOurs where there is none."""
    return _id(mapping(status, "status"))


def parent_id(status: object) -> str:
    """The id that a status answers, "" where it answers none."""
    return _status_id(mapping(status, "status").get("in_reply_to_id"))


def _envelope(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body)
    except ValueError:
        raise NotOurs("not JSON") from None
    envelope = mapping(found, "object")
    kind = envelope.get("kind") or envelope.get("type")
    if "status" not in envelope:
        if isinstance(kind, str) and kind in _KNOWN_KINDS:
            raise Unsupported(f"this kind is not used: {kind}")
        return {"status": envelope}
    if envelope.get("status") is None or (isinstance(kind, str) and kind in _KNOWN_KINDS):
        raise Unsupported(
            f"this kind is not used: {text_of(kind)}" if text_of(kind) else "a notification without a status"
        )
    return envelope


def _optional_id(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return str(value).strip()


def _status_id(value: object) -> str:
    """Snac puts the time of the last change before its hash and ignores that part when asked: with it, an edited
    status would look like another one.
    """
    found = _optional_id(value)
    return f"{'0' * 10}{found[10:]}" if _SNAC_ID.match(found) else found


def _id(thing: Mapping[str, Any]) -> str:
    if not (found := _status_id(thing.get("id"))):
        raise NotOurs("no id")
    return found


def _version(status: Mapping[str, Any]) -> str:
    """The time of the last edit in one fixed form, so that states order as strings."""
    return time_of(status.get("edited_at") or status.get("created_at")).isoformat(timespec="microseconds")


def _author(account: Mapping[str, Any], *, me: str, handle: str) -> Author:
    native, acct = _id(account), one_line(text_of(account.get("acct")))
    ours = native == me if me else bool(handle) and acct.casefold() == handle.lstrip("@").casefold()
    return Author(
        native_id=native,
        name=one_line(text_of(account.get("display_name"))) or one_line(text_of(account.get("username"))) or acct,
        handle=acct,
        avatar_url=text_of(account.get("avatar_static") or account.get("avatar")),
        is_self=ours,
    )


def _whole_text(status: Mapping[str, Any]) -> str:
    """What a reader sees: the warning first, then the text, then the choices of a poll."""
    parts = [plain(text_of(status.get("spoiler_text"))), plain(text_of(status.get("content")))]
    poll = status.get("poll")
    options = poll.get("options") if isinstance(poll, dict) else None
    if isinstance(options, list):
        parts.append("\n".join(f"- {text_of(one.get('title'))}" for one in options if isinstance(one, dict)))
    return "\n\n".join(part for part in parts if part)


def _thread(status: Mapping[str, Any], root: object) -> ThreadRef:
    """The root status where the server told us, else the parent's bare id, else the status itself."""
    if isinstance(root, dict) and _optional_id(root.get("id")):
        return _described(root)
    if parent := _status_id(root) or _status_id(status.get("in_reply_to_id")):
        return ThreadRef(parent)
    return _described(status)


def _described(status: Mapping[str, Any]) -> ThreadRef:
    text = _whole_text(status)
    account = status.get("account")
    created = status.get("created_at")
    try:
        posted = time_of(created)
    except NotOurs:
        posted = None
    return ThreadRef(
        native_id=_id(status),
        title=one_line(text, TITLE_MOST),
        text=text,
        url=text_of(status.get("url") or status.get("uri")),
        author_name=_author(account, me="", handle="").name if isinstance(account, dict) and account.get("id") else "",
        posted_at=posted,
    )


def _counterpart(status: Mapping[str, Any], author: Author) -> str:
    """The other person: the author, or whom we wrote to where the author is us."""
    if not author.is_self:
        return author.native_id
    mentions = status.get("mentions")
    first = mentions[0] if isinstance(mentions, list) and mentions and isinstance(mentions[0], dict) else {}
    return _optional_id(status.get("in_reply_to_account_id")) or _optional_id(first.get("id")) or author.native_id


def _visibility(status: Mapping[str, Any], server: str) -> Visibility:
    said = text_of(status.get("visibility"))
    if said == "private" and "snac" in server.casefold():
        return Visibility.PRIVATE  # snac knows only public and "for those mentioned", and calls the latter private
    return VISIBILITIES.get(said, Visibility.FOLLOWERS)


def _attachments(media: object) -> list[Attachment]:
    found = media if isinstance(media, list) else []
    return [_attachment(one) for one in found if isinstance(one, dict)]


def _attachment(media: Mapping[str, Any]) -> Attachment:
    url = text_of(media.get("url") or media.get("remote_url"))
    name = one_line(text_of(media.get("description")), 120) or url.rpartition("/")[2][:120] or "media"
    return Attachment(name, _MEDIA.get(text_of(media.get("type")), "application/octet-stream"), url=url)
