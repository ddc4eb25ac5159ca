"""Bluesky: mentions, replies and quotes in, by notification and by looking beneath our own posts; keyed replies out."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

from resonanz.connectors.bluesky import news
from resonanz.connectors.bluesky import parse as reading
from resonanz.connectors.bluesky.client import Client, Said
from resonanz.connectors.bluesky.words import COLLECTION, facets, length, names, record_key
from resonanz.connectors.contract import (
    Ability,
    Access,
    Arrival,
    AuthExpired,
    Base,
    ChannelError,
    Health,
    Incoming,
    Length,
    Limits,
    Manifest,
    OutcomeUnclear,
    Outgoing,
    Page,
    Receipt,
    Rejected,
    Setting,
    TargetGone,
    Unreachable,
    Unsupported,
    Violation,
)
from resonanz.connectors.shape import time_of

MOST_NAMES = 8  # handles of one text that are looked up
LIKE = "app.bsky.feed.like"

MANIFEST = Manifest(
    channel="bluesky",
    name="Bluesky",
    icon="Bs",
    abilities=frozenset(
        {
            Ability.PULL,
            Ability.BACKFILL,
            Ability.PUBLIC_REPLY,
            Ability.FIND,
            Ability.KEYED_SEND,
            Ability.LOOK,
            Ability.THREAD,
            Ability.DELETIONS,
            Ability.LIKE,
            Ability.DELETE_OWN,
        }
    ),
    limits=Limits(text_max=300, counting="graphemes", sends_per_minute=20),  # 5,000 points an hour, a post costs 3
    settings=(
        Setting("base_url", "Address of the server", "The server of your account", default="https://bsky.social"),
        Setting("handle", "Our name there", "For example stadtwerke.bsky.social"),
        Setting("app_password", "App password", "Settings, Privacy and security, App passwords", secret=True),
    ),
    api_read_on=date(2026, 11, 23),
    poll_every_s=20,
)


class Bluesky(Base):
    """The connector. A post is named by its ``at://`` address, a person by their DID; both hold everywhere."""

    manifest = MANIFEST
    folder = Path(__file__).parent

    def parse(self, access: Access, arrival: Arrival) -> Incoming:  # noqa: ARG002 - the envelope says who we are
        return reading.parse(arrival.body)

    def pull(self, access: Access, cursor: str) -> Page:
        """News since the cursor, oldest first: notifications, our own posts, and from time to time what stands beneath
        them.
        """
        return news.pull(Client(access), cursor)

    def backfill(self, access: Access, since: datetime, cursor: str) -> Page:
        """Notifications back to ``since``, then our own posts."""
        return news.backfill(Client(access), since, cursor)

    def look(self, access: Access, native_id: str, *, thread: str = "") -> Arrival:  # noqa: ARG002 - the post names it
        client = Client(access)
        return news.arrivals(client, [_post(client, native_id)])[0]

    def gone(self, access: Access, native_id: str) -> Arrival:
        return reading.gone(native_id, access.now)

    def thread(self, access: Access, native_id: str) -> Sequence[Arrival]:
        client = Client(access)
        return news.arrivals(client, news.beneath(client, native_id))

    def check(self, outgoing: Outgoing, limits: Limits) -> Sequence[Violation]:
        found = list(super().check(outgoing, limits))
        if not (outgoing.in_reply_to or outgoing.thread):
            found.append(Violation("not_possible", "A comment needs something it answers."))
        return found

    def length(self, outgoing: Outgoing, limits: Limits) -> Length:
        return Length(length(outgoing.text.strip(), limits.text_max), limits.text_max)

    def send(self, access: Access, outgoing: Outgoing) -> Receipt:
        """Under a record key that follows from our key: a repeat finds the post that is there already."""
        client = Client(access)
        parent = _post(client, outgoing.in_reply_to or outgoing.thread)
        body = _place(client, record_key(outgoing.key)) | {
            "record": _record(client, outgoing, parent, access.now),
            "swapRecord": None,  # only where there is none yet
        }
        try:
            return _receipt(client.write("com.atproto.repo.putRecord", body), access.now)
        except Said:
            found = self.find(access, outgoing, access.now)
            if found is None:
                raise OutcomeUnclear("the server says that it is there, and does not show it") from None
            return found

    def find(self, access: Access, outgoing: Outgoing, since: datetime) -> Receipt | None:  # noqa: ARG002 - the key is enough
        client = Client(access)
        try:
            found = client.read("com.atproto.repo.getRecord", _place(client, record_key(outgoing.key)), target=True)
        except TargetGone:
            return None
        record = found.get("value") if isinstance(found, dict) else None
        at = time_of(record.get("createdAt")) if isinstance(record, dict) else access.now
        return _receipt(found, at)

    def recognises(self, outgoing: Outgoing, native_id: str, *, parent: str, text: str) -> bool:  # noqa: ARG002 - by the key
        return native_id.rpartition("/")[2] == record_key(outgoing.key)

    def act(self, access: Access, native_id: str, act: Literal["like", "hide", "unhide", "delete"]) -> None:
        client = Client(access)
        if act == "like":
            subject = _ref(_post(client, native_id))
            record = {"$type": LIKE, "subject": subject, "createdAt": _stamp(access.now)}
            place = {"repo": client.me, "collection": LIKE, "rkey": record_key(f"like {native_id}")}
            client.write("com.atproto.repo.putRecord", place | {"record": record})
        elif act == "delete":
            if reading.did_of(native_id) != client.me:
                raise Rejected("only our own posts can be deleted")
            client.write("com.atproto.repo.deleteRecord", _place(client, native_id.rpartition("/")[2]))
        else:
            raise Unsupported(act)

    def health(self, access: Access) -> Health:
        try:
            found = Client(access).read("com.atproto.server.getSession")
        except AuthExpired:
            return Health(ok=False, said="The server does not accept the app password. Make a new one and enter it.")
        except ChannelError as error:
            return Health(ok=False, said="The server did not answer as Bluesky does: {why}", places={"why": error.why})
        if not isinstance(found, dict) or not found.get("did"):
            return Health(ok=False, said="This address is not a Bluesky server. Check the address.")
        if found.get("active") is False:
            return Health(ok=False, said="The account is switched off at the server. Switch it on there.")
        return Health(ok=True, said="Connected.", account_name=str(found.get("handle") or ""), account_id=found["did"])


def _place(client: Client, key: str) -> dict[str, Any]:
    return {"repo": client.me, "collection": COLLECTION, "rkey": key}


def _post(client: Client, native_id: str) -> dict[str, Any]:
    """A post as it stands now. Raises TargetGone."""
    if not reading.did_of(native_id):
        raise Rejected("what this answers is not a post of this network")
    found = news.posts(client, [native_id])
    if not found:
        raise TargetGone("the server does not show it any more")
    return found[0]


def _record(client: Client, outgoing: Outgoing, parent: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    text = outgoing.text.strip()
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": text,
        "createdAt": _stamp(now),
        "reply": {"root": _root(parent), "parent": _ref(parent)},
    }
    if found := facets(text, _dids(client, outgoing, text)):
        record["facets"] = found
    if outgoing.language:
        record["langs"] = [outgoing.language[:2]]
    return record


def _root(parent: Mapping[str, Any]) -> dict[str, str]:
    """The head of the thread as the parent names it, else the parent."""
    record = parent.get("record")
    reply = record.get("reply") if isinstance(record, dict) else None
    root = reply.get("root") if isinstance(reply, dict) else None
    return _ref(root if isinstance(root, dict) else parent)


def _ref(post: Mapping[str, Any]) -> dict[str, str]:
    return {"uri": str(post.get("uri") or ""), "cid": str(post.get("cid") or "")}


def _dids(client: Client, outgoing: Outgoing, text: str) -> dict[str, str]:
    """Who is meant by the names in the text; a name that nobody has stays plain text."""
    known = {outgoing.to.handle.lstrip("@").lower(): outgoing.to.native_id}
    found = {}
    for name in names(text)[:MOST_NAMES]:
        did = known.get(name) or _resolved(client, name)
        if did:
            found[name] = did
    return found


def _resolved(client: Client, handle: str) -> str:
    try:
        found = client.read("com.atproto.identity.resolveHandle", {"handle": handle})
    except (Rejected, Unreachable):
        return ""
    return str(found.get("did") or "") if isinstance(found, dict) else ""


def _receipt(found: Any, at: datetime) -> Receipt:
    uri = found.get("uri") if isinstance(found, dict) else None
    if not isinstance(uri, str) or not reading.did_of(uri):
        raise OutcomeUnclear("the answer names no post")
    return Receipt(uri, at, reading.link_of(uri))


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
