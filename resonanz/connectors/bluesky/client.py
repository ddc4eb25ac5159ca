"""HTTP to a personal data server: the session and its renewal, waiting, and what each refusal means."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

import orjson

from resonanz.connectors.contract import Access, AuthExpired, Unreachable
from resonanz.connectors.wire import call, refusal, unclear, why_of
from resonanz.kit.http import Answer
from resonanz.kit.secrets import Secret

KEPT = "session"  # the secret under which the house keeps what the sign-in gave
LONGEST_WAIT_S = 24 * 3600.0
EARLY_S = 60
_LOST = {"AuthMissing", "AuthenticationRequired", "InvalidToken", "AccountTakedown", "AccountDeactivated"}
_GONE = {"NotFound", "RecordNotFound"}

Params = Mapping[str, str | int] | list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Session:
    did: str
    access: Secret = field(repr=False)
    refresh: Secret = field(repr=False)


class Said(Exception):
    """The server said no; ``name`` is its own word for why."""

    def __init__(self, name: str, answer: Answer) -> None:
        self.name, self.answer = name, answer
        super().__init__(name)


@dataclass(slots=True)
class Client:
    """One account's calls. ``read`` may be repeated by the house, ``write`` never blindly."""

    access: Access
    _session: Session | None = None

    @property
    def me(self) -> str:
        """Our DID."""
        return self._signed_in().did

    def read(self, name: str, params: Params | None = None, *, target: bool = False) -> Any:
        """The JSON of a query. Raises Unreachable, AuthExpired, RateLimited, Rejected; TargetGone where it asks for a
        ``target`` that is not there.
        """
        return self._asked("GET", name, sending=False, target=target, params=params)

    def write(self, name: str, body: Mapping[str, object]) -> Any:
        """The JSON of a procedure. Raises OutcomeUnclear where it may have happened, Said for ``InvalidSwap``."""
        return self._asked("POST", name, sending=True, target=True, json=body)

    def _asked(self, method: str, name: str, *, sending: bool, target: bool, **parts: Any) -> Any:
        session = self._signed_in()
        try:
            return self._once(method, name, session.access, sending=sending, **parts)
        except Said as said:
            if said.name != "ExpiredToken":
                raise self._meaning(said, sending=sending, target=target) from None
        self._session = self._renewed(session)  # nothing was done: the same call is made once more
        try:
            return self._once(method, name, self._session.access, sending=sending, **parts)
        except Said as said:
            raise self._meaning(said, sending=sending, target=target) from None

    def _once(self, method: str, name: str, token: Secret | None, *, sending: bool, **parts: Any) -> Any:
        own = {"authorization": f"Bearer {token.reveal()}"} if token else {}
        answer = call(self.access, method, f"/xrpc/{name}", sending=sending, headers=own, **parts)
        if not answer.ok:
            raise Said(_name(answer), answer)
        try:
            return answer.json() if answer.body else {}
        except ValueError:
            raise unclear("the answer is not JSON", sending=sending) from None

    def _meaning(self, said: Said, *, sending: bool, target: bool) -> Exception:
        if said.name == "InvalidSwap":
            return said
        why = why_of(self.access, said.answer, "message", "error")
        if said.name in _LOST | {"ExpiredToken"} or said.answer.status == HTTPStatus.FORBIDDEN:
            return AuthExpired(why)
        answer = said.answer
        if target and said.name in _GONE:
            answer = Answer(404, answer.headers, answer.body, answer.url)
        return refusal(why, answer, sending=sending, target=target, wait_s=wait_of(answer, self.access))

    def _signed_in(self) -> Session:
        if self._session is None:
            self._session = self._kept() or self._opened()
        return self._session

    def _kept(self) -> Session | None:
        """The session of before, while nobody has entered another account; renewed a minute before it ends."""
        kept = self.access.secrets.get(KEPT)
        try:
            found = orjson.loads(kept.reveal()) if kept else {}
            session = Session(str(found["did"]), Secret(found["access"]), Secret(found["refresh"]))
            fits = found["entered"] == _entered(self.access)
        except (ValueError, KeyError, TypeError):
            return None
        if not fits:
            return None
        return session if _ends(session.access) - EARLY_S > self.access.now.timestamp() else self._renewed(session)

    def _renewed(self, session: Session) -> Session:
        try:
            return self._keep(self._once("POST", "com.atproto.server.refreshSession", session.refresh, sending=False))
        except Said as said:
            if (
                said.answer.status == HTTPStatus.TOO_MANY_REQUESTS
                or said.answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
            ):
                raise self._meaning(said, sending=False, target=False) from None
        return self._opened()

    def _opened(self) -> Session:
        password = self.access.secrets.get("app_password") or Secret("")
        body = {"identifier": self.access.settings.get("handle", "").strip().lstrip("@"), "password": password.reveal()}
        try:
            return self._keep(self._once("POST", "com.atproto.server.createSession", None, sending=False, json=body))
        except Said as said:
            raise self._meaning(said, sending=False, target=False) from None

    def _keep(self, found: Any) -> Session:
        parts = found if isinstance(found, dict) else {}
        did, access, refresh = (parts.get(name) for name in ("did", "accessJwt", "refreshJwt"))
        if not (isinstance(did, str) and isinstance(access, str) and isinstance(refresh, str) and did):
            raise Unreachable("the answer is no session")
        kept = {"did": did, "access": access, "refresh": refresh, "entered": _entered(self.access)}
        self.access.keep({KEPT: orjson.dumps(kept).decode()})
        return Session(did, Secret(access), Secret(refresh))


def wait_of(answer: Answer, access: Access) -> float | None:
    """Seconds until the server takes calls again: Retry-After, else RateLimit-Reset (a time since the epoch)."""
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("ratelimit-reset", "")
    if after.isascii() and after.isdigit():
        return min(max(float(after), 1.0), LONGEST_WAIT_S)
    if reset.isascii() and reset.isdigit():
        return min(max(float(reset) - access.now.timestamp(), 1.0), LONGEST_WAIT_S)
    return None


def _entered(access: Access) -> list[str]:
    return [access.settings.get(name, "").strip() for name in ("base_url", "handle")]


def _name(answer: Answer) -> str:
    try:
        found = answer.json()
    except ValueError:
        return ""
    return str(found.get("error") or "") if isinstance(found, dict) else ""


def _ends(token: Secret) -> float:
    """When a token ends, as it says itself (only to renew it in time; nothing is trusted because of it)."""
    try:
        part = token.reveal().split(".")[1]
        return float(orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["exp"])
    except (IndexError, ValueError, KeyError, TypeError):
        return float("inf")
