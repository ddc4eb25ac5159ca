"""Records and views of the sandbox's Bluesky: addresses, hashes, what a record must be, and how a post is shown."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import regex

from resonanz.sandbox.bluesky_access import did, person_of, refusal
from resonanz.sandbox.clock import stamp
from resonanz.sandbox.wire import Halt
from resonanz.sandbox.world import Entry, Missing, Person, World

POST = "app.bsky.feed.post"
URI = re.compile(r"at://([^/]+)/app\.bsky\.feed\.post/([\w.:~-]{1,512})")
KEY = re.compile(r"[234567abcdefghij][234567a-z]{12}")
GRAPHEMES, BYTES = 300, 3000
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_NAME = re.compile(r"(?<![\w@/.])@([a-z0-9-]+(?:\.[a-z0-9-]+)+)", re.IGNORECASE)


def uri(world: World, entry: Entry) -> str:
    return f"at://{did(world.person(entry.author))}/{POST}/{entry.key}"


def cid(world: World, entry: Entry) -> str:
    """A hash of what the record says, as a content address looks."""
    digest = hashlib.sha256(f"{uri(world, entry)} {json.dumps(record(world, entry), sort_keys=True)}".encode()).digest()
    return "bafyrei" + base64.b32encode(digest).decode().lower().rstrip("=")


def find(world: World, address: str) -> Entry:
    """The post at this address. Raises Missing."""
    found = URI.fullmatch(address)
    if not found:
        raise Missing(address)
    author = person_of(world, found[1])
    posts = world.entries("platform = 'bluesky' AND author_id = ? AND key = ?", author.id, found[2])
    if not posts:
        raise Missing(address)
    return posts[0]


def record(world: World, entry: Entry) -> dict[str, Any]:
    """The record as it was put; of a customer's post what their client would have put."""
    found: dict[str, Any] = json.loads(world.store.kept(f"bluesky record {entry.id}", "{}"))
    return found


def keep(world: World, author: Person, said: Mapping[str, Any], key: str = "") -> Entry:
    """A post with this record, and the notices that follow from it. Without a key it gets one as a client makes it."""
    key = key or _key_of(world.store.one("SELECT max(id) FROM entry") + 1)
    parent, root = (_named(world, said, name) for name in ("parent", "root"))
    langs = said.get("langs")
    language = str(langs[0]) if isinstance(langs, list) and langs else ""
    fresh = world.write(author, str(said["text"]), kind="post", parent=root, answers=parent, language=language, key=key)
    world.store.keep(f"bluesky record {fresh.id}", json.dumps(said))
    _notify(world, fresh, said)
    return fresh


def by_client(world: World, text: str, answers: Entry | None) -> dict[str, Any]:
    """The record that a client makes of a text: links to who is named, and what it answers."""
    made: dict[str, Any] = {"$type": POST, "text": text, "createdAt": stamp(world.clock.now())}
    facets = []
    for match in _NAME.finditer(text):
        try:
            named = person_of(world, match[1].rstrip("."))
        except Missing:
            continue
        index = {"byteStart": len(text[: match.start()].encode()), "byteEnd": len(text[: match.end()].encode())}
        facets.append({"index": index, "features": [{"$type": "app.bsky.richtext.facet#mention", "did": did(named)}]})
    if facets:
        made["facets"] = facets
    if answers:
        root = world.entry(answers.root, gone=True) if answers.root else answers
        made["reply"] = {"root": ref(world, root), "parent": ref(world, answers)}
    return made


def checked(said: object) -> dict[str, Any]:
    """A record as the lexicon app.bsky.feed.post wants it; raises Halt with what is wrong."""
    if not isinstance(said, dict) or said.get("$type") != POST:
        raise Halt(_invalid("$type", f"expected {POST}"))
    text, created, reply = said.get("text"), said.get("createdAt"), said.get("reply")
    if not isinstance(text, str):
        raise Halt(_invalid("text", "expected a string"))
    if len(text.encode()) > BYTES:
        raise Halt(_invalid("text", f"string too big (maximum {BYTES}, got {len(text.encode())})"))
    if (count := len(regex.findall(r"\X", text))) > GRAPHEMES:
        raise Halt(_invalid("text", f"grapheme too big (maximum {GRAPHEMES}, got {count})"))
    if not isinstance(created, str) or not _is_time(created):
        raise Halt(_invalid("createdAt", "expected a datetime"))
    if reply is not None and not (isinstance(reply, dict) and all(_is_ref(reply.get(n)) for n in ("root", "parent"))):
        raise Halt(_invalid("reply", "expected root and parent, each with uri and cid"))
    langs = said.get("langs", [])
    if not isinstance(langs, list) or len(langs) > 3:  # noqa: PLR2004 - the lexicon's own number
        raise Halt(_invalid("langs", "array too big (maximum 3)"))
    for facet in said.get("facets", []):
        _check_facet(facet)
    return said


def view(world: World, entry: Entry) -> dict[str, Any]:
    """app.bsky.feed.defs#postView."""
    replies = "platform = 'bluesky' AND answers_id = ?"
    return {
        "uri": uri(world, entry), "cid": cid(world, entry), "author": profile(world.person(entry.author)),
        "record": record(world, entry), "replyCount": len(world.entries(replies, entry.id)),
        "repostCount": 0, "likeCount": world.likes(entry.id), "quoteCount": 0,
        "indexedAt": stamp(entry.at), "labels": [], "viewer": {},
    }  # fmt: skip


def profile(person: Person) -> dict[str, Any]:
    return {"did": did(person), "handle": person.handle, "displayName": person.name, "labels": []}


def ref(world: World, entry: Entry) -> dict[str, str]:
    return {"uri": uri(world, entry), "cid": cid(world, entry)}


def _key_of(number: int) -> str:
    """The number-th key that a client would have made."""
    value = (1_700_000_000_000_000 + number) << 10
    return "".join(_LETTERS[(value >> shift) & 31] for shift in range(60, -1, -5))


def _named(world: World, said: Mapping[str, Any], name: str) -> Entry | None:
    """What a record answers, where it is there: the network keeps answers to what is gone as well."""
    reply = said.get("reply")
    try:
        return find(world, reply[name]["uri"]) if reply else None
    except Missing:
        return None


def _notify(world: World, entry: Entry, said: Mapping[str, Any]) -> None:
    """Who hears of it: whom it answers, up to five posts above, and who is named; each once, never the author."""
    told = {entry.author}
    above, steps = entry.answers, 0
    while above and steps < 5:  # noqa: PLR2004 - the network's own depth
        upper = world.entry(above, gone=True)
        if upper.author not in told:
            world.notice(upper.author, "reply", entry)
        told.add(upper.author)
        above, steps = upper.answers, steps + 1
    for facet in said.get("facets", []):
        for feature in facet["features"]:
            named = person_of(world, feature["did"]) if feature.get("did") else None
            if named and named.id not in told:
                world.notice(named.id, "mention", entry)
                told.add(named.id)


def _check_facet(facet: Any) -> None:
    index = facet.get("index") if isinstance(facet, dict) else None
    features = facet.get("features") if isinstance(facet, dict) else None
    ends = (index.get("byteStart"), index.get("byteEnd")) if isinstance(index, dict) else (None, None)
    if not all(isinstance(end, int) and end >= 0 for end in ends) or not isinstance(features, list):
        raise Halt(_invalid("facets", "expected index and features"))


def _is_ref(value: object) -> bool:
    return isinstance(value, dict) and bool(URI.fullmatch(str(value.get("uri")))) and bool(value.get("cid"))


def _is_time(value: str) -> bool:
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _invalid(place: str, why: str) -> Any:
    return refusal("InvalidRequest", f"Invalid {POST} record: {why} at $.record.{place}")
