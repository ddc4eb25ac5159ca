"""A world for each test, served on loopback where it is asked for."""

import json
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from resonanz.sandbox import World, seeds, serving

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Call = Callable[..., tuple[int, dict]]


@pytest.fixture
def world() -> Iterator[World]:
    one = World()
    one.clock.hold(NOON)
    yield one
    one.close()


@pytest.fixture
def base(world: World) -> Iterator[str]:
    with serving(world) as address:
        yield address


@pytest.fixture
def post(world):
    return world.write(world.us("square"), "Störung im Netz Süd", kind="post")


@pytest.fixture
def ada(world):
    return world.join("square", "Ada Lovelace")


@pytest.fixture
def comment(world, post, ada):
    return world.write(ada, "Wann ist der Strom wieder da?", kind="comment", parent=post, answers=post)


@pytest.fixture
def call(base: str) -> Call:
    """Calls the sandbox as its owner: gives status and JSON."""

    def one(method, path, body=None, *, token=seeds.SQUARE_TOKEN, headers=None):
        sent = json.dumps(body).encode() if body is not None else None
        every = {"Content-Type": "application/json", "Authorization": f"Bearer {token}", **(headers or {})}
        request = urllib.request.Request(base + path, sent, every, method=method)  # noqa: S310 - loopback
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 - loopback
                raw = answer.read()
                one.headers = answer.headers
                return answer.status, json.loads(raw) if raw else {}
        except urllib.error.HTTPError as error:
            with error:
                one.headers = error.headers
                return error.code, json.loads(error.read() or b"{}")

    return one
