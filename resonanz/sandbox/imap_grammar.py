"""IMAP's words: commands with quoted strings and literals taken apart, sets of numbers, dates, answers put together."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

LITERAL = re.compile(rb"\{(\d{1,9})(\+?)\}\r?\n$")
LINE_MOST = 65536
LITERAL_MOST = 25 * 1024 * 1024
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TOKEN = re.compile(r'\x00(\d+)\x00|"((?:[^"\\]|\\.)*)"|([()])|([^\s()"]*\[[^\]]*\](?:<[\d.]*>)?|[^\s()"]+)')

Tokens = list[object]


class BadCommand(ValueError):
    """Not what IMAP understands; the sentence goes back with BAD, under the tag where one was read."""

    def __init__(self, said: str, tag: str = "*") -> None:
        self.tag = tag
        super().__init__(said)


@dataclass(frozen=True, slots=True)
class Command:
    """``name`` in capitals (``UID FETCH`` is one name); ``parts`` are texts, bytes (literals) and lists of them."""

    tag: str
    name: str
    parts: Tokens

    def text(self, index: int) -> str:
        """The part as text. Raises BadCommand where it is missing."""
        if index >= len(self.parts):
            raise BadCommand("something is missing")
        return as_text(self.parts[index])


def read_command(read_line: Callable[[int], bytes], read: Callable[[int], bytes], go_on: Callable[[], None]) -> Command:
    """The next command. Raises EOFError where the line is cut, BadCommand where it makes no sense."""
    whole = b""
    literals: list[bytes] = []
    while True:
        line = read_line(LINE_MOST)
        if not line.endswith(b"\n"):
            raise EOFError
        found = LITERAL.search(line)
        if not found:
            whole += line
            break
        size = int(found.group(1))
        if size > LITERAL_MOST:
            raise EOFError
        if not found.group(2):
            go_on()
        whole += line[: found.start()] + b"\x00%d\x00" % len(literals)
        literals.append(read(size))
    return _command(whole.decode("utf-8", "replace").strip(), literals)


def as_text(part: object) -> str:
    if isinstance(part, bytes):
        return part.decode("utf-8", "replace")
    if isinstance(part, str):
        return part
    raise BadCommand("a list is not expected here")


def members(text: str, known: Collection[int]) -> list[int]:
    """Those of ``known`` (in order) that a set like ``1,4:*`` names. ``*`` is the largest known."""
    largest = max(known, default=0)
    chosen: list[tuple[int, int]] = []
    for piece in text.split(","):
        if not re.fullmatch(r"(\d{1,10}|\*)(:(\d{1,10}|\*))?", piece):
            raise BadCommand("no set of numbers")
        ends = [largest if one == "*" else int(one) for one in piece.split(":")]
        chosen.append((min(ends), max(ends)))
    return [one for one in known if any(low <= one <= high for low, high in chosen)]


def day(text: str) -> date:
    """``23-Nov-2026``."""
    found = re.fullmatch(r"(\d{1,2})-([A-Za-z]{3})-(\d{4})", text)
    if not found or found.group(2).title() not in MONTHS:
        raise BadCommand("no date")
    try:
        return date(int(found.group(3)), MONTHS.index(found.group(2).title()) + 1, int(found.group(1)))
    except ValueError:
        raise BadCommand("no date") from None


def moment(text: str) -> datetime | None:
    """IMAP's date and time, as APPEND may carry it; None where the text is none."""
    try:
        return datetime.strptime(text.strip(), "%d-%b-%Y %H:%M:%S %z").astimezone(UTC)
    except ValueError:
        return None


def stamped(at: datetime) -> str:
    return f'"{at.day:02d}-{MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S} +0000"'


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _command(text: str, literals: list[bytes]) -> Command:
    try:
        tokens = _nested(text, literals)
    except BadCommand as error:
        raise BadCommand(str(error), text.split(" ", 1)[0]) from None
    if len(tokens) < 2:  # noqa: PLR2004 - a tag and a name
        raise BadCommand("no command")
    tag, name, parts = as_text(tokens[0]), as_text(tokens[1]).upper(), tokens[2:]
    if name == "UID" and parts:
        name, parts = f"UID {as_text(parts[0]).upper()}", parts[1:]
    return Command(tag, name, parts)


def _nested(text: str, literals: list[bytes]) -> Tokens:
    stack: list[Tokens] = [[]]
    for literal, quote, bracket, atom in _TOKEN.findall(text):
        if literal:
            stack[-1].append(literals[int(literal)] if int(literal) < len(literals) else b"")
        elif bracket == "(":
            stack.append([])
        elif bracket == ")":
            if len(stack) == 1:
                raise BadCommand("a bracket too many")
            closed = stack.pop()
            stack[-1].append(closed)
        else:
            stack[-1].append(atom or re.sub(r"\\(.)", r"\1", quote))
    if len(stack) > 1:
        raise BadCommand("a bracket is open")
    return stack[0]
