"""How one signs in to the sandbox's Bluesky: sessions with tokens that end, app passwords, and who calls."""

import base64
import json
import secrets
from datetime import timedelta

from resonanz.sandbox import seeds
from resonanz.sandbox.mastodon_access import bearer
from resonanz.sandbox.wire import Answer, Halt, Request, as_json
from resonanz.sandbox.world import Missing, Person, World

ACCESS_LIVES = timedelta(hours=2)
REFRESH_LIVES = timedelta(days=60)


def refusal(name: str, message: str, status: int = 400) -> Answer:
    """A refusal in the network's own shape."""
    return as_json({"error": name, "message": message}, status)


def did(person: Person) -> str:
    return f"did:plc:auental{person.id:017d}"


def person_of(world: World, name: str) -> Person:
    """By DID or handle. Raises Missing."""
    if name.startswith("did:plc:auental") and name[15:].isdecimal():
        person = world.person(int(name[15:]))
        if person.platform == "bluesky":
            return person
        raise Missing(name)
    return world.by_handle("bluesky", name.lower())


def open_session(world: World, request: Request) -> Answer:
    """The company by its app password; a customer by the sandbox's one password for all."""
    try:
        person = person_of(world, request.get("identifier"))
    except Missing:
        raise Halt(refusal("AuthenticationRequired", "Invalid identifier or password", 401)) from None
    wanted = seeds.BLUESKY_PASSWORD if person.ours else seeds.BLUESKY_CUSTOMER_PASSWORD
    if person.revoked or not secrets.compare_digest(request.get("password"), wanted):
        raise Halt(refusal("AuthenticationRequired", "Invalid identifier or password", 401))
    return as_json(_session(world, person))


def renew_session(world: World, request: Request) -> Answer:
    person = _holder(world, request, "refresh")
    world.store.run("DELETE FROM kept WHERE name = ?", f"bluesky refresh {bearer(request)}")  # each holds once
    return as_json(_session(world, person))


def show_session(world: World, request: Request) -> Answer:
    person = caller(world, request)
    return as_json({"did": did(person), "handle": person.handle, "active": True})


def caller(world: World, request: Request) -> Person:
    """Who calls; raises Halt with 401 or, where the token has ended, 400."""
    return _holder(world, request, "access")


def _holder(world: World, request: Request, kind: str) -> Person:
    token = bearer(request)
    if not token:
        raise Halt(refusal("AuthMissing", "Authentication Required", 401))
    kept = json.loads(world.store.kept(f"bluesky {kind} {token}", "{}"))
    person = world.person(kept["person"]) if kept else None
    if person is None or person.revoked:
        raise Halt(refusal("InvalidToken", "Token could not be verified", 400 if person is None else 401))
    if kept["until"] <= world.clock.now().timestamp():
        raise Halt(refusal("ExpiredToken", "Token has expired"))
    return person


def _session(world: World, person: Person) -> dict[str, object]:
    access = _token(world, person, "access", ACCESS_LIVES)
    refresh = _token(world, person, "refresh", REFRESH_LIVES)
    return {
        "did": did(person), "handle": person.handle, "accessJwt": access, "refreshJwt": refresh, "active": True,
    }  # fmt: skip


def _token(world: World, person: Person, kind: str, lives: timedelta) -> str:
    until = int((world.clock.now() + lives).timestamp())
    parts = [
        {"typ": f"{kind}+jwt", "alg": "ES256K"},
        {"scope": f"com.atproto.{kind}", "sub": did(person), "exp": until},
    ]
    head, middle = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    token = f"{head}.{middle}.{secrets.token_urlsafe(24)}"
    world.store.keep(f"bluesky {kind} {token}", json.dumps({"person": person.id, "until": until}))
    return token
