"""The one WSGI app: public page, control API, Mastodon and the square, with the fault plan in between."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from resonanz.sandbox import bluesky, control, mail_tokens, mastodon, mastodon_access, page, square
from resonanz.sandbox.clock import stamp
from resonanz.sandbox.wire import Answer, Halt, Request, Vanish, as_json, given, pick, taken
from resonanz.sandbox.world import Missing, World

log = logging.getLogger(__name__)
Wsgi = Callable[[Mapping[str, Any], Callable[..., Any]], Iterable[bytes]]
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
WINDOW = timedelta(minutes=5)
ROUTES = (*page.ROUTES, *control.ROUTES, *mastodon.ROUTES, *square.ROUTES, *bluesky.ROUTES, *mail_tokens.ROUTES)


def make_app(world: World) -> Wsgi:
    """The app for one world; safe for many threads."""
    quota = Quota(world)

    def app(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        try:
            request = taken(environ)
            return given(answered(world, quota, request), start)
        except Halt as halt:
            return given(halt.answer, start)
        except Vanish:
            raise
        except Exception:
            log.exception("the sandbox itself failed")
            return given(as_json({"error": "The sandbox itself failed."}, 500), start)

    return app


class Quota:
    """Mastodon's calls per token in five minutes."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._lock = threading.Lock()
        self._calls: dict[str, deque[datetime]] = {}

    def spend(self, who: str) -> int:
        """Count one call; gives how many are left, negative where there are none."""
        now = self._world.clock.now()
        with self._lock:
            calls = self._calls.setdefault(who, deque())
            while calls and now - calls[0] > WINDOW:
                calls.popleft()
            if len(calls) >= self._world.quota:
                return -1
            calls.append(now)
            return self._world.quota - len(calls)


def answered(world: World, quota: Quota, request: Request) -> Answer:
    """The answer to one request, as good or as bad as the fault plan has it. Raises Vanish."""
    platform = platform_of(request.path)
    if request.path.startswith("/control/"):
        control.admit(request)
    if not platform:
        return _acted(world, request)
    left = quota.spend(mastodon_access.bearer(request) or request.remote) if platform == "mastodon" else 1
    extra = mastodon.quota_headers(world, left) if platform == "mastodon" else ()
    if refusal := _refused(world, platform, left):
        own = {name for name, _ in refusal.headers}
        return refusal.with_headers(*(pair for pair in extra if pair[0] not in own))
    answer = _acted(world, request)
    if request.method in WRITES and answer.status < 300:  # noqa: PLR2004 - HTTP's own numbers
        answer = _after_commit(world, platform, answer)
    return answer.with_headers(*extra)


def platform_of(path: str) -> str:
    """Whose address this is; empty for the page and the control API."""
    if path.startswith("/square/v1/"):
        return "square"
    if path.startswith("/xrpc/"):
        return "bluesky"
    return "mastodon" if path.startswith(("/api/", "/oauth/")) else ""


def _acted(world: World, request: Request) -> Answer:
    try:
        act, parts = pick(ROUTES, request)
        return act(world, request, **parts)
    except Halt as halt:
        return halt.answer
    except Missing:
        return as_json({"error": "Record not found"}, 404)


def _refused(world: World, platform: str, left: int) -> Answer | None:
    if limit := world.faults.strike(platform, "rate_limit"):
        if platform == "bluesky":
            return bluesky.slow_down(world, limit.seconds)
        reset = world.clock.now() + timedelta(seconds=limit.seconds)
        headers = (("Retry-After", str(round(limit.seconds))), ("X-RateLimit-Reset", stamp(reset)))
        return as_json({"error": "Too many requests"}, 429, *headers)
    if left < 0:
        return as_json({"error": "Too many requests"}, 429)
    if world.faults.strike(platform, "fail"):
        return as_json({"error": "Service unavailable"}, 503)
    return None


def _after_commit(world: World, platform: str, answer: Answer) -> Answer:
    if hanging := world.faults.strike(platform, "hang_after_commit"):
        time.sleep(hanging.seconds)
    if world.faults.strike(platform, "vanish_after_commit"):
        raise Vanish
    if world.faults.strike(platform, "fail_after_commit"):
        return as_json({"error": "Internal server error"}, 500)
    return answer
