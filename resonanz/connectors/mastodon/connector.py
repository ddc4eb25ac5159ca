"""Mastodon: mentions and direct messages in, replies out with the visibility that the customer chose."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import orjson

from resonanz.connectors.contract import (
    Ability,
    Access,
    Appearance,
    Arrival,
    AuthExpired,
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
    Unsupported,
    Violation,
    Visibility,
)
from resonanz.connectors.mastodon import parse as reading
from resonanz.connectors.mastodon.client import Client
from resonanz.connectors.mastodon.words import composed, length, shown, trace
from resonanz.connectors.shape import time_of
from resonanz.connectors.wire import segment

PAGE = 80  # more than snac ever gives, so that a full page means a server that pages as documented
OWN_PAGE = 40
MOST_OWN_PAGES = 5
PAST_PAGE = 20  # each mention costs a call for what stands around it
MOST_CONTEXTS = 20  # roots asked for in one pull; Mastodon allows 300 calls in five minutes
KINDS = frozenset({"mention", "update", "status"})
OUT_VISIBILITY = {
    Visibility.PUBLIC: "public",
    Visibility.UNLISTED: "unlisted",
    Visibility.FOLLOWERS: "private",
    Visibility.PRIVATE: "direct",
}
DEFAULT_LIMITS = Limits(text_max=500, counting="graphemes", sends_per_minute=30)

MANIFEST = Manifest(
    channel="mastodon",
    name="Mastodon",
    icon="Ma",
    abilities=frozenset(
        {
            Ability.PULL,
            Ability.BACKFILL,
            Ability.PUBLIC_REPLY,
            Ability.DIRECT,
            Ability.FIND,
            Ability.LOOK,
            Ability.THREAD,
            Ability.EDITS,
            Ability.DELETIONS,
            Ability.LIKE,
            Ability.DELETE_OWN,
        }
    ),
    limits=DEFAULT_LIMITS,
    settings=(
        Setting("base_url", "Address of the server", "For example https://mastodon.social"),
        Setting("token", "Access token", "Preferences, Development, New application", secret=True),
        Setting("handle", "Our name there", "Without the server, for example stadtwerke", required=False),
    ),
    api_read_on=date(2026, 11, 23),
    identity_scope="account",
    poll_every_s=30,
    past_page_s=45,  # 21 calls a page: half of what Mastodon allows stays for news and answers
)


class Mastodon(Base):
    """The connector. Ids of people and statuses are the server's own, so they hold for one account's server only."""

    manifest = MANIFEST
    folder = Path(__file__).parent

    def parse(self, access: Access, arrival: Arrival) -> Incoming:
        return reading.parse(arrival.body, handle=access.settings.get("handle", ""))

    def pull(self, access: Access, cursor: str) -> Page:
        """Mentions and edits since the cursor, oldest first. The first pull takes the newest page."""
        client, state = Client(access), _state(cursor)
        state = state if state.get("me") else state | _who(client)
        params = [("limit", str(PAGE)), *(("types[]", kind) for kind in sorted(KINDS))]
        if state.get("min_id"):
            params.append(("min_id", state["min_id"]))
        found = _list(client.read("/api/v1/notifications", params))
        ids = [reading.status_id(one) for one in found]
        newest = max([state.get("min_id") or "0", *ids], key=_order)
        arrivals = _arrivals(client, reversed(found), state)
        return Page(arrivals, _dump(state | {"min_id": newest}), more=len(found) >= PAGE and bool(state.get("min_id")))

    def backfill(self, access: Access, since: datetime, cursor: str) -> Page:
        """Mentions back to ``since``, the newest page first, each with the answers that we gave on the platform."""
        client, state = Client(access), _state(cursor)
        state = state if state.get("me") else state | _who(client)
        params = [("limit", str(PAST_PAGE)), *(("types[]", kind) for kind in sorted(KINDS))]
        if state.get("max_id"):
            params.append(("max_id", state["max_id"]))
        found = _list(client.read("/api/v1/notifications", params))
        recent = [one for one in found if not _is_before(one, since)]
        oldest = min((reading.status_id(one) for one in found), key=_order, default="")
        more = bool(recent) and len(recent) == len(found) and oldest != state.get("max_id")
        return Page(_with_answers(client, reversed(recent), state), _dump(state | {"max_id": oldest}), more=more)

    def look(self, access: Access, native_id: str, *, thread: str = "") -> Arrival:
        status = Client(access).read(f"/api/v1/statuses/{segment(native_id)}", target=True)
        return _answered(status, root=thread or None)

    def gone(self, access: Access, native_id: str) -> Arrival:
        return reading.gone(native_id, access.now)

    def thread(self, access: Access, native_id: str) -> Sequence[Arrival]:
        client = Client(access)
        who = _who(client)
        whole = _context(client, native_id)
        root = whole[0] if whole else None
        return [reading.arrival(one, root=root, me=who["me"], server=who["server"]) for one in whole]

    def limits(self, access: Access) -> Limits:
        return _limits(_instance(Client(access)))

    def check(self, outgoing: Outgoing, limits: Limits) -> Sequence[Violation]:
        found = list(super().check(outgoing, limits))
        if outgoing.visibility is Visibility.PRIVATE and not outgoing.to.handle.strip().lstrip("@"):
            found.append(Violation("bad_address", "A direct message needs the name of the person."))
        return found

    def length(self, outgoing: Outgoing, limits: Limits) -> Length:
        return Length(length(composed(outgoing), limits), limits.text_max)

    def appear(self, outgoing: Outgoing) -> Appearance:
        return replace(super().appear(outgoing), text=shown(outgoing))

    def send(self, access: Access, outgoing: Outgoing) -> Receipt:
        form = {"status": composed(outgoing), "visibility": OUT_VISIBILITY[outgoing.visibility]}
        if outgoing.in_reply_to:
            form["in_reply_to_id"] = outgoing.in_reply_to
        if outgoing.language:
            form["language"] = outgoing.language[:2]
        status = Client(access).write("/api/v1/statuses", form, headers={"idempotency-key": outgoing.key})
        return _receipt(status)

    def find(self, access: Access, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """Our reply under the target, else among our own statuses back to ``since``."""
        client = Client(access)
        me = _who(client)["me"]
        wanted = trace(composed(outgoing), html=False)
        for status in _candidates(client, me, outgoing, since):
            if trace(str(status.get("content") or ""), html=True) == wanted:
                return _receipt(status)
        return None

    def recognises(self, outgoing: Outgoing, native_id: str, *, parent: str, text: str) -> bool:  # noqa: ARG002 - by the text
        here = parent == outgoing.in_reply_to
        return here and trace(text, html=False) == trace(composed(outgoing), html=False)

    def act(self, access: Access, native_id: str, act: Literal["like", "hide", "unhide", "delete"]) -> None:
        path = f"/api/v1/statuses/{segment(native_id)}"
        if act == "like":
            Client(access).write(f"{path}/favourite", {})
        elif act == "delete":
            Client(access).write(path, {}, method="DELETE")
        else:
            raise Unsupported(act)

    def health(self, access: Access) -> Health:
        client = Client(access)
        try:
            account = _credentials(client)
            limits = _limits(_instance(client))
        except AuthExpired:
            return Health(ok=False, said="The server does not accept the access token. Make a new one and enter it.")
        except ChannelError as error:
            return Health(ok=False, said="The server did not answer as Mastodon does: {why}", places={"why": error.why})
        if not isinstance(account, dict) or not account.get("id"):
            return Health(ok=False, said="This address is not a Mastodon server. Check the address.")
        name = str(account.get("acct") or account.get("username") or "")
        return Health(ok=True, said="Connected.", account_name=name, account_id=str(account["id"]), limits=limits)


def _state(cursor: str) -> dict[str, str]:
    if not cursor:
        return {}
    try:
        found = orjson.loads(cursor)
    except ValueError:
        return {"min_id": cursor}
    return {str(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {"min_id": str(found)}


def _dump(state: Mapping[str, str]) -> str:
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS).decode()


def _order(native_id: str) -> tuple[int, str]:
    return len(native_id), native_id


def _list(found: Any) -> list[dict[str, Any]]:
    if not isinstance(found, list):
        raise Unreachable("the server answered something else than a list")
    return [one for one in found if isinstance(one, dict) and one.get("id")]


def _who(client: Client) -> dict[str, str]:
    """Our own id and the server's make, asked once and kept in the cursor."""
    account = _credentials(client)
    if not isinstance(account, dict) or not account.get("id"):
        raise Unreachable("the server does not say who we are")
    return {"me": str(account["id"]), "server": str(_instance(client).get("version") or "")}


def _credentials(client: Client) -> Any:
    try:
        return client.read("/api/v1/accounts/verify_credentials")
    except Rejected as error:
        if error.why.startswith("422"):  # snac's word for a token that it does not know; the call has nothing else
            raise AuthExpired(error.why) from None
        raise


def _instance(client: Client) -> dict[str, Any]:
    """What the server says of itself: v2, else v1 (snac and older servers have no v2)."""
    try:
        found = client.read("/api/v2/instance")
    except (Rejected, Unreachable):
        found = client.read("/api/v1/instance")
    return found if isinstance(found, dict) else {}


def _limits(instance: Mapping[str, Any]) -> Limits:
    configuration = instance.get("configuration")
    statuses = configuration.get("statuses") if isinstance(configuration, dict) else None
    said = statuses.get("max_characters") if isinstance(statuses, dict) else None
    most = said or instance.get("max_toot_chars")
    text_max = most if isinstance(most, int) and most > 0 else DEFAULT_LIMITS.text_max
    genuine = "(" not in str(instance.get("version") or "")  # others name themselves in brackets and count code points
    return replace(DEFAULT_LIMITS, text_max=text_max, counting="graphemes" if genuine else "characters")


def _arrivals(client: Client, notes: Iterable[dict[str, Any]], state: Mapping[str, str]) -> list[Arrival]:
    """One arrival for each mention; the roots of threads are asked for once a parent and not without end."""
    roots: dict[str, Any] = {}
    arrivals = []
    for note in notes:
        status = note.get("status")
        if note.get("type") not in KINDS or not isinstance(status, dict):
            continue
        parent = reading.parent_id(status)
        if parent and parent not in roots and len(roots) < MOST_CONTEXTS:
            roots[parent] = _root(client, reading.status_id(status))
        arrival = _kept(note, roots.get(parent), state)
        arrivals.append(arrival)
    return arrivals


def _with_answers(client: Client, notes: Iterable[dict[str, Any]], state: Mapping[str, str]) -> list[Arrival]:
    """An arrival for each mention, and one for each answer of ours that stands right beneath it."""
    arrivals = []
    for note in notes:
        status = note.get("status")
        if note.get("type") not in KINDS or not isinstance(status, dict):
            continue
        native_id = _native_id(status)
        above, below = _around(client, native_id) if native_id else ([], [])
        arrivals.append(_kept(note, above[0] if above else None, state))
        ours = (
            {"id": one["id"], "type": "status", "status": one} for one in below if _answers(one, state["me"], native_id)
        )
        arrivals += [_kept(one, above[0] if above else status, state) for one in ours]
    return arrivals


def _native_id(status: object) -> str:
    try:
        return reading.status_id(status)
    except NotOurs:  # kept all the same, to be shown
        return ""


def _kept(note: Mapping[str, Any], root: object, state: Mapping[str, str]) -> Arrival:
    """An arrival even where the status is damaged: then under the notification's id, to be shown and retried."""
    try:
        return reading.arrival(
            note["status"], kind=str(note["type"]), root=root, me=state.get("me", ""), server=state.get("server", "")
        )
    except NotOurs:
        return Arrival(f"notification:{note['id']}", orjson.dumps(note))


def _root(client: Client, native_id: str) -> Any:
    above, _below = _around(client, native_id)
    return above[0] if above else None


def _around(client: Client, native_id: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """What stands above a status (the root first) and beneath it; nothing where it is gone."""
    try:
        found = client.read(f"/api/v1/statuses/{segment(native_id)}/context", target=True)
    except TargetGone:
        return [], []
    parts = found if isinstance(found, dict) else {}
    return _statuses(parts.get("ancestors")), _statuses(parts.get("descendants"))


def _statuses(found: object) -> list[dict[str, Any]]:
    return [one for one in found if isinstance(one, dict) and one.get("id")] if isinstance(found, list) else []


def _is_before(note: Mapping[str, Any], since: datetime) -> bool:
    """Damaged ones are kept, to be shown."""
    try:
        return time_of(note.get("created_at")) < since
    except NotOurs:
        return False


def _context(client: Client, native_id: str) -> list[dict[str, Any]]:
    """The whole thread, oldest first."""
    path = f"/api/v1/statuses/{segment(native_id)}"
    middle, around = client.read(path, target=True), client.read(f"{path}/context", target=True)
    parts = around if isinstance(around, dict) else {}
    return [*_list(parts.get("ancestors") or []), *_list([middle]), *_list(parts.get("descendants") or [])]


def _candidates(client: Client, me: str, outgoing: Outgoing, since: datetime) -> Iterable[dict[str, Any]]:
    """Own statuses that answer the target: first those under it, then our own list, newest first, back to ``since``."""
    if outgoing.in_reply_to:
        try:
            under = _context(client, outgoing.in_reply_to)
        except TargetGone:
            under = []
        yield from (one for one in under if _answers(one, me, outgoing.in_reply_to))
    params: dict[str, str | int] = {"limit": OWN_PAGE, "exclude_reblogs": "true"}
    for _ in range(MOST_OWN_PAGES):
        own = _list(client.read(f"/api/v1/accounts/{segment(me)}/statuses", params))
        yield from (one for one in own if _answers(one, me, outgoing.in_reply_to))
        if len(own) < OWN_PAGE or time_of(own[-1].get("created_at")) < since:
            return
        params["max_id"] = str(own[-1]["id"])
    raise Unsupported("too many own posts since then to be certain")


def _answers(status: Mapping[str, Any], me: str, target: str) -> bool:
    """Whether this is a status of ours right under the target."""
    account = status.get("account")
    return isinstance(account, dict) and str(account.get("id")) == me and reading.parent_id(status) == target


def _answered(status: object, *, root: object = None) -> Arrival:
    try:
        return reading.arrival(status, root=root)
    except NotOurs as error:
        raise Unreachable(error.why) from None


def _receipt(status: Any) -> Receipt:
    try:
        native_id = reading.status_id(status)
        return Receipt(native_id, time_of(status.get("created_at")), str(status.get("url") or ""))
    except NotOurs as error:
        raise OutcomeUnclear(f"the answer is no status: {error.why}") from None
