"""The control API: faults, clock, tokens and customers' acts, for tests and for who tries things. Loopback only."""

import ipaddress
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from typing import cast

from resonanz.sandbox import customers, hooks
from resonanz.sandbox.clock import moment, stamp
from resonanz.sandbox.town import stream
from resonanz.sandbox.wire import Answer, Halt, Request, Route, as_json
from resonanz.sandbox.world import Platform, World


def show_state(world: World, request: Request) -> Answer:  # noqa: ARG001 - all acts are alike
    counts = {
        name: world.store.one(f"SELECT count(*) FROM {name}")  # noqa: S608 - our own table names
        for name in ("person", "entry", "change", "notice", "hook", "mail")
    }
    faults = [asdict(fault) for fault in world.faults.planned()]
    left = len(stream.waiting(world))
    return as_json({"now": stamp(world.clock.now()), "counts": counts, "faults": faults, "waiting": left})


def plan_fault(world: World, request: Request) -> Answer:
    try:
        fault = world.faults.plan(
            request.get("platform"), request.get("kind"), times=int(request.get("times", "1")),
            seconds=float(request.get("seconds", "30")), seed=int(request.get("seed", "1")),
        )  # fmt: skip
    except ValueError as error:
        raise Halt(as_json({"error": str(error)}, 422)) from None
    return as_json(asdict(fault), 201)


def lift_faults(world: World, request: Request) -> Answer:  # noqa: ARG001 - all acts are alike
    world.faults.lift()
    return Answer(204)


def set_clock(world: World, request: Request) -> Answer:
    """``at`` holds the clock there, ``advance_s`` moves it."""
    try:
        if request.get("at"):
            world.clock.hold(moment(request.get("at")))
        world.clock.advance(timedelta(seconds=float(request.get("advance_s", "0"))))
    except (ValueError, OverflowError) as error:
        raise Halt(as_json({"error": str(error)}, 422)) from None
    return as_json({"now": stamp(world.clock.now())})


def release_clock(world: World, request: Request) -> Answer:  # noqa: ARG001 - all acts are alike
    world.clock.release()
    return as_json({"now": stamp(world.clock.now())})


def write(world: World, request: Request) -> Answer:
    """A customer says something: ``channel`` comment, direct, mention or mail; ``name``, ``text``, ``answers``."""
    try:
        said = customers.say(
            world, request.get("channel", "comment"), request.get("name"), request.get("text"),
            answers=request.get("answers"), language=request.get("language"),
        )  # fmt: skip
    except ValueError as error:
        raise Halt(as_json({"error": str(error)}, 422)) from None
    return as_json({"id": said}, 201)


def edit_entry(world: World, request: Request, id: str) -> Answer:  # noqa: A002 - the word of the address
    world.edit(customers.entry_of(world, id), request.get("text"))
    return as_json({"id": id})


def delete_entry(world: World, request: Request, id: str) -> Answer:  # noqa: A002, ARG001 - the word of the address
    world.delete(customers.entry_of(world, id))
    return Answer(204)


def revoke(world: World, request: Request, platform: str) -> Answer:  # noqa: ARG001 - all acts are alike
    world.revoke(cast("Platform", platform))
    return Answer(204)


def restore(world: World, request: Request, platform: str) -> Answer:  # noqa: ARG001 - all acts are alike
    world.revoke(cast("Platform", platform), revoked=False)
    return Answer(204)


def set_quota(world: World, request: Request) -> Answer:
    world.quota = request.whole("calls", world.quota)
    return as_json({"calls": world.quota})


def stream_on(world: World, request: Request) -> Answer:
    """Let the next ``entries`` of the town be said at once."""
    return as_json({"said": sum(stream.say_next(world) for _ in range(request.whole("entries", 1)))})


def push_now(world: World, request: Request) -> Answer:  # noqa: ARG001 - all acts are alike
    return as_json({"taken": hooks.push(world)})


ROUTES: Sequence[Route] = (
    Route("GET", "/control/state", show_state),
    Route("POST", "/control/faults", plan_fault),
    Route("DELETE", "/control/faults", lift_faults),
    Route("PUT", "/control/clock", set_clock),
    Route("DELETE", "/control/clock", release_clock),
    Route("POST", "/control/write", write),
    Route("PATCH", "/control/entries/{id}", edit_entry),
    Route("DELETE", "/control/entries/{id}", delete_entry),
    Route("DELETE", "/control/tokens/{platform}", revoke),
    Route("PUT", "/control/tokens/{platform}", restore),
    Route("PUT", "/control/quota", set_quota),
    Route("POST", "/control/stream", stream_on),
    Route("POST", "/control/push", push_now),
)


def admit(request: Request) -> None:
    """Only callers on this machine that also meant it (a name that points here does not count)."""
    host = request.base.split("://", 1)[1].rsplit(":", 1)[0].strip("[]")
    if not (_loopback(request.remote) and (host == "localhost" or _loopback(host))):
        raise Halt(as_json({"error": "Only from this machine."}, 403))


def _loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
