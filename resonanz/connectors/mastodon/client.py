"""HTTP to a Mastodon server: the token, waiting, and what each refusal means."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

from resonanz.connectors.contract import Access, AuthExpired, ChannelError
from resonanz.connectors.wire import call, refusal, unclear, why_of
from resonanz.kit.http import Answer

LONGEST_WAIT_S = 24 * 3600.0
FRESH = {"connection": "close"}  # snac hangs up without saying so, and a send on a dead line would look unclear

Params = Mapping[str, str | int] | list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Client:
    """One account's calls. ``read`` may be repeated by the house, ``write`` never blindly."""

    access: Access

    def read(self, path: str, params: Params | None = None, *, target: bool = False) -> Any:
        """The JSON of a GET. Raises Unreachable, AuthExpired, RateLimited, Rejected; TargetGone where the path names a
        ``target`` that is not there.
        """
        return self._call("GET", path, sending=False, target=target, params=params, headers=FRESH)

    def write(
        self, path: str, form: Mapping[str, str], *, method: str = "POST", headers: Mapping[str, str] | None = None
    ) -> Any:
        """The JSON of a call that changes something. Raises OutcomeUnclear where it may have happened."""
        return self._call(method, path, sending=True, target=True, form=form, headers=FRESH | dict(headers or {}))

    def _call(self, method: str, path: str, *, sending: bool, target: bool, **parts: Any) -> Any:
        answer = call(self.access, method, path, sending=sending, **parts)
        if not answer.ok:
            raise self._refusal(answer, sending=sending, target=target)
        try:
            return answer.json()
        except ValueError:
            raise unclear("the answer is not JSON", sending=sending) from None

    def _refusal(self, answer: Answer, *, sending: bool, target: bool) -> ChannelError:
        why = why_of(self.access, answer, "error", "error_description")
        if answer.status == HTTPStatus.FORBIDDEN and (not sending or "scope" in why.casefold()):
            return AuthExpired(why)
        return refusal(why, answer, sending=sending, target=target, wait_s=wait_of(answer, self.access.now))


def wait_of(answer: Answer, now: datetime) -> float | None:
    """Seconds until the server takes calls again: Retry-After (seconds or a date), else X-RateLimit-Reset."""
    for name in ("retry-after", "x-ratelimit-reset"):
        if (seconds := _seconds(answer.headers.get(name, ""), now)) is not None:
            return min(max(seconds, 1.0), LONGEST_WAIT_S)
    return None


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
