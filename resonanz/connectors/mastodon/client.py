"""HTTP to a Mastodon server: addresses, the token, and what each refusal means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
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
LONGEST_WAIT_S = 24 * 3600.0

Params = Mapping[str, str | int] | list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Client:
    """One account's calls. ``read`` may be repeated by the house, ``write`` never blindly."""

    access: Access

    def read(self, path: str, params: Params | None = None, *, target: bool = False) -> Any:
        """The JSON of a GET. Raises Unreachable, AuthExpired, RateLimited, Rejected; TargetGone where the path names a
        ``target`` that is not there.
        """
        answer = self._call("GET", path, sending=False, target=target, params=params)
        return self._json(answer, sending=False)

    def write(
        self, path: str, form: Mapping[str, str], *, method: str = "POST", headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON of a call that changes something. Raises OutcomeUnclear where it may have happened."""
        answer = self._call(method, path, sending=True, target=True, form=form, headers=headers)
        return self._json(answer, sending=True)

    def _call(self, method: str, path: str, *, sending: bool, target: bool, **parts: Any) -> Answer:
        token = self.access.secrets.get("token")
        headers = {"authorization": f"Bearer {token.reveal()}"} if token else {}
        # a fresh line for each call: snac hangs up without saying so, and a send on a dead line would look unclear
        headers |= {"accept": "application/json", "connection": "close", **(parts.pop("headers", None) or {})}
        try:
            answer = self.access.http.call(method, self._url(path), headers=headers, **parts)
        except (Unreached, AddressRefused) as error:
            raise Unreachable(self._hide(str(error))) from None
        except HttpFailed as error:
            raise (OutcomeUnclear if sending else Unreachable)(self._hide(str(error))) from None
        if not answer.ok:
            raise self._refusal(answer, sending=sending, target=target)
        return answer

    def _url(self, path: str) -> str:
        return self.access.settings.get("base_url", "").strip().rstrip("/") + path

    def _json(self, answer: Answer, *, sending: bool) -> Any:
        try:
            return answer.json()
        except ValueError:
            raise (OutcomeUnclear if sending else Unreachable)("the answer is not JSON") from None

    def _refusal(self, answer: Answer, *, sending: bool, target: bool) -> ChannelError:
        why, status = self._why(answer), answer.status
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(why, retry_after=wait_of(answer, self.access.now))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            wait = wait_of(answer, self.access.now, default=None)
            return OutcomeUnclear(why) if sending else Unreachable(why, retry_after=wait)
        forbidden = status == HTTPStatus.FORBIDDEN and (not sending or "scope" in why.casefold())
        if status == HTTPStatus.UNAUTHORIZED or forbidden:
            return AuthExpired(why)
        gone = target and status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
        return (TargetGone if gone else Rejected)(why)

    def _why(self, answer: Answer) -> str:
        try:
            said = answer.json()
            text = said.get("error") or said.get("error_description") if isinstance(said, dict) else ""
        except ValueError:
            text = ""
        return self._hide(one_line(f"{answer.status} {text or ''}", 200))

    def _hide(self, text: str) -> str:
        return redact(text, *self.access.secrets.values())


def wait_of(answer: Answer, now: datetime, *, default: float | None = DEFAULT_WAIT_S) -> float | None:
    """Seconds until the server takes calls again: Retry-After (seconds or a date), else X-RateLimit-Reset."""
    for name in ("retry-after", "x-ratelimit-reset"):
        if (seconds := _seconds(answer.headers.get(name, ""), now)) is not None:
            return min(max(seconds, 1.0), LONGEST_WAIT_S)
    return default


def segment(native_id: str) -> str:
    """An id as one part of a path, whatever it contains."""
    return quote(native_id, safe="")


def _seconds(value: str, now: datetime) -> float | None:
    value = value.strip()
    if not value:
        return None
    if value.isascii() and value.isdigit() and len(value) < 9:  # noqa: PLR2004 - a count of seconds, not an epoch
        return float(value)
    try:
        at = datetime.fromisoformat(value) if "-" in value[:5] else parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds()
