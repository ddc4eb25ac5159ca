"""The one door to the outside: time-outs, size limits, guarded addresses, no secrets in errors.

Every request that the house makes goes through ``Http``. An address that outside text chose (a picture, a link) is
fetched with ``trusted=False``: then only public addresses are reached, and each redirect is checked again. A redirect
to another origin is such an address too, whoever sent it, and nothing that the caller gave goes along.
"""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore2
import httpx2
import orjson

from resonanz.kit.errors import ResonanzError
from resonanz.kit.secrets import redact

TIMEOUT_S = 20.0
CONNECT_TIMEOUT_S = 5.0
MOST_BYTES = 20 * 1024 * 1024
MOST_REDIRECTS = 3
AGENT = "Resonanz/0.1 (+https://github.com/resonanz)"


class HttpFailed(ResonanzError):
    """The other side was not reached, or its answer cannot be used."""

    code = "http_failed"
    status = 502
    said = "The other side could not be reached: {why}"


class Unreached(HttpFailed):
    """No byte of the request can have been acted on (no connection, name not found): repeating is safe."""

    code = "unreached"


class OutcomeUnknown(HttpFailed):
    """The request left, the answer did not come: it may have been acted on. Never repeat blindly."""

    code = "outcome_unknown"


class TooLarge(HttpFailed):
    """The answer is larger than the limit of this call."""

    code = "too_large"


class AddressRefused(HttpFailed):
    """The address is not one we call: wrong scheme, a private network, or a redirect to one."""

    code = "address_refused"


class Downgraded(AddressRefused):
    """A redirect led from https to http, where everybody on the way could read along."""

    code = "downgraded"


@dataclass(frozen=True, slots=True)
class Answer:
    """A complete answer: status, headers (lower-case names), body (bytes), and the address that gave it."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 - HTTP's own numbers

    def json(self) -> Any:
        """The body as JSON; raises ``ValueError`` where it is none."""
        return orjson.loads(self.body)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


@dataclass(slots=True)
class Http:
    """A caller with limits. ``secrets`` are blanked out of every error sentence.

    ``private_hosts``: names of hosts on private networks that the operator allowed (``host`` or ``host:port``).
    """

    timeout_s: float = TIMEOUT_S
    most_bytes: int = MOST_BYTES
    private_hosts: frozenset[str] = frozenset()
    secrets: tuple[str, ...] = field(default=(), repr=False)
    _client: httpx2.Client | None = field(default=None, repr=False)
    _public: httpx2.Client | None = field(default=None, repr=False)

    def call(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str | int] | list[tuple[str, str]] | None = None,
        json: object = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        content: bytes | None = None,
        trusted: bool = True,
    ) -> Answer:
        """Make one request and read its whole answer. GET follows up to three redirects; nothing else does.

        Raises ``Unreached``, ``OutcomeUnknown``, ``TooLarge``, ``AddressRefused``. An HTTP error status is an
        ``Answer`` like any other.
        """
        for _ in range(MOST_REDIRECTS + 1):
            session = self._guarded(url, trusted=trusted)
            answer = self._once(
                session, method, url, headers=headers, params=params, json=json, form=form, files=files, content=content
            )
            target = answer.headers.get("location")
            if method != "GET" or answer.status not in {301, 302, 303, 307, 308} or not target:
                return answer
            following, still = onward(url, target, trusted=trusted)
            if _origin(following) != _origin(url):
                headers = json = form = files = content = None
            url, trusted, params = following, still, None
        raise AddressRefused(why="too many redirects")

    def close(self) -> None:
        for client in (self._client, self._public):
            if client is not None:
                client.close()
        self._client = self._public = None

    def _once(self, session: httpx2.Client, method: str, url: str, **parts: Any) -> Answer:
        body = {"data": parts["form"]} if parts["content"] is None else {"content": parts["content"]}
        if parts["json"] is not None:
            body = {"content": orjson.dumps(parts["json"])}
        headers = {"user-agent": AGENT, **(parts["headers"] or {})}
        if parts["json"] is not None:
            headers["content-type"] = "application/json"
        try:
            with session.stream(
                method, url, headers=headers, params=parts["params"], files=parts["files"], **body
            ) as response:
                return self._read(response)
        except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout) as error:
            raise Unreached(why=self._why(error)) from None
        except (httpx2.InvalidURL, httpx2.UnsupportedProtocol) as error:
            raise AddressRefused(why=self._why(error)) from None
        except httpx2.HTTPError as error:
            raise OutcomeUnknown(why=self._why(error)) from None

    def _read(self, response: httpx2.Response) -> Answer:
        chunks, size = [], 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > self.most_bytes:
                raise TooLarge(why=f"more than {self.most_bytes} bytes")
            chunks.append(chunk)
        headers = {name.lower(): value for name, value in response.headers.items()}
        return Answer(response.status_code, headers, b"".join(chunks), str(response.url))

    def _guarded(self, url: str, *, trusted: bool) -> httpx2.Client:
        """The session that may fetch this address: for addresses that outside text chose, one that connects to public
        addresses alone.
        """
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise AddressRefused(why=f"not a web address: {redact(url, *self.secrets)}")
        if trusted or {parts.hostname, parts.netloc} & self.private_hosts:
            self._client = self._client or self._session()
            return self._client
        _public_address(parts.hostname, parts.port or 443)
        self._public = self._public or self._session(PublicOnly())
        return self._public

    def _session(self, network: httpcore2.NetworkBackend | None = None) -> httpx2.Client:
        timeout = httpx2.Timeout(self.timeout_s, connect=min(CONNECT_TIMEOUT_S, self.timeout_s))
        transport = httpx2.HTTPTransport(trust_env=False)
        if network is not None:
            transport._pool._network_backend = network  # noqa: SLF001 - it has no door for this
        return httpx2.Client(timeout=timeout, follow_redirects=False, trust_env=False, transport=transport)

    def _why(self, error: Exception) -> str:
        return redact(f"{type(error).__name__}: {error}", *self.secrets)


class PublicOnly(httpcore2.SyncBackend):
    """Connects to the very address that was looked at, so that a name cannot mean another one a moment later."""

    def connect_tcp(self, host: str, port: int, *args: Any, **parts: Any) -> httpcore2.NetworkStream:
        return super().connect_tcp(_public_address(host, port), port, *args, **parts)


def onward(url: str, target: str, *, trusted: bool) -> tuple[str, bool]:
    """Where a redirect from ``url`` leads, and whether that place is still trusted: at the same origin alone. Raises
    ``Downgraded`` for a way from https to http.
    """
    try:
        following = urljoin(url, target)
        origin, other = _origin(url), _origin(following)
    except ValueError:  # no host or no port that could be one
        raise AddressRefused(why="it sent us on to what is no web address") from None
    if origin[0] == "https" and other[0] == "http":
        raise Downgraded(why="it sent us on from https to http")
    return following, trusted and origin == other


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def _public_address(host: str, port: int) -> str:
    addresses = _addresses(host, port)
    if not addresses or any(not address.is_global for address in addresses):
        raise AddressRefused(why=f"{host} lies in a private network")
    return str(addresses[0])


def _addresses(host: str, port: int) -> list[ipaddress.IPv4Address | ipaddress.IPv6Address]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unreached(why=f"{host}: {error}") from None
    return [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
