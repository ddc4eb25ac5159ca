"""A post as the network's views write it -> Incoming. Pure; wrong shapes raise NotOurs.

The body of an arrival is what the server said in an envelope of ours:
``{"kind": "post", "post": {postView}, "root": {postView} | null, "me": "did"}``. A notification is turned into such a
view first, a deletion is ``{"kind": "gone", "uri": "at://…", "at": time}``.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from resonanz.connectors.contract import Arrival, Attachment, Author, Incoming, Mark, NotOurs, Op, ThreadRef, Visibility
from resonanz.connectors.shape import mapping, time_of
from resonanz.connectors.shape import text as text_of
from resonanz.kit.text import one_line

TITLE_MOST = 120
POST_URI = re.compile(r"at://(did:[a-z]+:[\w.:%-]+)/app\.bsky\.feed\.post/([\w.:~-]{1,512})")
WEB = "https://bsky.app/profile"


def arrival(post: object, *, root: object = None, me: str = "") -> Arrival:
    """One post in its envelope; what the network says to us alone, or counts, is left out of its identity. Raises
    NotOurs.
    """
    found = mapping(post, "post")
    envelope = {"kind": "post", "post": found, "root": root, "me": me}
    return Arrival(f"{_uri(found.get('uri'))}@{text_of(found.get('cid'))}", orjson.dumps(envelope))


def gone(native_id: str, at: datetime) -> Arrival:
    """That a post is no longer there, in an envelope of ours."""
    return Arrival(f"{native_id}@gone", orjson.dumps({"kind": "gone", "uri": native_id, "at": at}))


def noticed(notice: object) -> dict[str, Any]:
    """A notification as the view of the post that it speaks of. Raises NotOurs."""
    found = mapping(notice, "notification")
    return {name: found[name] for name in ("uri", "cid", "author", "record", "indexedAt", "labels") if name in found}


def parse(body: bytes) -> Incoming:
    """The meaning of one arrival."""
    try:
        envelope = mapping(orjson.loads(body), "object")
    except ValueError:
        raise NotOurs("not JSON") from None
    if envelope.get("kind") == "gone":
        return _deletion(envelope)
    post, me = mapping(envelope.get("post"), "post"), text_of(envelope.get("me"))
    record, uri = mapping(post.get("record"), "record"), _uri(post.get("uri"))
    author = _author(post.get("author"), me)
    thread = _thread(post, envelope.get("root"))
    indexed = time_of(post.get("indexedAt"))
    return Incoming(
        native_id=uri,
        op=Op.UPSERT,
        version=indexed.isoformat(timespec="microseconds"),
        occurred_at=_said_at(record, indexed),
        author=author,
        text=text_of(record.get("text")),
        thread=thread,
        conversation=f"{thread.native_id}|{_counterpart(record, author)}",
        visibility=Visibility.PUBLIC,
        parent_id=parent_of(post),
        language=_language(record.get("langs")),
        permalink=link_of(uri, author.handle),
        attachments=tuple(_attachments(post.get("embed"))),
        marks=_marks(post, author),
    )


def root_of(post: object) -> str:
    """The address of the post at the head of the thread; the post's own where it is the head."""
    found = mapping(post, "post")
    return _ref(found, "root") or _uri(found.get("uri"))


def parent_of(post: object) -> str:
    """The address of what a post answers, "" where it answers none."""
    return _ref(mapping(post, "post"), "parent")


def did_of(uri: str) -> str:
    found = POST_URI.fullmatch(uri)
    return found[1] if found else ""


def _deletion(envelope: Mapping[str, Any]) -> Incoming:
    at, uri = time_of(envelope.get("at")), _uri(envelope.get("uri"))
    return Incoming(uri, Op.DELETE, at.isoformat(), at, Author(""), "", ThreadRef(""), uri)


def _uri(value: object) -> str:
    if isinstance(value, str) and POST_URI.fullmatch(value):
        return value
    raise NotOurs("no address of a post")


def _ref(post: Mapping[str, Any], name: str) -> str:
    record = post.get("record")
    reply = record.get("reply") if isinstance(record, dict) else None
    ref = reply.get(name) if isinstance(reply, dict) else None
    uri = ref.get("uri") if isinstance(ref, dict) else None
    return uri if isinstance(uri, str) and POST_URI.fullmatch(uri) else ""


def _said_at(record: Mapping[str, Any], indexed: datetime) -> datetime:
    """Whoever writes names the time themselves: it is taken where it does not lie after the network's own."""
    try:
        return min(time_of(record.get("createdAt")), indexed)
    except NotOurs:
        return indexed


def _author(value: object, me: str) -> Author:
    found = mapping(value, "author")
    did, handle = text_of(found.get("did")), one_line(text_of(found.get("handle")))
    if not did.startswith("did:"):
        raise NotOurs("no author")
    name = one_line(text_of(found.get("displayName"))) or handle or did
    return Author(did, name, handle, text_of(found.get("avatar")), is_self=did == me)


def _thread(post: Mapping[str, Any], root: object) -> ThreadRef:
    """The head of the thread where the server told us, else its bare address, else the post itself."""
    if isinstance(root, dict) and isinstance(root.get("uri"), str) and POST_URI.fullmatch(root["uri"]):
        return _described(root)
    above = root_of(post)
    return _described(post) if above == post.get("uri") else ThreadRef(above)


def _described(post: Mapping[str, Any]) -> ThreadRef:
    record, author = post.get("record"), post.get("author")
    text = text_of(record.get("text")) if isinstance(record, dict) else ""
    who = author if isinstance(author, dict) else {}
    try:
        posted = time_of(post.get("indexedAt"))
    except NotOurs:
        posted = None
    handle = one_line(text_of(who.get("handle")))
    name = one_line(text_of(who.get("displayName"))) or handle
    uri = _uri(post.get("uri"))
    return ThreadRef(uri, one_line(text, TITLE_MOST), text, link_of(uri, handle), name, posted)


def _counterpart(record: Mapping[str, Any], author: Author) -> str:
    """The other person: the author, or whom we wrote to where the author is us."""
    if not author.is_self:
        return author.native_id
    return did_of(_ref({"record": record}, "parent")) or author.native_id


def _language(langs: object) -> str:
    first = langs[0] if isinstance(langs, list) and langs else ""
    return text_of(first)[:35]


def link_of(uri: str, handle: str = "") -> str:
    found = POST_URI.fullmatch(uri)
    return f"{WEB}/{handle or found[1]}/post/{found[2]}" if found else ""


def _marks(post: Mapping[str, Any], author: Author) -> frozenset[Mark]:
    labels = post.get("labels")
    said = [one.get("val") for one in labels if isinstance(one, dict)] if isinstance(labels, list) else []
    own = {Mark.OWN} if author.is_self else set()
    return frozenset(own | ({Mark.SPAM} if "spam" in said else set()))


def _attachments(embed: object) -> list[Attachment]:
    """Pictures and films of a post's view, also where they stand beside a quoted post."""
    found = embed if isinstance(embed, dict) else {}
    found = found["media"] if isinstance(found.get("media"), dict) else found
    pictures = found.get("images")
    shown = [one for one in pictures if isinstance(one, dict)] if isinstance(pictures, list) else []
    files = [Attachment(_alt(one) or "picture", "image/*", url=text_of(one.get("fullsize"))) for one in shown]
    if playlist := text_of(found.get("playlist")):
        files.append(Attachment(_alt(found) or "film", "video/*", url=playlist))
    return [one for one in files if one.url]


def _alt(value: Mapping[str, Any]) -> str:
    return one_line(text_of(value.get("alt")), TITLE_MOST)
