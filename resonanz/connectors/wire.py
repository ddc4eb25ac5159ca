"""What connectors that speak HTTP share: a call with our token whose failures are ours, and how a refusal reads."""

from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from resonanz.connectors.contract import (
    Access,
    AuthExpired,
    ChannelError,
    OutcomeUnclear,
    RateLimited,
    Rejected,
    TargetGone,
    Unreachable,
)
from resonanz.kit.http import AddressRefused, Answer, HttpFailed, Unreached
from resonanz.kit.secrets import redact
from resonanz.kit.text import one_line

DEFAULT_WAIT_S = 60.0
_MOST_WHY = 200


def base_of(access: Access) -> str:
    """The server's address as it was entered, without a slash at its end."""
    return access.settings.get("base_url", "").strip().rstrip("/")


def segment(native_id: str) -> str:
    """An id as one part of a path, whatever it contains."""
    return quote(native_id, safe="")


def call(access: Access, method: str, path: str, *, sending: bool, **parts: Any) -> Answer:
    """One call with the account's token. Raises Unreachable where nothing happened, OutcomeUnclear where a ``sending``
    call may have.
    """
    token = access.secrets.get("token")
    own = {"authorization": f"Bearer {token.reveal()}"} if token else {}
    headers = {**own, "accept": "application/json", **(parts.pop("headers", None) or {})}
    try:
        return access.http.call(method, base_of(access) + path, headers=headers, **parts)
    except (Unreached, AddressRefused) as error:
        raise Unreachable(hidden(access, str(error))) from None
    except HttpFailed as error:
        raise unclear(hidden(access, str(error)), sending=sending) from None


def unclear(why: str, *, sending: bool) -> ChannelError:
    """What an unusable answer means: a reading call is repeated, a sending one may have happened."""
    return (OutcomeUnclear if sending else Unreachable)(why)


def refusal(why: str, answer: Answer, *, sending: bool, target: bool, wait_s: float | None) -> ChannelError:
    """What an HTTP status means. ``target``: the path names something that may be gone; ``wait_s``: what the server
    says about when to come again, None where it says nothing.
    """
    status = answer.status
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimited(why, retry_after=DEFAULT_WAIT_S if wait_s is None else wait_s)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return OutcomeUnclear(why) if sending else Unreachable(why, retry_after=wait_s)
    if status == HTTPStatus.UNAUTHORIZED:
        return AuthExpired(why)
    gone = target and status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
    return (TargetGone if gone else Rejected)(why)


def why_of(access: Access, answer: Answer, *names: str) -> str:
    """The status and what the server says, by the first of these names that its JSON has; no secret in it."""
    try:
        said = answer.json()
    except ValueError:
        said = None
    text = next((said[name] for name in names if said.get(name)), "") if isinstance(said, dict) else ""
    return hidden(access, one_line(f"{answer.status} {text}", _MOST_WHY))


def hidden(access: Access, text: str) -> str:
    """The text without the account's secrets."""
    return redact(text, *access.secrets.values())
