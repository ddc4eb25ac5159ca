"""The sandbox speaks Bluesky: what of XRPC a company's account needs, with the network's own strictness."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from resonanz.sandbox import bluesky_access as access
from resonanz.sandbox import bluesky_records as records
from resonanz.sandbox.bluesky_access import caller, did, person_of, refusal
from resonanz.sandbox.clock import stamp
from resonanz.sandbox.wire import Answer, Halt, Request, Route, as_json
from resonanz.sandbox.world import Entry, Missing, Person, World

POINTS = 5000  # an hour and account
COSTS = {"create": 3, "update": 2, "delete": 1}
HOUR = timedelta(hours=1)
LIKE = "app.bsky.feed.like"


def resolve(world: World, request: Request) -> Answer:
    try:
        return as_json({"did": did(person_of(world, request.get("handle")))})
    except Missing:
        raise Halt(refusal("InvalidRequest", "Unable to resolve handle")) from None


def show_profile(world: World, request: Request) -> Answer:
    caller(world, request)
    try:
        return as_json(records.profile(person_of(world, request.get("actor"))))
    except Missing:
        raise Halt(refusal("InvalidRequest", "Profile not found")) from None


def put_record(world: World, request: Request) -> Answer:
    """Under a key of the caller's; ``swapRecord`` null means: only where there is none."""
    person, collection, key = _place(world, request)
    if collection == LIKE:
        return _liked(world, person, key, request.sent.get("record"))
    said = records.checked(request.sent.get("record"))
    there = _at(world, person, key)
    if there and "swapRecord" in request.sent and request.sent["swapRecord"] is None:
        raise Halt(refusal("InvalidSwap", f"Record was at {records.cid(world, there)}"))
    _spend(world, person, "update" if there else "create")
    if there:
        world.store.keep(f"bluesky record {there.id}", json.dumps(said))
        return as_json(records.ref(world, world.edit(there, str(said["text"]))))
    _spoil(world, said)
    return as_json(records.ref(world, records.keep(world, person, said, key)))


def create_record(world: World, request: Request) -> Answer:
    person, collection, key = _place(world, request)
    if collection != records.POST:
        raise Halt(refusal("InvalidRequest", f"Unvalidated collection: {collection}"))
    said = records.checked(request.sent.get("record"))
    if key and _at(world, person, key):
        raise Halt(refusal("InternalServerError", "Internal Server Error", 500))  # as the network's server does
    _spend(world, person, "create")
    return as_json(records.ref(world, records.keep(world, person, said, key)))


def delete_record(world: World, request: Request) -> Answer:
    """Gone, or never there: both are fine."""
    person, _collection, key = _place(world, request)
    _spend(world, person, "delete")
    if there := _at(world, person, key):
        world.delete(there)
        world.store.run("UPDATE entry SET key = '' WHERE id = ?", there.id)  # the place is free again
    return as_json({})


def get_record(world: World, request: Request) -> Answer:
    try:
        entry = records.find(world, f"at://{request.get('repo')}/{request.get('collection')}/{request.get('rkey')}")
    except Missing:
        raise Halt(refusal("RecordNotFound", "Could not locate record")) from None
    return as_json(records.ref(world, entry) | {"value": records.record(world, entry)})


def list_records(world: World, request: Request) -> Answer:
    person = person_of(world, request.get("repo"))
    found = world.entries("platform = 'bluesky' AND author_id = ?", person.id)
    shown = [records.ref(world, one) | {"value": records.record(world, one)} for one in reversed(found)]
    return as_json({"records": shown[: request.whole("limit", 50)]})


def get_posts(world: World, request: Request) -> Answer:
    caller(world, request)
    asked = request.every("uris")
    if len(asked) > 25:  # noqa: PLR2004 - the lexicon's own number
        raise Halt(refusal("InvalidRequest", "Error: uris must not have more than 25 elements"))
    return as_json({"posts": [records.view(world, one) for uri in asked if (one := _shown(world, uri))]})


def get_thread(world: World, request: Request) -> Answer:
    caller(world, request)
    entry = _shown(world, request.get("uri"))
    if entry is None:
        raise Halt(refusal("NotFound", f"Post not found: {request.get('uri')}"))
    return as_json({"thread": _thread(world, entry, request.whole("depth", 6))})


def list_notifications(world: World, request: Request) -> Answer:
    """Newest first, of posts that are still there."""
    person, limit = caller(world, request), min(request.whole("limit", 50), 100)
    reasons, until = request.every("reasons"), _until(world)
    rows = world.store.rows(
        "SELECT * FROM notice WHERE person_id = ? AND id < ? AND at <= ? ORDER BY id DESC",
        person.id, request.whole("cursor", 2**60), until,
    )  # fmt: skip
    wanted = [row for row in rows if not reasons or row["kind"] in reasons][:limit]
    shown = []
    for row in wanted:
        view = records.view(world, world.entry(row["entry_id"]))
        kept = {name: view[name] for name in ("uri", "cid", "author", "record", "labels")}
        shown.append(kept | {"reason": row["kind"], "isRead": False, "indexedAt": row["at"]})
    more = {"cursor": str(wanted[-1]["id"])} if len(wanted) == limit else {}
    return as_json({"notifications": world.faults.listing("bluesky", shown)} | more)


def author_feed(world: World, request: Request) -> Answer:
    caller(world, request)
    limit, before = min(request.whole("limit", 50), 100), request.whole("cursor", 2**60)
    author = person_of(world, request.get("actor"))
    where = "platform = 'bluesky' AND author_id = ? AND id < ? AND at <= ?"
    found = world.entries(where, author.id, before, _until(world))[::-1][:limit]
    more = {"cursor": str(found[-1].id)} if len(found) == limit else {}
    return as_json({"feed": [{"post": records.view(world, one)} for one in found]} | more)


ROUTES: Sequence[Route] = (
    Route("POST", "/xrpc/com.atproto.server.createSession", access.open_session),
    Route("POST", "/xrpc/com.atproto.server.refreshSession", access.renew_session),
    Route("GET", "/xrpc/com.atproto.server.getSession", access.show_session),
    Route("GET", "/xrpc/com.atproto.identity.resolveHandle", resolve),
    Route("GET", "/xrpc/app.bsky.actor.getProfile", show_profile),
    Route("POST", "/xrpc/com.atproto.repo.putRecord", put_record),
    Route("POST", "/xrpc/com.atproto.repo.createRecord", create_record),
    Route("POST", "/xrpc/com.atproto.repo.deleteRecord", delete_record),
    Route("GET", "/xrpc/com.atproto.repo.getRecord", get_record),
    Route("GET", "/xrpc/com.atproto.repo.listRecords", list_records),
    Route("GET", "/xrpc/app.bsky.feed.getPosts", get_posts),
    Route("GET", "/xrpc/app.bsky.feed.getPostThread", get_thread),
    Route("GET", "/xrpc/app.bsky.feed.getAuthorFeed", author_feed),
    Route("GET", "/xrpc/app.bsky.notification.listNotifications", list_notifications),
)


def slow_down(world: World, seconds: float) -> Answer:
    """429 with the headers that the network sends."""
    reset = round(world.clock.now().timestamp() + seconds)
    headers = (("RateLimit-Limit", str(POINTS)), ("RateLimit-Remaining", "0"), ("RateLimit-Reset", str(reset)))
    return refusal("RateLimitExceeded", "Rate Limit Exceeded", 429).with_headers(*headers)


def _place(world: World, request: Request) -> tuple[Person, str, str]:
    """Whose repository, which collection and key a change is for; only one's own."""
    person, key = caller(world, request), request.get("rkey")
    if request.get("repo") not in {did(person), person.handle}:
        raise Halt(refusal("InvalidRequest", "Could not find repo", 403))
    if request.get("collection") == records.POST and key and not records.KEY.fullmatch(key):
        raise Halt(refusal("InvalidRequest", "Invalid record key: expected a tid"))
    return person, request.get("collection"), key


def _at(world: World, person: Person, key: str) -> Entry | None:
    found = world.entries("platform = 'bluesky' AND author_id = ? AND key = ?", person.id, key)
    return found[0] if found else None


def _shown(world: World, uri: str) -> Entry | None:
    """What the view of the app knows: not yet what came a moment ago, where the plan delays it."""
    try:
        found = records.find(world, uri)
    except Missing:
        return None
    return found if stamp(found.at) <= _until(world) else None


def _until(world: World) -> str:
    late = world.faults.strike("bluesky", "delay")
    return stamp(world.clock.now() - timedelta(seconds=late.seconds if late else 0))


def _thread(world: World, entry: Entry, depth: int) -> dict[str, Any]:
    below = world.entries("platform = 'bluesky' AND answers_id = ?", entry.id) if depth > 0 else []
    shown = {"$type": "app.bsky.feed.defs#threadViewPost", "post": records.view(world, entry)}
    return shown | {"replies": [_thread(world, one, depth - 1) for one in below]}


def _liked(world: World, person: Person, key: str, said: object) -> Answer:
    subject = said.get("subject") if isinstance(said, dict) else None
    try:
        world.like(records.find(world, str(subject["uri"] if isinstance(subject, dict) else "")), person)
    except Missing:
        raise Halt(refusal("InvalidRequest", "Invalid app.bsky.feed.like record")) from None
    return as_json({"uri": f"at://{did(person)}/{LIKE}/{key}", "cid": "bafyreilike"})


def _spoil(world: World, said: dict[str, Any]) -> None:
    """Planned faults strike what is about to be answered; the network takes the answer all the same."""
    reply = said.get("reply")
    if not reply:
        return
    try:
        world.spoil(records.find(world, reply["parent"]["uri"]))
    except Missing:
        return


def _spend(world: World, person: Person, what: str) -> None:
    """Points of an hour; raises Halt with 429 where there are none left."""
    now = world.clock.now()
    spent = json.loads(world.store.kept(f"bluesky points {person.id}", "[]"))
    spent = [(at, cost) for at, cost in spent if datetime.fromisoformat(at) > now - HOUR]
    if sum(cost for _, cost in spent) + COSTS[what] > POINTS:
        left = datetime.fromisoformat(spent[0][0]) + HOUR - now
        raise Halt(slow_down(world, left.total_seconds()))
    world.store.keep(f"bluesky points {person.id}", json.dumps([*spent, (now.isoformat(), COSTS[what])]))
