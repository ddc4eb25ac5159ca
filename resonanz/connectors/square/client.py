"""HTTP to a square: addresses, the token, and what each refusal means."""

from collections.abc import Mapping
from dataclasses import dataclass
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

API = "/square/v1"
DEFAULT_WAIT_S = 60.0
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Client:
    """One account's calls. ``read`` may be repeated by the house, ``write`` is keyed or harmless to repeat."""

    access: Access

    def read(self, path: str, **params: str | int) -> dict[str, Any]:
        """The JSON object of a GET. Raises Unreachable, AuthExpired, RateLimited, Rejected, TargetGone."""
        return self._object(self._call("GET", path, sending=False, params=params), sending=False)

    def write(self, method: str, path: str, body: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object of a call that changes something. Raises OutcomeUnclear where it may have happened."""
        return self._object(self._call(method, path, sending=True, json=body), sending=True)

    def link(self, path: str) -> str:
        return base_of(self.access) + path

    def _call(self, method: str, path: str, *, sending: bool, **parts: Any) -> Answer:
        token = self.access.secrets.get("token")
        headers = {"authorization": f"Bearer {token.reveal()}"} if token else {}
        try:
            answer = self.access.http.call(method, self.link(API + path), headers=headers, **parts)
        except (Unreached, AddressRefused) as error:
            raise Unreachable(self._hide(str(error))) from None
        except HttpFailed as error:
            raise (OutcomeUnclear if sending else Unreachable)(self._hide(str(error))) from None
        if not answer.ok:
            raise self._refusal(answer, sending=sending)
        return answer

    def _object(self, answer: Answer, *, sending: bool) -> dict[str, Any]:
        if answer.status == HTTPStatus.NO_CONTENT:
            return {}
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise (OutcomeUnclear if sending else Unreachable)("the answer is not what a square gives")
        return found

    def _refusal(self, answer: Answer, *, sending: bool) -> ChannelError:
        why, status = self._why(answer), answer.status
        if status == HTTPStatus.TOO_MANY_REQUESTS:
            return RateLimited(why, retry_after=_wait(answer))
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return OutcomeUnclear(why) if sending else Unreachable(why)
        if status == HTTPStatus.UNAUTHORIZED:
            return AuthExpired(why)
        gone = status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
        return (TargetGone if gone else Rejected)(why)

    def _why(self, answer: Answer) -> str:
        try:
            said = answer.json()
            text = (said.get("said") or said.get("error")) if isinstance(said, dict) else ""
        except ValueError:
            text = ""
        return self._hide(one_line(f"{answer.status} {text or ''}", 200))

    def _hide(self, text: str) -> str:
        return redact(text, *self.access.secrets.values())


def base_of(access: Access) -> str:
    """The address of the square, without a slash at its end."""
    return access.settings.get("base_url", "").strip().rstrip("/")


def segment(native_id: str) -> str:
    """An id as one part of a path, whatever it contains."""
    return quote(native_id, safe="")


def _wait(answer: Answer) -> float:
    value = answer.headers.get("retry-after", "").strip()
    known = value.isascii() and value.isdigit() and len(value) < 7  # noqa: PLR2004 - seconds, not an epoch
    return min(max(float(value), 1.0), LONGEST_WAIT_S) if known else DEFAULT_WAIT_S
