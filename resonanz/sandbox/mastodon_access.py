"""How one signs in to the sandbox's Mastodon: apps, tokens, and who calls."""

import secrets
import sqlite3

from resonanz.sandbox import seeds
from resonanz.sandbox.wire import Answer, Halt, Request, as_json, as_page, elsewhere
from resonanz.sandbox.world import Person, World

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def register_app(world: World, request: Request) -> Answer:
    name, redirects = request.get("client_name"), request.every("redirect_uris")
    if not name or not redirects:
        raise Halt(refusal("Validation failed: Redirect URI must be an absolute URI.", 422))
    scopes = request.get("scopes", "read").split()
    key, secret = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    id_ = world.store.run(
        "INSERT INTO client (name, redirect, scopes, key, secret) VALUES (?, ?, ?, ?, ?)",
        name, redirects[0], " ".join(scopes), key, secret,
    )  # fmt: skip
    shown = {
        "id": str(id_), "name": name, "website": request.get("website") or None, "scopes": scopes,
        "redirect_uri": redirects[0], "redirect_uris": redirects, "client_id": key, "client_secret": secret,
        "client_secret_expires_at": 0, "vapid_key": "",
    }  # fmt: skip
    return as_json(shown)


def authorize(world: World, request: Request) -> Answer:
    """The shortcut: who asks is let in as the company, at once."""
    client = _client(world, request.get("client_id"))
    code = secrets.token_urlsafe(24)
    world.store.keep(f"code:{code}", str(client["id"]))
    redirect = request.get("redirect_uri") or str(client["redirect"])
    if redirect == OUT_OF_BAND:
        return as_page(f"<!doctype html><title>Auental</title><code>{code}</code>")
    if redirect != client["redirect"]:
        raise Halt(refusal("The redirect uri included is not valid.", 400))
    state = f"&state={request.get('state')}" if request.get("state") else ""
    return elsewhere(f"{redirect}?code={code}{state}")


def issue_token(world: World, request: Request) -> Answer:
    client = _client(world, request.get("client_id"))
    if not secrets.compare_digest(str(client["secret"]), request.get("client_secret")):
        raise Halt(as_json({"error": "invalid_client", "error_description": "Client authentication failed."}, 401))
    grant = request.get("grant_type")
    scopes = request.get("scope") or str(client["scopes"])
    token = secrets.token_urlsafe(32)
    if grant == "password" and (request.get("username"), request.get("password")) == (
        seeds.MASTODON_LOGIN,
        seeds.MASTODON_PASSWORD,
    ):
        _remember(world, token, scopes)
    elif grant == "authorization_code" and world.store.kept(f"code:{request.get('code')}") == str(client["id"]):
        world.store.run("DELETE FROM kept WHERE name = ?", f"code:{request.get('code')}")
        _remember(world, token, scopes)
    elif grant != "client_credentials":
        said = "The provided authorization grant is invalid, expired, revoked, or does not match."
        raise Halt(as_json({"error": "invalid_grant", "error_description": said}, 400))
    at = int(world.clock.now().timestamp())
    return as_json({"access_token": token, "token_type": "Bearer", "scope": scopes, "created_at": at})


def revoke_token(world: World, request: Request) -> Answer:
    world.store.run("DELETE FROM token WHERE token = ?", request.get("token"))
    return as_json({})


def refusal(said: str, status: int) -> Answer:
    """Mastodon's form of no."""
    return as_json({"error": said}, status)


def bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if kind.lower() == "bearer" else ""


def caller(world: World, request: Request) -> Person:
    """Who calls; raises Halt with 401."""
    person = world.by_token("mastodon", bearer(request))
    if person is None:
        raise Halt(refusal("The access token is invalid", 401))
    return person


def _client(world: World, key: str) -> sqlite3.Row:
    found = world.store.row("SELECT * FROM client WHERE key = ?", key)
    if found is None:
        said = "Client authentication failed due to unknown client."
        raise Halt(as_json({"error": "invalid_client", "error_description": said}, 401))
    return found


def _remember(world: World, token: str, scopes: str) -> None:
    world.store.run("INSERT INTO token VALUES (?, ?, ?)", token, world.us("mastodon").id, scopes)
