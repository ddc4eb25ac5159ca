"""The square: comments and direct messages in by feed or hook, keyed answers out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Literal

from resonanz.connectors.contract import (
    Ability,
    Access,
    Arrival,
    AuthExpired,
    BadSignature,
    Base,
    ChannelError,
    Health,
    Incoming,
    Length,
    Limits,
    Manifest,
    NotOurs,
    OutcomeUnclear,
    Outgoing,
    Page,
    Receipt,
    Rejected,
    Setting,
    TargetGone,
    Unreachable,
    Violation,
    Visibility,
)
from resonanz.connectors.square import parse as reading
from resonanz.connectors.square.client import Client
from resonanz.connectors.wire import base_of, segment
from resonanz.kit.secrets import same, signed
from resonanz.kit.text import count

BATCH = 1000
MOST_BATCHES = 50
DIRECT_MAX = 1000
SIGNATURE = "x-square-signature"
CHALLENGE = re.compile(r"[\w-]{1,128}")
DEFAULT_LIMITS = Limits(text_max=2000, sends_per_minute=120)

MANIFEST = Manifest(
    channel="square",
    name="Square",
    icon="Sq",
    abilities=frozenset(
        {
            Ability.PULL, Ability.HOOK, Ability.SUBSCRIBE, Ability.BACKFILL, Ability.PUBLIC_REPLY, Ability.DIRECT,
            Ability.FIND, Ability.KEYED_SEND, Ability.LOOK, Ability.THREAD, Ability.EDITS, Ability.DELETIONS,
            Ability.LIKE, Ability.HIDE, Ability.DELETE_OWN,
        }
    ),
    limits=DEFAULT_LIMITS,
    settings=(
        Setting("base_url", "Address of the square", "For example http://127.0.0.1:8010"),
        Setting("token", "Access token", "The page's own token", secret=True),
        Setting("hook_secret", "Hook secret", "Only where the square pushes to us", secret=True, required=False),
    ),
    api_read_on=date(2026, 11, 23),
    poll_every_s=5,
    only_to_try=True,
    begins_in_past=True,  # the feed is read from its beginning
)  # fmt: skip


class Square(Base):
    manifest = MANIFEST
    folder = Path(__file__).parent

    def handshake(self, access: Access, query: Mapping[str, str]) -> str | None:  # noqa: ARG002 - the same for all accounts
        challenge = query.get("challenge", "")
        return challenge if query.get("mode") == "subscribe" and CHALLENGE.fullmatch(challenge) else None

    def verify(self, access: Access, headers: Mapping[str, str], body: bytes) -> None:
        said = next((value for name, value in headers.items() if name.lower() == SIGNATURE), "")
        secret = access.secrets.get("hook_secret")
        if not secret or not secret.reveal() or not same(said, "sha256=" + signed(secret, body)):
            raise BadSignature("the signature does not fit")

    def subscribed(self, access: Access, url: str) -> bool:
        known = Client(access).read("/hooks").get("hooks")
        if not isinstance(known, list):
            raise Unreachable("the answer is no list of hooks")
        return any(isinstance(one, dict) and one.get("url") == url for one in known)

    def subscribe(self, access: Access, url: str) -> None:
        secret = access.secrets.get("hook_secret")
        if not secret:
            raise Rejected("no hook secret is entered")
        Client(access).write("POST", "/hooks", {"url": url, "secret": secret.reveal()})

    def receive(self, headers: Mapping[str, str], body: bytes) -> Sequence[Arrival]:  # noqa: ARG002 - the body says it all
        return reading.events(body)

    def parse(self, access: Access, arrival: Arrival) -> Incoming:
        return reading.incoming(arrival.body, base_of(access))

    def pull(self, access: Access, cursor: str) -> Page:
        events, following, more = _changes(Client(access), cursor)
        return Page([reading.arrival(event) for event in events], following, more=more)

    def backfill(self, access: Access, since: datetime, cursor: str) -> Page:
        events, following, more = _changes(Client(access), cursor)
        recent = [event for event in events if not _is_before(event, since)]
        return Page([reading.arrival(event) for event in recent], following, more=more)

    def look(self, access: Access, native_id: str, *, thread: str = "") -> Arrival:  # noqa: ARG002 - ids are enough
        return reading.arrival_of(Client(access).read(f"/entries/{segment(native_id)}"))

    def thread(self, access: Access, native_id: str) -> Sequence[Arrival]:
        return [reading.arrival_of(entry) for entry in _entries(Client(access), native_id) if _is_message(entry)]

    def limits(self, access: Access) -> Limits:
        return _limits(Client(access).read("/me"))

    def check(self, outgoing: Outgoing, limits: Limits) -> Sequence[Violation]:
        found = list(super().check(outgoing, limits))
        if outgoing.visibility is Visibility.PRIVATE:
            if not outgoing.to.native_id:
                found.append(Violation("bad_address", "A direct message needs the person it is for."))
        elif not (outgoing.in_reply_to or outgoing.thread):
            found.append(Violation("not_possible", "A comment needs something it answers."))
        return found

    def length(self, outgoing: Outgoing, limits: Limits) -> Length:
        most = DIRECT_MAX if outgoing.visibility is Visibility.PRIVATE else limits.text_max
        return Length(count(outgoing.text, limits.counting), min(most, limits.text_max))

    def send(self, access: Access, outgoing: Outgoing) -> Receipt:
        client, body = Client(access), {"text": outgoing.text, "key": outgoing.key}
        if outgoing.visibility is Visibility.PRIVATE:
            answers = {"answers": outgoing.in_reply_to} if outgoing.in_reply_to else {}
            entry = client.write("POST", "/directs", body | answers | {"to": outgoing.to.native_id})
        else:
            target = outgoing.in_reply_to or outgoing.thread
            entry = client.write("POST", f"/entries/{segment(target)}/answers", body)
        try:
            return reading.receipt(entry, base_of(access))
        except NotOurs as error:
            raise OutcomeUnclear(f"the answer is no entry: {error.why}") from None

    def find(self, access: Access, outgoing: Outgoing, since: datetime) -> Receipt | None:  # noqa: ARG002 - the key is enough
        """By the key: the square lists what we said with it."""
        found = Client(access).read("/answers", key=outgoing.key).get("entries")
        try:
            return reading.receipt(found[0], base_of(access)) if isinstance(found, list) and found else None
        except (NotOurs, AttributeError):
            raise Unreachable("the answer is no list of entries") from None

    def act(self, access: Access, native_id: str, act: Literal["like", "hide", "unhide", "delete"]) -> None:
        path = f"/entries/{segment(native_id)}"
        method, suffix = {
            "like": ("PUT", "/like"),
            "hide": ("PUT", "/hidden"),
            "unhide": ("DELETE", "/hidden"),
            "delete": ("DELETE", ""),
        }[act]
        Client(access).write(method, path + suffix)

    def health(self, access: Access) -> Health:
        try:
            us = Client(access).read("/me")
            limits = _limits(us)
        except AuthExpired:
            return Health(ok=False, said="The square does not accept the access token. Enter a new one.")
        except TargetGone:
            return Health(ok=False, said="This address is not a square. Check the address.")
        except ChannelError as error:
            return Health(ok=False, said="The square did not answer: {why}", places={"why": error.why})
        name, native_id = str(us.get("name") or ""), str(us.get("id") or "")
        return Health(ok=True, said="Connected.", account_name=name, account_id=native_id, limits=limits)


def _changes(client: Client, cursor: str) -> tuple[list[Any], str, bool]:
    found = client.read("/changes", after=cursor or "0", limit=BATCH)
    events, following = found.get("events"), found.get("cursor")
    if not isinstance(events, list) or not isinstance(following, str):
        raise Unreachable("the answer is no feed")
    return events, following, found.get("more") is True


def _entries(client: Client, native_id: str) -> Iterator[dict[str, Any]]:
    """Everything in a thread, batch by batch."""
    path = f"/entries/{segment(native_id)}/thread"
    if native_id.startswith("direct:"):
        path = f"/people/{segment(native_id.removeprefix('direct:'))}/directs"
    after = "sq-0"
    for _ in range(MOST_BATCHES):
        found = client.read(path, after=after, limit=BATCH)
        entries = found.get("entries")
        if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
            raise Unreachable("the answer is no list of entries")
        yield from entries
        if not entries or found.get("more") is not True:
            return
        after = str(entries[-1].get("id"))


def _is_message(entry: Mapping[str, Any]) -> bool:
    return entry.get("kind") != "post"


def _is_before(event: object, since: datetime) -> bool:
    """Damaged events are kept, to be shown."""
    try:
        at = datetime.fromisoformat(str(event.get("at"))) if isinstance(event, dict) else since
    except ValueError:
        return False
    return (at if at.tzinfo else at.replace(tzinfo=UTC)) < since


def _limits(us: Mapping[str, Any]) -> Limits:
    said = us.get("limits")
    most = said.get("text_max") if isinstance(said, dict) else None
    if not isinstance(most, int) or most < 1:
        raise Unreachable("the answer names no limits")
    return Limits(text_max=most, sends_per_minute=DEFAULT_LIMITS.sends_per_minute)
