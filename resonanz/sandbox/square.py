"""The square: a platform of our own with a page, its posts, many authors' comments beneath, and direct messages.

Described for readers in README.md. Ids are ``sq-N`` (entries) and ``p-N`` (people); errors are ``{"error", "said"}``.
"""

import re
from collections.abc import Sequence

from resonanz.sandbox import feed, hooks
from resonanz.sandbox.clock import moment, stamp
from resonanz.sandbox.wire import Answer, Halt, Request, Route, as_json
from resonanz.sandbox.world import Entry, Missing, Person, World, square_view

TEXT_MAX = 2000
DIRECT_MAX = 1000


def show_me(world: World, request: Request) -> Answer:
    us = caller(world, request)
    limits = {"text_max": TEXT_MAX, "direct_max": DIRECT_MAX, "counting": "characters", "batch_max": feed.BATCH_MOST}
    return as_json({"id": f"p-{us.id}", "name": us.name, "handle": us.handle, "page": us.ours, "limits": limits})


def list_changes(world: World, request: Request) -> Answer:
    """What happened after ``after`` (a sequence), oldest first. Each event carries the entry as it was then."""
    us = caller(world, request)
    after, limit = request.whole("after", 0), max(1, min(feed.BATCH_MOST, request.whole("limit", feed.BATCH_MOST)))
    events = feed.changes(world, after, limit + 1, us)
    shown, more = events[:limit], len(events) > limit
    cursor = shown[-1]["seq"] if shown else after
    return as_json({"events": world.faults.listing("square", shown), "cursor": str(cursor), "more": more})


def show_entry(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    return as_json(square_view(world, _entry(world, id, caller(world, request))))


def list_thread(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    """A post and all comments under it, or one customer's direct messages with us; 1,000 at a time by ``after``."""
    us = caller(world, request)
    start = _entry(world, id, us)
    if start.kind == "direct":
        other = start.to if start.author == us.id else start.author
        return _directs(world, request, other or us.id)
    root = start.root or start.id
    return _listed(world, request, "(id = ? OR root_id = ?)", root, root)


def list_directs(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    """One person's direct messages with us."""
    caller(world, request)
    return _directs(world, request, _person(world, id).id)


def list_answers(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    """What the caller itself answered to this entry, oldest first; ``since`` narrows. Works for deleted targets too."""
    us = caller(world, request)
    since = stamp(moment(request.get("since"))) if request.get("since") else ""
    found = world.entries("answers_id = ? AND author_id = ? AND at >= ? ORDER BY id", _row(id), us.id, since)
    return as_json({"entries": [square_view(world, one) for one in found]})


def list_keyed(world: World, request: Request) -> Answer:
    """What the caller wrote with this key: one entry or none."""
    us = caller(world, request)
    known = _known(world, us, _key(request))
    return as_json({"entries": [square_view(world, known)] if known else []})


def answer(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    """Comment beneath a post or comment. Nesting is one level: an answer to an answer stands beside it."""
    us = caller(world, request)
    key = _key(request)
    if known := _known(world, us, key):
        return as_json(square_view(world, known))
    target = _target(world, id, us)
    if target.kind == "direct":
        raise Halt(refusal("not_possible", "Answer direct messages at /square/v1/directs.", 422))
    text = _text(request, TEXT_MAX)
    fresh = world.write(us, text, kind="comment", parent=world.place(target), answers=target, key=key)
    return as_json(square_view(world, fresh), 201)


def send_direct(world: World, request: Request) -> Answer:
    us = caller(world, request)
    key = _key(request)
    if known := _known(world, us, key):
        return as_json(square_view(world, known))
    answered = _target(world, request.get("answers"), us) if request.get("answers") else None
    to = _person(world, request.get("to"))
    text = _text(request, DIRECT_MAX)
    fresh = world.write(us, text, kind="direct", to=to, answers=answered, visibility="direct", key=key)
    return as_json(square_view(world, fresh), 201)


def publish(world: World, request: Request) -> Answer:
    us = caller(world, request)
    fresh = world.write(us, _text(request, TEXT_MAX), kind="post", key=_key(request))
    return as_json(square_view(world, fresh), 201)


def edit(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    us = caller(world, request)
    entry = _entry(world, id, us)
    if entry.author != us.id:
        raise Halt(refusal("not_yours", "Only its author can edit this.", 403))
    return as_json(square_view(world, world.edit(entry, _text(request, TEXT_MAX))))


def delete(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    """One's own entries, and whatever stands under one's own page."""
    us = caller(world, request)
    entry = _entry(world, id, us)
    if entry.author != us.id and (entry.kind == "direct" or not us.ours):
        raise Halt(refusal("not_yours", "Only its author can delete this.", 403))
    world.delete(entry)
    return Answer(204)


def hide(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    return _hidden(world, request, id, hidden=True)


def unhide(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    return _hidden(world, request, id, hidden=False)


def like(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    us = caller(world, request)
    entry = _entry(world, id, us)
    world.like(entry, us)
    return as_json(square_view(world, entry))


def unlike(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    us = caller(world, request)
    entry = _entry(world, id, us)
    world.like(entry, us, liked=False)
    return as_json(square_view(world, entry))


def list_hooks(world: World, request: Request) -> Answer:
    caller(world, request)
    return as_json({"hooks": [hooks.view(row) for row in world.store.rows("SELECT * FROM hook ORDER BY id")]})


def subscribe(world: World, request: Request) -> Answer:
    """From now on changes go to ``url``, signed with ``secret``; the address proves itself first."""
    caller(world, request)
    url, secret = request.get("url"), request.get("secret")
    if not url.startswith(("http://", "https://")) or not secret:
        raise Halt(refusal("bad_hook", "A hook needs a web address and a secret.", 422))
    if not hooks.shakes_hands(url):
        raise Halt(refusal("no_handshake", "The address did not answer with the challenge.", 422))
    return as_json(hooks.subscribe(world, url, secret), 201)


def unsubscribe(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    caller(world, request)
    world.store.run("DELETE FROM hook WHERE id = ?", id)
    return Answer(204)


ROUTES: Sequence[Route] = (
    Route("GET", "/square/v1/me", show_me),
    Route("GET", "/square/v1/changes", list_changes),
    Route("GET", "/square/v1/answers", list_keyed),
    Route("GET", "/square/v1/people/{id}/directs", list_directs),
    Route("POST", "/square/v1/posts", publish),
    Route("POST", "/square/v1/directs", send_direct),
    Route("GET", "/square/v1/entries/{id}", show_entry),
    Route("PATCH", "/square/v1/entries/{id}", edit),
    Route("DELETE", "/square/v1/entries/{id}", delete),
    Route("GET", "/square/v1/entries/{id}/thread", list_thread),
    Route("GET", "/square/v1/entries/{id}/answers", list_answers),
    Route("POST", "/square/v1/entries/{id}/answers", answer),
    Route("PUT", "/square/v1/entries/{id}/hidden", hide),
    Route("DELETE", "/square/v1/entries/{id}/hidden", unhide),
    Route("PUT", "/square/v1/entries/{id}/like", like),
    Route("DELETE", "/square/v1/entries/{id}/like", unlike),
    Route("GET", "/square/v1/hooks", list_hooks),
    Route("POST", "/square/v1/hooks", subscribe),
    Route("DELETE", "/square/v1/hooks/{id}", unsubscribe),
)


def refusal(code: str, said: str, status: int) -> Answer:
    """The square's form of no."""
    return as_json({"error": code, "said": said}, status)


def caller(world: World, request: Request) -> Person:
    """Who calls; raises Halt with 401."""
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    person = world.by_token("square", token.strip()) if kind.lower() == "bearer" else None
    if person is None:
        raise Halt(refusal("bad_token", "This token is not known or was revoked.", 401))
    return person


def _row(id: str) -> int:  # noqa: A002 - the word of the address
    found = re.fullmatch(r"sq-(\d{1,18})", id)
    if not found:
        raise Halt(refusal("not_found", "There is no such entry.", 404))
    return int(found.group(1))


def _entry(world: World, id: str, viewer: Person) -> Entry:  # noqa: A002 - the word of the address
    try:
        entry = world.entry(_row(id), gone=True)
    except Missing:
        raise Halt(refusal("not_found", "There is no such entry.", 404)) from None
    foreign = entry.kind == "direct" and viewer.id not in {entry.author, entry.to}
    if entry.platform != "square" or foreign:
        raise Halt(refusal("not_found", "There is no such entry.", 404))
    if entry.deleted_at:
        raise Halt(refusal("gone", "This entry was deleted.", 410))
    return entry


def _target(world: World, id: str, us: Person) -> Entry:  # noqa: A002 - the word of the address
    try:
        return world.spoil(_entry(world, id, us))
    except Missing:
        raise Halt(refusal("gone", "This entry was deleted.", 410)) from None


def _person(world: World, id: str) -> Person:  # noqa: A002 - the word of the address
    found = re.fullmatch(r"p-(\d{1,18})", id)
    try:
        person = world.person(int(found.group(1)) if found else 0)
    except Missing:
        person = None
    if person is None or person.platform != "square":
        raise Halt(refusal("not_found", "There is no such person.", 404))
    return person


def _text(request: Request, most: int) -> str:
    text = request.get("text")
    if not text.strip():
        raise Halt(refusal("empty", "Write something.", 422))
    if len(text) > most:
        raise Halt(refusal("too_long", f"At most {most} characters.", 422))
    return text


def _key(request: Request) -> str:
    key = request.get("key")
    if not key:
        raise Halt(refusal("no_key", "Every write needs a key of yours.", 422))
    return key


def _known(world: World, us: Person, key: str) -> Entry | None:
    found = world.entries("platform = 'square' AND author_id = ? AND key = ?", us.id, key)
    return found[0] if found else None


def _directs(world: World, request: Request, other: int) -> Answer:
    return _listed(world, request, "kind = 'direct' AND (author_id = ? OR to_id = ?)", other, other)


def _listed(world: World, request: Request, where: str, *values: object) -> Answer:
    limit = max(1, min(feed.BATCH_MOST, request.whole("limit", feed.BATCH_MOST)))
    after = _row(request.get("after") or "sq-0")
    found = world.entries(f"platform = 'square' AND {where} AND id > ? ORDER BY id LIMIT ?", *values, after, limit)
    return as_json({"entries": [square_view(world, one) for one in found], "more": len(found) == limit})


def _hidden(world: World, request: Request, id: str, *, hidden: bool) -> Answer:  # noqa: A002 - the word of the address
    us = caller(world, request)
    entry = _entry(world, id, us)
    if entry.kind != "comment" or not us.ours:
        raise Halt(refusal("not_possible", "Only comments under one's own page can be hidden.", 422))
    return as_json(square_view(world, world.hide(entry, hidden=hidden)))
