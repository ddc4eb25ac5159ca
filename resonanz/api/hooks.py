"""Where platforms push: verify, keep the raw bytes, answer at once. Everything else happens later.

The same answer is given through two doors: as a Django view, and as a bare WSGI door in front of Django, which leaves
out sessions, languages and everything else that a platform does not need and is several times faster.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from resonanz.connectors.contract import Access, ChannelError
from resonanz.connectors.contract import Arrival as Raw
from resonanz.intake.collect import handshake, hook_access, verify_hook
from resonanz.intake.envelopes import take_hook, take_hook_on_one_line
from resonanz.kit import clock
from resonanz.kit.errors import ResonanzError
from resonanz.kit.secrets import redacted
from resonanz.model.models import Account

log = structlog.get_logger()
KNOWN_FOR = timedelta(seconds=5)
PREFIX = "/hooks/"
_KEPT_HEADERS = 40
_TELLING = frozenset({"content-type", "user-agent", "date"})  # the others say nothing about what came
_SAFE = (
    ("content-type", "text/plain"),
    ("content-security-policy", "default-src 'none'"),
    ("x-content-type-options", "nosniff"),
)
_REASONS = {
    200: "OK", 400: "Bad Request", 403: "Forbidden", 404: "Not Found", 405: "Method Not Allowed",
    411: "Length Required", 413: "Content Too Large", 503: "Service Unavailable",
}  # fmt: skip
Answer = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Line:
    """An account's hook as it was a few seconds ago at most."""

    account: Account
    access: Access
    until: datetime


_lines: dict[str, Line] = {}


def answer(
    method: str,
    key: str,
    query: Mapping[str, str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    keep: Callable[[Account, Raw], None] = take_hook,
) -> Answer:
    """404 for an unknown key, 403 for a wrong signature, 413 for a body over the limit; else 200, and it is kept."""
    line = _line(key)
    if line is None:
        return 404, b""
    if method == "GET":
        said = handshake(line.account, dict(query), line.access)
        return (200, said.encode()) if said is not None else (400, b"")
    if method != "POST":
        return 405, b""
    if len(body) > settings.CONFIG.hook_most_bytes:
        return 413, b""
    try:
        verify_hook(line.account, headers, body, line.access)
    except ChannelError:
        return 403, b""
    telling = {name: value for name, value in headers.items() if name in _TELLING or name.startswith("x-")}
    if len(telling) > _KEPT_HEADERS:
        telling = dict(list(telling.items())[:_KEPT_HEADERS])
    keep(line.account, Raw("", body, redacted(telling)))
    return 200, b""


@csrf_exempt
@require_http_methods(["GET", "POST"])
def hook(request: HttpRequest, key: str) -> HttpResponse:
    """One account's hook as a Django view."""
    try:
        body = request.body
    except RequestDataTooBig:
        return HttpResponse(status=413)
    headers = {name.lower(): value for name, value in request.headers.items()}
    query = {name: str(value) for name, value in request.GET.items()}
    status, said = answer(request.method or "", key, query, headers, body)
    return HttpResponse(said, status=status, content_type="text/plain")


def door(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
    """The same as a bare WSGI application. A database that cannot be reached is 503: the platform will try again."""
    length = str(environ.get("CONTENT_LENGTH") or "")
    size = int(length) if length.isdigit() else 0
    if environ["REQUEST_METHOD"] == "POST" and not length.isdigit():
        status, said = 411, b""
    elif size > settings.CONFIG.hook_most_bytes:
        status, said = 413, b""
    else:
        headers = {_header_name(name): value for name, value in environ.items() if name.startswith("HTTP_")}
        headers["content-type"] = str(environ.get("CONTENT_TYPE", ""))
        key = str(environ.get("PATH_INFO", "")).removeprefix(PREFIX).strip("/")
        asked = str(environ.get("QUERY_STRING") or "")
        query = dict(parse_qsl(asked)) if asked else {}
        try:
            status, said = answer(
                environ["REQUEST_METHOD"], key, query, headers, environ["wsgi.input"].read(size),
                keep=take_hook_on_one_line,
            )  # fmt: skip
        except (DatabaseError, ResonanzError) as error:
            log.warning("hook.failed", why=str(error))
            connection.close()
            status, said = 503, b""
    start(f"{status} {_REASONS[status]}", [*_SAFE, ("content-length", str(len(said)))])
    return [said]


@lru_cache(maxsize=500)
def _header_name(name: str) -> str:
    """HTTP_X_HUB_SIGNATURE -> x-hub-signature."""
    return name[5:].replace("_", "-").lower()


def _line(key: str) -> Line | None:
    now = clock.now()
    known = _lines.get(key)
    if known is not None and known.until > now:
        return known
    account = Account.objects.filter(hook_key=key).first()
    if account is None:
        _lines.pop(key, None)
        return None
    _lines[key] = Line(account, hook_access(account), now + KNOWN_FOR)
    return _lines[key]
