"""What is new at Bluesky. Notifications alone are not enough: an answer that was written right after the post may never
get one. So our own posts are listed as well, and where the count of answers beneath one has changed, it is looked at.

The cursor: ``since`` (index time of the newest notification read to its end), ``top`` and ``page`` (a reading that is
still under way), ``own`` (index time of our own newest post), ``counts`` (answers beneath each of our newest posts, by
address).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import orjson

from resonanz.connectors.bluesky import parse as reading
from resonanz.connectors.bluesky.client import Client
from resonanz.connectors.contract import Arrival, NotOurs, Page, TargetGone, Unreachable
from resonanz.connectors.shape import time_of

PAGE = 100
PAST_PAGE = 20  # of our posts in one page of the past: each costs a call for what stands beneath it
OWN_PAGE = 50  # of our posts, the newest: beneath these is looked
BATCH = 25  # posts in one call
MOST_SWEPT = 10  # threads looked at in one pull; each is a call
DEPTH = 100
REASONS = ("mention", "reply", "quote")
OVERLAP = timedelta(minutes=10)  # read again, since what is indexed late is listed between what was read


def pull(client: Client, cursor: str) -> Page:
    """One page of notifications; with the last of them our own posts and what changed beneath them."""
    state = _state(cursor)
    found, following = _notices(client, state.get("page", ""))
    top = state.get("top") or max((_indexed(one) for one in found), default="") or state.get("since", "")
    floor = _before(state.get("since", ""))
    fresh = [one for one in found if not floor or _indexed(one) >= floor]
    known = _views(fresh)
    if following and floor and len(fresh) == len(found) > 0:
        ahead = state | {"top": top, "page": following}
        return Page(arrivals(client, known), _dump(ahead), more=True)
    own, counts, more = _own(client, state.get("counts") or {}, _before(state.get("own", "")))
    newest = max([state.get("own", ""), *(_indexed(one) for one in own if _is_ours(one, client.me))])
    after = {"since": max(top, state.get("since", "")), "own": newest, "counts": counts}
    return Page(arrivals(client, [*known, *own]), _dump(after), more=more)


def backfill(client: Client, since: datetime, cursor: str) -> Page:
    """A page of notifications back to ``since``; after the last a page of our own posts and answers, as far back."""
    state = _state(cursor)
    if state.get("ours"):
        found, following = _feed(client, state.get("page", ""), PAST_PAGE)
        found += _answered(client, found)
    else:
        notices, following = _notices(client, state.get("page", ""))
        found = _views(notices)
    recent = [one for one in found if _is_since(one, since)]
    on = bool(following) and len(recent) == len(found) > 0
    if on:
        return Page(arrivals(client, recent), _dump({"ours": state.get("ours"), "page": following}), more=True)
    return Page(arrivals(client, recent), _dump({"ours": True, "page": ""}), more=not state.get("ours"))


def arrivals(client: Client, views: Iterable[Mapping[str, Any]]) -> list[Arrival]:
    """Each post once, oldest first, with the head of its thread."""
    once = {str(one.get("uri")): one for one in views}
    ordered = sorted(once.values(), key=_indexed)
    roots = {root for one in ordered if (root := _root(one)) and root not in once}
    heads = {str(one["uri"]): one for one in posts(client, sorted(roots))} | once
    return [_kept(one, heads.get(_root(one)), client.me) for one in ordered]


def posts(client: Client, uris: list[str]) -> list[dict[str, Any]]:
    """These posts as they stand now; what is gone is missing."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(uris), BATCH):
        asked = [("uris", uri) for uri in uris[start : start + BATCH]]
        found += _list(client.read("app.bsky.feed.getPosts", asked), "posts")
    return [one for one in found if one.get("uri") in uris]


def beneath(client: Client, uri: str) -> list[dict[str, Any]]:
    """A post and everything that stands beneath it. Raises TargetGone."""
    params: dict[str, str | int] = {"uri": uri, "depth": DEPTH, "parentHeight": 0}
    found = client.read("app.bsky.feed.getPostThread", params, target=True)
    thread = found.get("thread") if isinstance(found, dict) else None
    if not isinstance(thread, dict) or not isinstance(thread.get("post"), dict):
        raise TargetGone("the server does not show it any more")
    return list(_flat(thread))


def _flat(thread: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    waiting: list[Any] = [thread]
    while waiting:
        one = waiting.pop()
        if not isinstance(one, dict):
            continue
        if isinstance(one.get("post"), dict):  # blocked and deleted ones have none
            yield one["post"]
        replies = one.get("replies")
        waiting += replies if isinstance(replies, list) else []


def _own(client: Client, before: Mapping[str, int], floor: str) -> tuple[list[dict[str, Any]], dict[str, int], bool]:
    """Our own answers since then and what stands beneath our posts whose count of answers has changed; the counts as
    they are now; whether more threads wait. The first time there is nothing to compare with: all are looked at.
    """
    feed, _following = _feed(client, "", OWN_PAGE)
    mine = [one for one in feed if _is_ours(one, client.me)]
    counts = {str(one["uri"]): _count(one) for one in mine}
    changed = [uri for uri, number in counts.items() if number > 0 and before.get(uri, 0) != number]
    found = [one for one in mine if reading.parent_of(one) and (not floor or _indexed(one) >= floor)]
    for uri in changed[:MOST_SWEPT]:
        found += _under(client, uri)
    left = {uri: before.get(uri, 0) for uri in changed[MOST_SWEPT:]}
    return found, counts | left, bool(left)


def _answered(client: Client, feed: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What stands beneath those of our posts that head a thread."""
    heads = [str(one["uri"]) for one in feed if _is_ours(one, client.me) and _count(one) and not reading.parent_of(one)]
    return [found for uri in heads for found in _under(client, uri)]


def _under(client: Client, uri: str) -> list[dict[str, Any]]:
    try:
        return [one for one in beneath(client, uri) if one.get("uri") != uri]
    except TargetGone:  # deleted between the two calls
        return []


def _notices(client: Client, page: str) -> tuple[list[dict[str, Any]], str]:
    params: list[tuple[str, str]] = [("limit", str(PAGE)), *(("reasons", one) for one in REASONS)]
    found = client.read("app.bsky.notification.listNotifications", [*params, *([("cursor", page)] if page else [])])
    listed = [one for one in _list(found, "notifications") if one.get("reason") in REASONS]
    return listed, _following(found, page)


def _feed(client: Client, page: str, most: int) -> tuple[list[dict[str, Any]], str]:
    params: dict[str, str | int] = {"actor": client.me, "filter": "posts_with_replies", "limit": most}
    found = client.read("app.bsky.feed.getAuthorFeed", params | ({"cursor": page} if page else {}))
    views = [one["post"] for one in _list(found, "feed") if isinstance(one.get("post"), dict) and not one.get("reason")]
    return views, _following(found, page)


def _following(found: Any, page: str) -> str:
    cursor = found.get("cursor") if isinstance(found, dict) else None
    return cursor if isinstance(cursor, str) and cursor != page else ""


def _views(notices: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [reading.noticed(one) for one in notices]


def _list(found: Any, name: str) -> list[dict[str, Any]]:
    listed = found.get(name) if isinstance(found, dict) else None
    if not isinstance(listed, list):
        raise Unreachable(f"the answer has no {name}")
    return [one for one in listed if isinstance(one, dict)]


def _kept(view: Mapping[str, Any], head: object, me: str) -> Arrival:
    """An arrival even where the post is damaged: then under what it has for an address, to be shown and retried."""
    try:
        return reading.arrival(view, root=head, me=me)
    except NotOurs:
        return Arrival(f"damaged:{view.get('uri')}:{view.get('cid')}"[:200], orjson.dumps({"post": view, "me": me}))


def _root(view: Mapping[str, Any]) -> str:
    try:
        return reading.root_of(view)
    except NotOurs:
        return ""


def _is_ours(view: Mapping[str, Any], me: str) -> bool:
    return reading.did_of(str(view.get("uri"))) == me


def _count(view: Mapping[str, Any]) -> int:
    count = view.get("replyCount")
    return count if isinstance(count, int) else 0


def _indexed(view: Mapping[str, Any]) -> str:
    """The network's own time of it in one form that orders as a string, "" where there is none."""
    try:
        return time_of(view.get("indexedAt")).isoformat(timespec="microseconds")
    except NotOurs:
        return ""


def _is_since(view: Mapping[str, Any], since: datetime) -> bool:
    """Damaged ones are kept, to be shown."""
    at = _indexed(view)
    return not at or datetime.fromisoformat(at) >= since


def _before(since: str) -> str:
    return (datetime.fromisoformat(since) - OVERLAP).isoformat(timespec="microseconds") if since else ""


def _state(cursor: str) -> dict[str, Any]:
    """An unreadable cursor begins anew: what is known already is the same arrival again."""
    try:
        found = orjson.loads(cursor) if cursor else {}
    except ValueError:
        found = {}
    return found if isinstance(found, dict) else {}


def _dump(state: Mapping[str, Any]) -> str:
    return orjson.dumps(state, option=orjson.OPT_SORT_KEYS).decode()
