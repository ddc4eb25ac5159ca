"""The body of a mail: one text, one safe HTML, the files. Pure; bounded in depth, number and size; never raises."""

import re
from dataclasses import dataclass, field
from email.message import Message

import nh3

from resonanz.connectors.contract import Attachment
from resonanz.connectors.email.headers import decoded, header, text_of
from resonanz.connectors.markup import plain
from resonanz.connectors.soup import shallow
from resonanz.kit.text import clean, one_line

MOST_PARTS = 200
MOST_DEPTH = 20
MOST_TEXT = 1_000_000
MOST_HTML = 1_000_000
MOST_FILE = 25 * 1024 * 1024
MOST_FILES = 60 * 1024 * 1024

_BAD_NAME = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|]+")
_SUMMARY = re.compile(r"^(SUMMARY|DTSTART|LOCATION)(?:;[^:\n]*)?:(.*)$", re.MULTILINE)
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/html": ".html",
    "text/plain": ".txt",
    "message/delivery-status": ".txt",
}


@dataclass(slots=True)
class Body:
    """What a mail says. ``html`` is safe to show; ``text`` is always there where anything is."""

    texts: list[str] = field(default_factory=list)
    htmls: list[str] = field(default_factory=list)
    invites: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    parts: int = 0
    bytes_kept: int = 0

    @property
    def text(self) -> str:
        found = "\n\n".join(one for one in self.texts if one.strip())
        if not found.strip():
            found = "\n\n".join(plain(one) for one in self.htmls)
        return (found if found.strip() else "\n".join(self.invites))[:MOST_TEXT].strip()

    @property
    def html(self) -> str:
        return safe("\n".join(self.htmls)) if self.htmls else ""


def body(mail: Message) -> Body:
    """Walk all parts once."""
    found = Body()
    _walk(mail, found, 0)
    return found


def safe(html: str) -> str:
    """HTML without scripts, forms, styles and remote pictures; links open without a trace of us."""
    return nh3.clean(
        shallow(html[:MOST_HTML]),
        tags=nh3.ALLOWED_TAGS - {"img", "map", "area", "video", "audio"},
        clean_content_tags={"script", "style", "template", "title", "noscript", "object", "svg"},
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel="noopener noreferrer nofollow",
    ).strip()


def file_name(name: str, media_type: str) -> str:
    """A name that is safe to show and to save: no path, no control characters, at most 120 characters."""
    cleaned = one_line(_BAD_NAME.sub("_", clean(name)), 400).strip(". _")
    stem, dot, ending = cleaned.rpartition(".")
    short = f"{stem[:110]}.{ending[:9]}" if dot and stem else cleaned[:120]
    return short or "file" + _EXTENSIONS.get(media_type, "")


def unflowed(text: str, *, delsp: bool) -> str:
    """RFC 3676: soft line ends are undone, quotation depth kept."""
    lines: list[str] = []
    depth_before, open_line = 0, False
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth, rest = len(line) - len(rest), rest.removeprefix(" ")
        soft = rest.endswith(" ") and rest != "-- "
        if open_line and depth == depth_before and rest != "-- ":
            lines[-1] += rest
        else:
            lines.append((">" * depth + " " if depth else "") + rest)
        if soft and delsp:
            lines[-1] = lines[-1][:-1]
        depth_before, open_line = depth, soft
    return "\n".join(lines)


def _walk(part: Message, found: Body, depth: int) -> None:
    found.parts += 1
    if found.parts > MOST_PARTS or depth > MOST_DEPTH:
        return
    kind = part.get_content_type()
    if kind == "message/rfc822" or (kind.startswith("message/") and depth):
        _keep_message(part, found, kind)
    elif part.is_multipart():
        _walk_parts(part, found, kind, depth)
    elif _is_file(part, kind):
        _keep_file(part, found, kind)
    else:
        _keep_text(part, found, kind)


def _walk_parts(part: Message, found: Body, kind: str, depth: int) -> None:
    inner = _children(part)
    if kind == "multipart/signed":
        inner = inner[:1]
    if kind != "multipart/alternative":
        for one in inner:
            _walk(one, found, depth + 1)
        return
    before = len(found.texts)
    for one in inner:
        _walk(one, found, depth + 1)
    if any(text.strip() for text in found.texts[before:]) and len(found.texts) - before > 1:
        del found.texts[before + 1 :]


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []


def _is_file(part: Message, kind: str) -> bool:
    named = bool(_said_name(part))
    attached = header(part, "content-disposition").lower().startswith("attachment")
    return attached or named or kind not in {"text/plain", "text/html", "text/calendar", "text/enriched"}


def _keep_text(part: Message, found: Body, kind: str) -> None:
    text = clean(_text(part))[: MOST_TEXT * 2]
    if kind == "text/html":
        found.htmls.append(text)
    elif kind == "text/calendar":
        found.invites.extend(f"{name}: {value}".strip() for name, value in _SUMMARY.findall(text)[:6])
        _keep_file(part, found, kind)
    else:
        flowed = str(part.get_param("format", "")).lower() == "flowed"
        delsp = str(part.get_param("delsp", "")).lower() == "yes"
        found.texts.append(unflowed(text, delsp=delsp) if flowed else text)


def _text(part: Message) -> str:
    return text_of(_content(part), str(part.get_param("charset", "utf-8")))


def _content(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError):
        payload = None
    if isinstance(payload, bytes):
        return payload
    bare = part.get_payload()
    return bare.encode("utf-8", "surrogateescape") if isinstance(bare, str) else b""


def _said_name(part: Message) -> str:
    try:
        name = part.get_filename()
    except (ValueError, LookupError, TypeError, AttributeError):
        name = None
    return decoded(name) if isinstance(name, str) else ""


def _keep_file(part: Message, found: Body, kind: str) -> None:
    content = _content(part)
    inline = header(part, "content-id").strip("<> ")
    _keep(found, file_name(_said_name(part), kind), kind, content, inline)


def _keep_message(part: Message, found: Body, kind: str) -> None:
    inner = _children(part)
    subject = header(inner[0], "subject") if inner else ""
    try:
        content = b"\n".join(one.as_bytes() for one in inner) if inner else _content(part)
    except (ValueError, LookupError, RecursionError, AttributeError, TypeError, KeyError):
        content = b""
    said = _said_name(part) or (f"{subject}.eml" if subject else "")
    _keep(found, file_name(said, kind), kind, content, "")


def _keep(found: Body, name: str, kind: str, content: bytes, inline: str) -> None:
    """Too large a file keeps its name and size only; its bytes are still in the mailbox."""
    size = len(content)
    if size > MOST_FILE or found.bytes_kept + size > MOST_FILES:
        content = b""
    found.bytes_kept += len(content)
    found.files.append(Attachment(name, kind, content, size=size, inline_id=inline))
