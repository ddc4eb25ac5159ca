"""Access tokens for the mail room, as large mail providers give them: OAuth 2.0 by refresh token or client credentials
(RFC 6749), asked after by RFC 7662, shown by SASL XOAUTH2.
"""

import secrets
from collections.abc import Sequence
from datetime import timedelta

from resonanz.sandbox import seeds
from resonanz.sandbox.clock import moment, stamp
from resonanz.sandbox.wire import Answer, Halt, Request, Route, as_json
from resonanz.sandbox.world import World

LIVES_S = 3600
REFUSED = b'{"status":"400","schemes":"Bearer","scope":"mail"}'
REVOKED = "mail-tokens:revoked"
GRANTS = ("refresh_token", "client_credentials")


def issue(world: World, request: Request) -> Answer:
    """A new access token; with a refresh token also a new one of those (the old one stays good)."""
    client = request.get("client_id"), request.get("client_secret")
    if client != (seeds.MAIL_CLIENT, seeds.MAIL_CLIENT_SECRET):
        raise Halt(_refusal("invalid_client", "The client is not known.", 401))
    if world.faults.strike("mail", "refuse_log_in"):
        raise Halt(as_json({"error": "temporarily_unavailable"}, 503))
    grant = request.get("grant_type")
    if grant not in GRANTS:
        raise Halt(_refusal("unsupported_grant_type", "Only refresh_token and client_credentials.", 400))
    told = {"token_type": "Bearer", "expires_in": LIVES_S, "access_token": _new(world, "access")}
    if grant == "refresh_token":
        if _is_revoked(world) or not _is_known(world, request.get("refresh_token")):
            raise Halt(_refusal("invalid_grant", "The refresh token has expired or was revoked.", 400))
        told["refresh_token"] = _new(world, "refresh")
    return as_json(told)


def introspect(world: World, request: Request) -> Answer:
    """Whether a token is good, and whose it is."""
    if not fits(world, request.get("token")):
        return as_json({"active": False})
    return as_json({"active": True, "username": seeds.MAIL_LOGIN, "email": seeds.MAIL_LOGIN, "client_id": "mail"})


def fits(world: World, token: str) -> bool:
    """Is this access token good now?"""
    until = world.store.kept(f"mail-access:{token}", "") if token and not _is_revoked(world) else ""
    return bool(until) and moment(until) > world.clock.now()


def revoke(world: World, *, revoked: bool = True) -> None:
    """Take back (or give again) everything that was issued."""
    world.store.keep(REVOKED, "yes" if revoked else "")


def shown(said: str) -> tuple[str, str]:
    """Whom an XOAUTH2 answer names, and the token; raises ValueError."""
    user, bearer, *_ = said.split("\x01")
    if not user.startswith("user=") or not bearer.startswith("auth=Bearer "):
        raise ValueError(said)
    return user.removeprefix("user="), bearer.removeprefix("auth=Bearer ")


def _new(world: World, kind: str) -> str:
    token = secrets.token_urlsafe(32)
    world.store.keep(f"mail-{kind}:{token}", stamp(world.clock.now() + timedelta(seconds=LIVES_S)))
    return token


def _is_known(world: World, token: str) -> bool:
    return bool(token) and (token == seeds.MAIL_REFRESH_TOKEN or bool(world.store.kept(f"mail-refresh:{token}", "")))


def _is_revoked(world: World) -> bool:
    return bool(world.store.kept(REVOKED, ""))


def _refusal(code: str, said: str, status: int) -> Answer:
    return as_json({"error": code, "error_description": said}, status)


ROUTES: Sequence[Route] = (
    Route("POST", "/mail/oauth/token", issue),
    Route("POST", "/mail/oauth/introspect", introspect),
)
