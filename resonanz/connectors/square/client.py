"""HTTP to a square: addresses, the token, and what each refusal means."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from resonanz.connectors.contract import Access
from resonanz.connectors.wire import base_of, call, refusal, unclear, why_of
from resonanz.kit.http import Answer

API = "/square/v1"
LONGEST_WAIT_S = 3600.0


@dataclass(frozen=True, slots=True)
class Client:
    """One account's calls. ``read`` may be repeated by the house, ``write`` is keyed or harmless to repeat."""

    access: Access

    def read(self, path: str, **params: str | int) -> dict[str, Any]:
        """The JSON object of a GET. Raises Unreachable, AuthExpired, RateLimited, Rejected, TargetGone."""
        return self._call("GET", path, sending=False, params=params)

    def write(self, method: str, path: str, body: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The JSON object of a call that changes something. Raises OutcomeUnclear where it may have happened."""
        return self._call(method, path, sending=True, json=body)

    def link(self, path: str) -> str:
        return base_of(self.access) + path

    def _call(self, method: str, path: str, *, sending: bool, **parts: Any) -> dict[str, Any]:
        answer = call(self.access, method, API + path, sending=sending, **parts)
        if not answer.ok:
            why = why_of(self.access, answer, "said", "error")
            raise refusal(why, answer, sending=sending, target=True, wait_s=_wait(answer))
        if answer.status == HTTPStatus.NO_CONTENT:
            return {}
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise unclear("the answer is not what a square gives", sending=sending)
        return found


def _wait(answer: Answer) -> float | None:
    value = answer.headers.get("retry-after", "").strip()
    known = value.isascii() and value.isdigit() and len(value) < 7  # noqa: PLR2004 - seconds, not an epoch
    return min(max(float(value), 1.0), LONGEST_WAIT_S) if known else None
