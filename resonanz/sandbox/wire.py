"""HTTP as the sandbox needs it: a request taken apart, an answer put together, a list of routes."""

import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlencode

MOST_BYTES = 25 * 1024 * 1024


class Halt(Exception):
    """Stop here and give this answer."""

    def __init__(self, answer: "Answer") -> None:
        self.answer = answer
        super().__init__(str(answer.status))


class Vanish(Exception):
    """Stop here and give no answer at all: the line is cut."""


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """One call. ``fields`` joins query, form and JSON body; a list field (``types[]``) keeps all its values."""

    method: str
    path: str
    base: str
    headers: Mapping[str, str]
    fields: Mapping[str, list[str]]
    uploads: Mapping[str, Upload] = field(default_factory=dict)
    remote: str = ""
    sent: Mapping[str, Any] = field(default_factory=dict)  # a JSON body as it is

    def get(self, name: str, default: str = "") -> str:
        values = self.fields.get(name)
        return values[-1] if values else default

    def every(self, name: str) -> list[str]:
        return [*self.fields.get(name, []), *self.fields.get(name + "[]", [])]

    def whole(self, name: str, default: int) -> int:
        text = self.get(name)
        return int(text) if re.fullmatch(r"\d{1,18}", text) else default

    def link(self, name: str, value: str, without: Collection[str]) -> str:
        """This address with one more field in its query and without others."""
        kept = [(field, one) for field, values in self.fields.items() if field not in without for one in values]
        return f"{self.base}{self.path}?{urlencode([*kept, (name, value)])}"


@dataclass(frozen=True, slots=True)
class Answer:
    status: int = 200
    body: bytes = b""
    headers: tuple[tuple[str, str], ...] = ()

    def with_headers(self, *more: tuple[str, str]) -> "Answer":
        return Answer(self.status, self.body, (*self.headers, *more))


Act = Callable[..., Answer]


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    path: str
    act: Act

    def fits(self, path: str) -> dict[str, str] | None:
        pattern = re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", self.path)
        found = re.fullmatch(pattern, path)
        return found.groupdict() if found else None


def pick(routes: Sequence[Route], request: Request) -> tuple[Act, dict[str, str]]:
    """The route for a request; raises Halt with 404 or 405."""
    seen = False
    for route in routes:
        parts = route.fits(request.path)
        if parts is not None and route.method == request.method:
            return route.act, parts
        seen = seen or parts is not None
    raise Halt(as_json({"error": "Method not allowed" if seen else "Record not found"}, 405 if seen else 404))


def as_json(value: object, status: int = 200, *headers: tuple[str, str]) -> Answer:
    body = json.dumps(value, ensure_ascii=False).encode()
    return Answer(status, body, (("Content-Type", "application/json; charset=utf-8"), *headers))


def as_page(html: str, status: int = 200) -> Answer:
    return Answer(status, html.encode(), (("Content-Type", "text/html; charset=utf-8"),))


def elsewhere(path: str) -> Answer:
    return Answer(303, b"", (("Location", path),))


def taken(environ: Mapping[str, Any]) -> Request:
    """The request in a WSGI environment; raises Halt where the body is no good."""
    headers = {name[5:].replace("_", "-").lower(): str(v) for name, v in environ.items() if name.startswith("HTTP_")}
    kind = str(environ.get("CONTENT_TYPE", ""))
    body = _body(environ)
    fields: dict[str, list[str]] = {}
    uploads: dict[str, Upload] = {}
    pairs = parse_qsl(str(environ.get("QUERY_STRING", "")), keep_blank_values=True)
    sent: Mapping[str, Any] = {}
    if kind.startswith("application/json"):
        sent = _object(body)
        pairs += _from_json(sent)
    elif kind.startswith("multipart/form-data"):
        more, uploads = _from_parts(kind, body)
        pairs += more
    elif body:
        pairs += parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    path = str(environ.get("PATH_INFO", "/")).encode("latin-1").decode("utf-8", "replace")
    path = path.rstrip("/") or "/"  # a slash at the end changes nothing, as on Mastodon itself
    host = headers.get("host") or f"{environ.get('SERVER_NAME')}:{environ.get('SERVER_PORT')}"
    base = f"{environ.get('wsgi.url_scheme', 'http')}://{host}"
    remote = str(environ.get("REMOTE_ADDR", ""))
    return Request(str(environ["REQUEST_METHOD"]), path, base, headers, fields, uploads, remote, sent)


def given(answer: Answer, start: Callable[..., Any]) -> Iterable[bytes]:
    """Hand an answer to the WSGI server."""
    reason = HTTPStatus(answer.status).phrase
    start(f"{answer.status} {reason}", [*answer.headers, ("Content-Length", str(len(answer.body)))])
    return [answer.body]


def _body(environ: Mapping[str, Any]) -> bytes:
    length = str(environ.get("CONTENT_LENGTH") or "0")
    if not length.isdecimal() or int(length) > MOST_BYTES:
        raise Halt(as_json({"error": "Payload too large"}, 413))
    return bytes(environ["wsgi.input"].read(int(length))) if int(length) else b""


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body or b"{}")
    except ValueError:
        raise Halt(as_json({"error": "Body is not JSON"}, 400)) from None
    if not isinstance(found, dict):
        raise Halt(as_json({"error": "Body is not an object"}, 400))
    return found


def _from_json(found: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for name, value in found.items():
        several = value if isinstance(value, list) else [value]
        pairs += [(name, one if isinstance(one, str) else json.dumps(one)) for one in several if one is not None]
    return pairs


def _from_parts(kind: str, body: bytes) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    whole = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body)
    pairs: list[tuple[str, str]] = []
    uploads: dict[str, Upload] = {}
    for part in whole.iter_parts() if whole.is_multipart() else ():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            continue
        if (filename := part.get_filename()) is not None:
            uploads[name] = Upload(filename, part.get_content_type(), content)
        else:
            pairs.append((name, content.decode("utf-8", "replace")))
    return pairs, uploads
