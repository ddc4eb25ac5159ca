"""The sandbox speaks Mastodon: the part of its client API that a company's account needs, with its own strictness."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from resonanz.sandbox import mastodon_access as access
from resonanz.sandbox import mastodon_shapes as shapes
from resonanz.sandbox import seeds
from resonanz.sandbox.clock import stamp
from resonanz.sandbox.mastodon_access import caller, refusal
from resonanz.sandbox.wire import Answer, Halt, Request, Route, Upload, as_json
from resonanz.sandbox.world import Entry, Missing, Person, World

PAGE_MOST = 80
_CURSORS = ("max_id", "min_id", "since_id")


def show_instance(world: World, request: Request) -> Answer:
    return as_json(shapes.instance(world, request.base))


def show_instance_v1(world: World, request: Request) -> Answer:
    return as_json(shapes.instance_v1(world, request.base))


def verify_credentials(world: World, request: Request) -> Answer:
    return as_json(shapes.own_account(world, request.base, caller(world, request)))


def show_account(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    return as_json(shapes.account(world, request.base, _account(world, id)))


def lookup_account(world: World, request: Request) -> Answer:
    return as_json(shapes.account(world, request.base, _named(world, request.get("acct"))))


def search_accounts(world: World, request: Request) -> Answer:
    caller(world, request)
    return as_json([shapes.account(world, request.base, one) for one in _search(world, request.get("q"))])


def search(world: World, request: Request) -> Answer:
    caller(world, request)
    found = [shapes.account(world, request.base, one) for one in _search(world, request.get("q"))]
    return as_json({"accounts": found, "statuses": [], "hashtags": []})


def account_statuses(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    viewer, person = _viewer(world, request), _account(world, id)
    floor, ceiling, newest_first, limit = _window(request, 20, 40)
    where = "author_id = ? AND platform = 'mastodon' AND id > ? AND id < ?"
    if request.get("exclude_replies") in {"true", "1"}:
        where += " AND answers_id IS NULL"
    order = " ORDER BY id DESC LIMIT ?" if newest_first else " ORDER BY id LIMIT ?"
    found = world.entries(where + order, person.id, max(0, floor - shapes.FIRST_ID), ceiling - shapes.FIRST_ID, limit)
    shown = sorted((one for one in found if sees(world, one, viewer)), key=lambda one: -one.id)
    listed = world.faults.listing("mastodon", [shapes.status(world, request.base, one, viewer) for one in shown])
    return as_json(listed).with_headers(*_links(request, [shapes.native(one.id) for one in shown]))


def post_status(world: World, request: Request) -> Answer:
    """POST /api/v1/statuses. The same Idempotency-Key within an hour gives the same status again."""
    author = caller(world, request)
    text, media = request.get("status"), request.every("media_ids")
    _check_text(text, media)
    visibility = request.get("visibility", "public")
    if visibility not in shapes.VISIBILITIES:
        raise Halt(refusal("Validation failed: Visibility is not included in the list", 422))
    answered = _answered(world, author, request.get("in_reply_to_id"))
    fresh = world.write(
        author, text, kind="status", parent=answered, answers=answered, visibility=visibility,
        language=request.get("language"), key=request.headers.get("idempotency-key", ""),
    )  # fmt: skip
    for one in media:
        world.store.run("UPDATE media SET entry_id = ? WHERE id = ? AND person_id = ?", fresh.id, one, author.id)
    return as_json(shapes.status(world, request.base, fresh, author))


def show_status(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    viewer = _viewer(world, request)
    return as_json(shapes.status(world, request.base, _status(world, id, viewer), viewer))


def edit_status(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    author = caller(world, request)
    entry = _own(world, id, author)
    _check_text(request.get("status"), request.every("media_ids"))
    return as_json(shapes.status(world, request.base, world.edit(entry, request.get("status")), author))


def delete_status(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    author = caller(world, request)
    entry = _own(world, id, author)
    shown = {**shapes.status(world, request.base, entry, author), "text": entry.text}
    world.delete(entry)
    return as_json(shown)


def show_source(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    entry = _own(world, id, caller(world, request))
    return as_json({"id": shapes.native(entry.id), "text": entry.text, "spoiler_text": ""})


def show_context(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    viewer = _viewer(world, request)
    entry = _status(world, id, viewer)
    above, below = _above(world, entry), _below(world, entry)
    shown = {
        name: [shapes.status(world, request.base, one, viewer) for one in found if sees(world, one, viewer)]
        for name, found in (("ancestors", above), ("descendants", below))
    }
    return as_json(shown)


def favourite(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    return _liked(world, request, id, liked=True)


def unfavourite(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    return _liked(world, request, id, liked=False)


def list_notifications(world: World, request: Request) -> Answer:
    """Newest first; ``min_id`` gives those right above it, ``since_id`` the newest above it."""
    viewer = caller(world, request)
    floor, ceiling, newest_first, limit = _window(request, 40, PAGE_MOST)
    types, unwanted = request.every("types"), request.every("exclude_types")
    late = world.faults.strike("mastodon", "delay")
    until = stamp(world.clock.now() - timedelta(seconds=late.seconds if late else 0))
    order = "DESC" if newest_first else "ASC"
    sql = f"SELECT * FROM notice WHERE person_id = ? AND id > ? AND id < ? AND at <= ? ORDER BY id {order}"  # noqa: S608 - one of two words
    rows = [dict(row) for row in world.store.rows(sql, viewer.id, floor, ceiling, until)]
    wanted = [row for row in rows if (not types or row["kind"] in types) and row["kind"] not in unwanted][:limit]
    wanted.sort(key=lambda row: -row["id"])
    shown = [shapes.notification(world, request.base, row, viewer) for row in wanted]
    listed = world.faults.listing("mastodon", shown)
    return as_json(listed).with_headers(*_links(request, [str(row["id"]) for row in wanted]))


def show_notification(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    viewer = caller(world, request)
    row = world.store.row("SELECT * FROM notice WHERE id = ? AND person_id = ?", id, viewer.id)
    if row is None:
        raise Missing(id)
    return as_json(shapes.notification(world, request.base, dict(row), viewer))


def upload(world: World, request: Request) -> Answer:
    person = caller(world, request)
    file: Upload | None = request.uploads.get("file")
    if file is None or file.type not in shapes.IMAGE_TYPES:
        raise Halt(refusal("Validation failed: File content type is invalid, File is invalid", 422))
    words = request.get("description")
    fresh = world.store.run(
        "INSERT INTO media (person_id, name, type, content, words) VALUES (?, ?, ?, ?, ?)",
        person.id, file.name, file.type, file.content, words,
    )  # fmt: skip
    return as_json(shapes.medium(request.base, fresh, file.type, words))


def show_media(world: World, request: Request, id: str) -> Answer:  # noqa: A002, ARG001 - the word of the address; all acts are alike
    row = world.store.row("SELECT type, content FROM media WHERE id = ?", id)
    if row is None:
        raise Missing(id)
    return Answer(200, bytes(row["content"]), (("Content-Type", row["type"]),))


ROUTES: Sequence[Route] = (
    Route("GET", "/api/v2/instance", show_instance),
    Route("GET", "/api/v1/instance", show_instance_v1),
    Route("POST", "/api/v1/apps", access.register_app),
    Route("GET", "/oauth/authorize", access.authorize),
    Route("POST", "/oauth/token", access.issue_token),
    Route("POST", "/oauth/revoke", access.revoke_token),
    Route("GET", "/api/v1/accounts/verify_credentials", verify_credentials),
    Route("GET", "/api/v1/accounts/lookup", lookup_account),
    Route("GET", "/api/v1/accounts/search", search_accounts),
    Route("GET", "/api/v1/accounts/{id}", show_account),
    Route("GET", "/api/v1/accounts/{id}/statuses", account_statuses),
    Route("GET", "/api/v2/search", search),
    Route("POST", "/api/v1/statuses", post_status),
    Route("GET", "/api/v1/statuses/{id}", show_status),
    Route("PUT", "/api/v1/statuses/{id}", edit_status),
    Route("DELETE", "/api/v1/statuses/{id}", delete_status),
    Route("GET", "/api/v1/statuses/{id}/source", show_source),
    Route("GET", "/api/v1/statuses/{id}/context", show_context),
    Route("POST", "/api/v1/statuses/{id}/favourite", favourite),
    Route("POST", "/api/v1/statuses/{id}/unfavourite", unfavourite),
    Route("GET", "/api/v1/notifications", list_notifications),
    Route("GET", "/api/v1/notifications/{id}", show_notification),
    Route("POST", "/api/v1/media", upload),
    Route("POST", "/api/v2/media", upload),
    Route("GET", "/media/{id}", show_media),
)


def sees(world: World, entry: Entry, viewer: Person | None) -> bool:
    """Public and unlisted ones everybody; followers-only and direct ones their author and who is mentioned."""
    if entry.visibility in {"public", "unlisted"}:
        return True
    return viewer is not None and (
        entry.author == viewer.id or viewer.id in {one.id for one in world.mentioned(entry.id)}
    )


def quota_headers(world: World, left: int) -> tuple[tuple[str, str], ...]:
    """X-RateLimit-*: five-minute windows on the clock."""
    window = timedelta(minutes=5)
    now = world.clock.now()
    start = datetime.fromtimestamp(now.timestamp() // window.total_seconds() * window.total_seconds(), UTC)
    return (
        ("X-RateLimit-Limit", str(world.quota)),
        ("X-RateLimit-Remaining", str(max(0, left))),
        ("X-RateLimit-Reset", stamp(start + window)),
    )


def _viewer(world: World, request: Request) -> Person | None:
    return caller(world, request) if request.headers.get("authorization") else None


def _account(world: World, text: str) -> Person:
    person = world.person(int(text)) if re.fullmatch(r"\d{1,18}", text) else None
    if person is None or person.platform != "mastodon":
        raise Missing(text)
    return person


def _named(world: World, name: str) -> Person:
    local, _, domain = name.lstrip("@").partition("@")
    if domain not in {"", seeds.DOMAIN}:
        raise Missing(name)
    return world.by_handle("mastodon", local.lower())


def _search(world: World, text: str) -> list[Person]:
    local = text.lstrip("@").split("@")[0].lower()
    sql = "SELECT id FROM person WHERE platform = 'mastodon' AND (lower(handle) LIKE ? OR lower(name) LIKE ?) LIMIT 40"
    return [world.person(row["id"]) for row in world.store.rows(sql, f"%{local}%", f"%{local}%")] if local else []


def _status(world: World, text: str, viewer: Person | None) -> Entry:
    entry = world.entry(shapes.row_id(text))
    if entry.platform != "mastodon" or not sees(world, entry, viewer):
        raise Missing(text)
    return entry


def _own(world: World, text: str, author: Person) -> Entry:
    entry = _status(world, text, author)
    if entry.author != author.id:
        raise Missing(text)
    return entry


def _check_text(text: str, media: list[str]) -> None:
    if not text.strip() and not media:
        raise Halt(refusal("Validation failed: Text can't be blank", 422))
    if shapes.length(text) > shapes.TEXT_MAX:
        raise Halt(refusal(f"Validation failed: Text character limit of {shapes.TEXT_MAX} exceeded", 422))


def _answered(world: World, author: Person, text: str) -> Entry | None:
    if not text:
        return None
    try:
        return world.spoil(_status(world, text, author))
    except Missing:
        said = "The post you are trying to reply to does not appear to exist."
        raise Halt(refusal(said, 404)) from None


def _above(world: World, entry: Entry) -> list[Entry]:
    found: list[Entry] = []
    answers = entry.answers
    while answers:
        try:
            found.insert(0, world.entry(answers))
        except Missing:
            break
        answers = found[0].answers
    return found


def _below(world: World, entry: Entry) -> list[Entry]:
    found: list[Entry] = []
    for child in world.entries("answers_id = ? ORDER BY id", entry.id):
        found += [child, *_below(world, child)]
    return found


def _liked(world: World, request: Request, text: str, *, liked: bool) -> Answer:
    person = caller(world, request)
    entry = _status(world, text, person)
    world.like(entry, person, liked=liked)
    return as_json(shapes.status(world, request.base, entry, person))


def _window(request: Request, usual: int, most: int) -> tuple[int, int, bool, int]:
    floor = max(request.whole("min_id", 0), request.whole("since_id", 0))
    newest_first = not request.get("min_id")
    return floor, request.whole("max_id", 2**62), newest_first, max(1, min(most, request.whole("limit", usual)))


def _links(request: Request, ids: list[str]) -> tuple[tuple[str, str], ...]:
    if not ids:
        return ()
    older, newer = request.link("max_id", ids[-1], _CURSORS), request.link("min_id", ids[0], _CURSORS)
    return (("Link", f'<{older}>; rel="next", <{newer}>; rel="prev"'),)
