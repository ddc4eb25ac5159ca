"""Mail headers as they really come: raw bytes, broken encoded words, unknown charsets. Pure; never raises."""

import binascii
import codecs
import quopri
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from resonanz.kit.text import clean, one_line

MOST_HEADER = 20_000

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t\r\n]+(=\?)")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,900}>")
_ADDRESS = re.compile(r"[^\s@<>,;:\"\\()\[\]]{1,64}@[^\s@<>,;:\"\\()\[\]]{1,253}")
_NOT_TEXT = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "utf-7", "undefined", "mbcs", "oem"})
_SINGLE_BYTE = frozenset({"iso8859-1", "iso8859-15", "cp1252", "ascii", "iso8859-2"})
_PREFIX = re.compile(
    r"^\s*(?:(?:re|aw|antw|antwort|wg|fwd?|sv|vs|rv|tr|rif|ref)(?:\s?\[\d+\])?\s*[::]\s*)+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Place:
    """One address with the name before it."""

    name: str
    address: str


def header(mail: Message, name: str) -> str:
    """The first header of this name as text on one line, "" where there is none."""
    return decoded(raw(mail, name))


def raw(mail: Message, name: str) -> str:
    """The first header of this name, unfolded, undecoded, as a string without surrogates."""
    for key, value in mail.raw_items():
        if key.lower() == name.lower():
            return _readable(str(value)[:MOST_HEADER])
    return ""


def every(mail: Message, name: str) -> list[str]:
    """All headers of this name, undecoded."""
    return [_readable(str(value)[:MOST_HEADER]) for key, value in mail.raw_items() if key.lower() == name.lower()]


def decoded(value: str) -> str:
    """Encoded words put together (also where a letter was cut between two of them), on one line."""
    joined = _BETWEEN.sub(r"\1\2", value)
    parts: list[tuple[str, bytes]] = []
    at = 0
    for word in _WORD.finditer(joined):
        parts.append(("", joined[at : word.start()].encode()))
        parts.append((word[1].split("*")[0].lower(), _unpacked(word[2], word[3])))
        at = word.end()
    parts.append(("", joined[at:].encode()))
    return one_line(clean(_merged(parts)), 1000)


def places(mail: Message, name: str) -> list[Place]:
    """The addresses of a header; what is not an address is left out."""
    try:
        found = getaddresses([value for value in every(mail, name) if value])
    except RecursionError:  # thousands of brackets inside each other
        return []
    return [Place(decoded(title), address) for title, address in found if _ADDRESS.fullmatch(address)]


def is_address(text: str) -> bool:
    return text.isprintable() and _ADDRESS.fullmatch(text) is not None


def message_ids(*values: str) -> tuple[str, ...]:
    """The Message-IDs in these headers, in order, each once."""
    return tuple(dict.fromkeys(one for value in values for one in _MESSAGE_ID.findall(value)))


def time_of(value: str) -> datetime | None:
    """A Date header, aware, in UTC; None where it is none."""
    try:
        at = parsedate_to_datetime(value)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def bare_subject(subject: str) -> str:
    """Without Re:, AW:, WG:, Fwd: and their kin, however often they stand there."""
    return _PREFIX.sub("", subject).strip()


def text_of(content: bytes, charset: str) -> str:
    """Bytes as text. A wrong or unknown charset is corrected: UTF-8 where it fits, else Windows-1252."""
    name = _codec(charset)
    tries = [name] if name else []
    if name in _SINGLE_BYTE or not name:
        tries = ["utf-8", "cp1252" if name in {"iso8859-1", "ascii", ""} else name]
    for one in tries:
        try:
            return content.decode(one)
        except (UnicodeDecodeError, ValueError):
            continue
    return (
        content.decode(name or "utf-8", "replace") if name not in _SINGLE_BYTE else content.decode("cp1252", "replace")
    )


def _codec(charset: str) -> str:
    try:
        found = codecs.lookup(charset.strip().strip("\"'"))
    except (LookupError, ValueError, TypeError):
        return ""
    return "" if found.name in _NOT_TEXT or not found._is_text_encoding else found.name  # noqa: SLF001 - no public way


def _readable(value: str) -> str:
    if not value.isascii():
        value = text_of(value.encode("utf-8", "surrogateescape"), "")
    return re.sub(r"[\r\n]+[ \t]*", " ", value).strip()


def _unpacked(kind: str, packed: str) -> bytes:
    if kind in "qQ":
        return quopri.decodestring(packed.replace("_", " ").encode(), header=False)
    bare = re.sub(r"[^A-Za-z0-9+/]", "", packed)
    try:
        return binascii.a2b_base64(bare + "=" * (-len(bare) % 4))
    except binascii.Error:
        return packed.encode()


def _merged(parts: list[tuple[str, bytes]]) -> str:
    """Neighbours in one charset are decoded together."""
    text, held, charset = [], b"", ""
    for name, content in parts:
        if not content:
            continue
        if name != charset:
            text.append(text_of(held, charset or "utf-8"))
            held, charset = b"", name
        held += content
    return "".join([*text, text_of(held, charset or "utf-8")])
