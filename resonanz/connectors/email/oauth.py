"""Signing in with OAuth 2.0 (SASL XOAUTH2), as Microsoft 365 and Google Workspace ask for: an access token, got by a
refresh token or by the client's own credentials, kept until it runs out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import orjson

from resonanz.connectors.contract import Access, AuthExpired, RateLimited, Rejected, Unreachable
from resonanz.connectors.email.lines import is_here
from resonanz.connectors.wire import hidden
from resonanz.kit.http import AddressRefused, Answer, HttpFailed
from resonanz.kit.secrets import Secret
from resonanz.kit.text import one_line

OAUTH = "oauth2"
KEPT = "kept_access"  # the secret in which the house keeps what was fetched
USUAL_LIFE_S = 600
EARLY = timedelta(minutes=2)
_REFUSED = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


@dataclass(frozen=True, slots=True)
class Token:
    """``was_kept``: it was fetched before, so a refusal may only mean that it ended early."""

    value: Secret
    was_kept: bool = False


def uses_oauth(access: Access) -> bool:
    return access.settings.get("sign_in", "") == OAUTH


def sign_in(access: Access, attempt: Callable[[Secret], None]) -> None:
    """Try to sign in with the token at hand; where a kept one is refused, once more with a new one. Raises AuthExpired
    where the provider gives none any more, Unreachable where it cannot be asked.
    """
    token = _token(access)
    try:
        attempt(token.value)
    except AuthExpired:
        if not token.was_kept:
            raise
        attempt(_fetched(access).value)


def shown(user: str, token: Secret) -> str:
    """The answer to XOAUTH2. Raises Rejected for a name or token that mail protocols cannot carry."""
    if not (user + token.reveal()).isascii() or not (user + token.reveal()).isprintable():
        raise Rejected("user name and token must be plain letters, digits and signs")
    return f"user={user}\x01auth=Bearer {token.reveal()}\x01\x01"


def _token(access: Access) -> Token:
    if not _can_fetch(access):
        given = access.secrets.get("access_token") or Secret("")
        if not given:
            raise AuthExpired("neither a refresh token nor an access token is entered")
        return Token(given)
    return _kept(access) or _fetched(access)


def _can_fetch(access: Access) -> bool:
    has = bool(access.secrets.get("refresh_token") or access.secrets.get("client_secret"))
    return has and bool(access.settings.get("token_url", "").strip())


def _kept(access: Access) -> Token | None:
    """The token that was fetched before, while it lasts and while nobody has entered another way to get one."""
    try:
        found = orjson.loads((access.secrets.get(KEPT) or Secret("")).reveal())
        value, until, entered = str(found["token"]), datetime.fromisoformat(found["until"]), found["entered"]
    except (ValueError, KeyError, TypeError):
        return None
    fits = until - EARLY > access.now and entered == _entered(access)
    return Token(Secret(value), was_kept=True) if fits and value else None


def _entered(access: Access) -> list[str]:
    """What an administrator entered to get tokens; the refresh token apart, which providers renew."""
    return [access.settings.get(name, "") for name in ("token_url", "client_id", "scope", "address", "imap_user")]


def _fetched(access: Access) -> Token:
    """A new access token from the provider, kept with what else it renewed."""
    found = _asked(access)
    value, life = found.get("access_token"), found.get("expires_in")
    if not isinstance(value, str) or not value:
        raise Unreachable("the token address answered without an access token")
    seconds = life if isinstance(life, int) and 0 < life <= 365 * 86400 else USUAL_LIFE_S
    kept = {"token": value, "until": (access.now + timedelta(seconds=seconds)).isoformat(), "entered": _entered(access)}
    renewed = found.get("refresh_token")
    more = {"refresh_token": renewed} if isinstance(renewed, str) and renewed else {}
    access.keep({KEPT: orjson.dumps(kept).decode(), **more})
    return Token(Secret(value))


def _asked(access: Access) -> Mapping[str, Any]:
    url = access.settings.get("token_url", "").strip()
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and is_here(parts.hostname or "")):
        raise Rejected("the token address must begin with https://")
    try:
        answer = access.http.call("POST", url, form=_form(access), headers={"accept": "application/json"})
    except AddressRefused as error:
        raise Rejected(hidden(access, f"token address: {error}")) from None
    except HttpFailed as error:  # asking for a token twice harms nobody
        raise Unreachable(hidden(access, f"token address: {error}")) from None
    found = _object(answer)
    if answer.ok:
        return found
    raise _refusal(access, answer, found)


def _form(access: Access) -> dict[str, str]:
    settings, secrets = access.settings, access.secrets
    refresh = secrets.get("refresh_token")
    form = (
        {"grant_type": "refresh_token", "refresh_token": refresh.reveal()}
        if refresh
        else {"grant_type": "client_credentials"}
    )
    form |= {name: value for name in ("client_id", "scope") if (value := settings.get(name, "").strip())}
    if own := secrets.get("client_secret"):
        form["client_secret"] = own.reveal()
    return form


def _object(answer: Answer) -> Mapping[str, Any]:
    try:
        found = answer.json()
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {}


def _refusal(access: Access, answer: Answer, found: Mapping[str, Any]) -> Exception:
    code, described = str(found.get("error") or ""), str(found.get("error_description") or "")
    why = hidden(access, one_line(f"token address: {answer.status} {code} {described}", 200))
    if answer.status == HTTPStatus.TOO_MANY_REQUESTS:
        wait = answer.headers.get("retry-after", "")
        return RateLimited(why, retry_after=float(wait) if wait.isdecimal() and len(wait) < 6 else 60.0)  # noqa: PLR2004 - a day
    if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR or code in {"temporarily_unavailable", "server_error"}:
        return Unreachable(why)
    return (AuthExpired if answer.status in _REFUSED else Rejected)(why)
