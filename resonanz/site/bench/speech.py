"""An endless, deterministic feed of square arrivals: texts of the demo town, many authors, a new post now and then."""

import itertools
import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import orjson

from resonanz.connectors.contract import Arrival

AUTHORS_PER_MESSAGE = 0.6
MESSAGES_PER_POST = 250
START = datetime(2026, 11, 1, tzinfo=UTC)


@cache
def texts() -> tuple[str, ...]:
    """What the people of the demo town say, in the order of its files."""
    folder = Path(__file__).parent.parent.parent / "sandbox" / "town"
    found: list[str] = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            text = json.loads(line).get("text", "") if line.strip() else ""
            if 0 < len(text) < 1000:  # noqa: PLR2004 - posts and letters are no comments
                found.append(text)
    return tuple(found)


def feed(seed: int = 7) -> Iterator[Arrival]:
    """Comments under posts, without end; each text is a different one (a counter is woven in)."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    known = texts()
    for number in itertools.count(1):
        author = dice.randrange(max(1, int(number * AUTHORS_PER_MESSAGE)) + 1)
        at = START + timedelta(milliseconds=number)
        yield arrival(number, author, number // MESSAGES_PER_POST, f"{dice.choice(known)} {_mark(number)}", at)


def _mark(number: int) -> str:
    """A short word for a number, so that no two texts are the same and none looks like a telephone number."""
    letters = ""
    while number:
        number, digit = divmod(number, 26)
        letters += "abcdefghijklmnopqrstuvwxyz"[digit]
    return letters


def arrival(number: int, author: int, post: int, text: str, at: datetime) -> Arrival:
    """One comment as the square's feed gives it."""
    body = shape(number, author, post, text, at.isoformat().replace("+00:00", "Z"))
    return Arrival(f"{number}@1", orjson.dumps(body))


def shape(number: int, author: int, post: int, text: str, at: str) -> dict[str, object]:
    """The square's own JSON for one comment."""
    place = {
        "id": f"sq-{10**9 + post}",
        "text": f"Beitrag {post}: Neues aus Auental",
        "author": "Auenwerke",
        "created_at": at,
    }
    person = {"id": f"p-{author}", "name": f"Person {author}", "handle": f"person{author}", "page": False}
    return {
        "seq": number,
        "verb": "add",
        "at": at,
        "entry": {
            "id": f"sq-{number}",
            "kind": "comment",
            "version": number,
            "author": person,
            "to": None,
            "post": place,
            "parent": place["id"],
            "answers": None,
            "text": text,
            "created_at": at,
            "edited_at": None,
            "hidden": False,
            "deleted": False,
            "likes": 0,
            "link": f"/square#sq-{number}",
        },
    }
