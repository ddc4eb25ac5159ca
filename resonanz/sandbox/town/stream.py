"""The script of the town: what was said before today is loaded at once, the rest is said live, one after the other."""

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files

from resonanz.sandbox import customers, mailboxes, seeds
from resonanz.sandbox.clock import moment, stamp
from resonanz.sandbox.town import post_bag
from resonanz.sandbox.world import Entry, World

SCRIPTS = ("posts.jsonl", "storm.jsonl", "quiet.jsonl", "fediverse.jsonl", "directs.jsonl", "mail.jsonl")
SLOW_TAIL = 12  # so many last lines come slower
SLOWER = 6.0
_TIME = re.compile(r"\{(-?\d+)\}")
LOADED_AT, SAID = "town:loaded_at", "town:said"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that is said. ``at``: minutes before (negative) or after the start. ``to``: another line's name."""

    at: float
    channel: str
    by: str
    text: str
    name: str = ""
    to: str = ""
    language: str = ""
    mail: dict[str, str] = field(default_factory=dict)


@cache
def script() -> tuple[Line, ...]:
    """All lines in the order in which they are said."""
    return tuple(sorted(_read(), key=lambda line: line.at))


def load(world: World) -> int:
    """Let everything be said that lies before the start; does nothing the second time. Gives the number of lines."""
    with world.store.atomic():
        if world.store.kept(LOADED_AT):
            return 0
        start = world.clock.now()
        world.store.keep(LOADED_AT, stamp(start))
        past = [line for line in script() if line.at < 0]
        for line in past:
            _say(world, line, start + timedelta(minutes=line.at))
        world.store.keep(SAID, str(len(past)))
    return len(past)


def loaded_at(world: World) -> datetime | None:
    """When the town was loaded; None where it was not."""
    text = world.store.kept(LOADED_AT)
    return moment(text) if text else None


def waiting(world: World) -> tuple[Line, ...]:
    """Lines that have not been said yet."""
    return script()[int(world.store.kept(SAID, "0")) :]


def say_next(world: World) -> bool:
    """Say the next line now; False where the script is used up."""
    with world.store.atomic():
        left = waiting(world)
        if not left:
            return False
        world.store.keep(SAID, str(len(script()) - len(left) + 1))
        _say(world, left[0], world.clock.now())
    return True


def timed(text: str, start: datetime) -> str:
    """``{-30}`` as the clock time half an hour before the start, to ten minutes, so that the story fits any day."""

    def clock(found: "re.Match[str]") -> str:
        at = (start + timedelta(minutes=int(found.group(1)))).astimezone()
        return f"{at.hour}:{at.minute // 10}0"

    return _TIME.sub(clock, text)


def keep_streaming(world: World, pace: float, stop: threading.Event) -> None:
    """A line every ``pace`` seconds, the last ones slower, until told to stop or nothing is left."""
    while left := waiting(world):
        if stop.wait(pace * (SLOWER if len(left) <= SLOW_TAIL else 1)):
            return
        say_next(world)


def _read() -> Iterator[Line]:
    for name in SCRIPTS:
        for text in files("resonanz.sandbox.town").joinpath(name).read_text("utf-8").splitlines():
            if text:
                yield Line(**json.loads(text))


def _say(world: World, said: Line, at: datetime) -> None:
    line = replace(said, text=timed(said.text, loaded_at(world) or at))
    if line.channel == "mail":
        letter = post_bag.letter(line.by, line.text, line.mail, at)
        mailboxes.deliver(world, seeds.MAIL_ADDRESS, letter, at=at)
    elif line.channel == "post":
        _named(world, line, f"sq-{world.write(world.us('square'), line.text, kind='post', language='de', at=at).id}")
    elif line.channel == "us":
        _answer(world, line, at)
    else:
        target = world.store.kept(f"town:line:{line.to}") if line.to else ""
        fresh = customers.say(world, line.channel, line.by, line.text, answers=target, language=line.language, at=at)
        _named(world, line, fresh)


def _answer(world: World, line: Line, at: datetime) -> None:
    """What the company answered by itself before we came."""
    target: Entry = customers.entry_of(world, world.store.kept(f"town:line:{line.to}"))
    us = world.us("square")
    world.write(us, line.text, kind="comment", parent=world.place(target), answers=target, language="de", at=at)


def _named(world: World, line: Line, id: str) -> None:  # noqa: A002 - the word of the address
    if line.name:
        world.store.keep(f"town:line:{line.name}", id)
