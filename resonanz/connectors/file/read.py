"""Read a file of any size line by line: encoding, delimiter and columns are found, each line is good or bad by itself.

Memory stays constant: threads of files that only say what answers what are worked out in a temporary database on disk.
"""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import orjson

from resonanz.connectors.contract import Arrival, NotOurs
from resonanz.connectors.file.columns import NotUsable, known, normal
from resonanz.connectors.file.threads import Threads
from resonanz.kit.text import fingerprint

MOST_LINE = 4_000_000
SAMPLE = 256 * 1024
RAW_KEPT = 4_000
CHUNK = 1024 * 1024
DELIMITERS = ";,\t|"


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that could not be used: where it begins (the first line is 1), why, and its beginning as it came."""

    number: int
    why: str
    raw: str


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    values: Mapping[str, object]
    raw: str


@dataclass(frozen=True, slots=True)
class _Layout:
    encoding: str
    lines: bool  # JSON Lines, else CSV


def read(source: Path | BinaryIO, name: str) -> Iterator[Arrival | BadLine]:
    """An arrival for each good line, a BadLine for each other. Raises NotOurs where the file as a whole is none of ours
    (a workbook, a picture, no column for the text).
    """
    with ExitStack() as open_things:
        stream = open_things.enter_context(_seekable(source))
        layout = _layout(stream, name)
        threads = open_things.enter_context(Threads())
        if _needs_threads(stream, layout):
            threads.learn(row.values for row in _rows(stream, layout) if isinstance(row, _Row))
        for row in _rows(stream, layout):
            yield row if isinstance(row, BadLine) else _arrival(row, threads)


def count_lines(source: Path) -> int:
    """How many lines ``read`` will give, for a progress bar: line ends outside quotes, without the header."""
    with source.open("rb") as stream:
        lines = _layout(stream, source.name).lines
        stream.seek(0)
        count, outside, last = 0, True, b"\n"
        while chunk := stream.read(CHUNK):
            for at, piece in enumerate(chunk.split(b'"') if not lines else [chunk]):
                outside = outside if at == 0 or lines else not outside
                count += piece.count(b"\n") if outside else 0
            last = chunk[-1:]
    count += last != b"\n"
    return max(0, count if lines else count - 1)


def _seekable(source: Path | BinaryIO) -> BinaryIO:
    if isinstance(source, Path):
        return source.open("rb")
    held = tempfile.TemporaryFile()  # noqa: SIM115 - closed by the caller's stack
    shutil.copyfileobj(source, held, CHUNK)
    return held


def _layout(stream: BinaryIO, name: str) -> _Layout:
    stream.seek(0)
    start = stream.read(SAMPLE)
    if start.startswith(b"PK\x03\x04"):
        raise NotOurs("this is an Excel workbook or an archive: save the sheet as CSV")
    encoding = _encoding(start)
    text = start.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if not text or "\x00" in text:
        raise NotOurs("this is not a text file" if text else "the file is empty")
    if text.startswith("["):
        raise NotOurs("this is one JSON list: write one object on each line (JSON Lines)")
    return _Layout(encoding, text.startswith("{") or name.lower().endswith((".jsonl", ".ndjson")))


def _encoding(start: bytes) -> str:
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        start.decode("utf-8")
    except UnicodeDecodeError as error:
        cut_at_the_end = len(start) == SAMPLE and error.start > SAMPLE - 4
        return "utf-8-sig" if cut_at_the_end else "cp1252"
    return "utf-8-sig"


def _rows(stream: BinaryIO, layout: _Layout) -> Iterator[_Row | BadLine]:
    stream.seek(0)
    errors = "surrogateescape" if layout.encoding.startswith("utf-8") else "replace"
    text = io.TextIOWrapper(stream, encoding=layout.encoding, errors=errors, newline="")
    try:
        yield from _json_rows(text) if layout.lines else _csv_rows(text)
    finally:
        text.detach()


def _json_rows(text: io.TextIOWrapper) -> Iterator[_Row | BadLine]:
    places: dict[str, str] = {}
    for number, line in _numbered(text):
        if not line.strip():
            continue
        try:
            found = orjson.loads(_mended(line))
        except ValueError:
            yield BadLine(number, "not JSON", line[:RAW_KEPT])
            continue
        if not isinstance(found, dict):
            yield BadLine(number, "not a JSON object", line[:RAW_KEPT])
            continue
        if not places.keys() >= found.keys():
            names = list(found)
            places |= {names[at]: ours for at, ours in known(names).items()}
            places = dict.fromkeys(names, "") | places
        values = {ours: found[name] for name, ours in places.items() if ours and name in found}
        yield _Row(number, values, line[:RAW_KEPT])


def _numbered(text: io.TextIOWrapper) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; of an endless line only the beginning, its rest is passed over."""
    number = 0
    while line := text.readline(MOST_LINE):
        number += 1
        yield number, line
        while line and not line.endswith(("\n", "\r")):
            line = text.readline(MOST_LINE)


def _csv_rows(text: io.TextIOWrapper) -> Iterator[_Row | BadLine]:
    first = text.readline(MOST_LINE)
    skipped = 1
    if first.lower().startswith("sep="):  # what Excel writes for itself
        first, skipped = text.readline(MOST_LINE), 2
    delimiter = max(DELIMITERS, key=first.count)
    columns = known(next(csv.reader([first], delimiter=delimiter), []))
    if "text" not in columns.values():
        raise NotOurs(f"there is no column for the text, the first line is: {first.strip()[:200]!r}")
    lines = iter(lambda: text.readline(MOST_LINE), "")
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        number = skipped + reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadLine(number, f"not CSV: {error}", "")
            continue
        if any(cell.strip() for cell in cells):
            values = {ours: _mended(cells[at]) for at, ours in columns.items() if at < len(cells)}
            yield _Row(number, values, delimiter.join(cells)[:RAW_KEPT])


def _mended(text: str) -> str:
    """A line in another encoding than its file (a paste from Windows) is read as what it is."""
    if text.isascii() or not any("\udc80" <= letter <= "\udcff" for letter in text):
        return text
    return text.encode("utf-8", "surrogateescape").decode("cp1252", "replace")


def _needs_threads(stream: BinaryIO, layout: _Layout) -> bool:
    """A file that says what answers what, but not to which thread or person."""
    first = next((row for row in _rows(stream, layout) if isinstance(row, _Row)), None)
    return first is not None and "parent" in first.values


def _arrival(row: _Row, threads: Threads) -> Arrival | BadLine:
    try:
        found = normal(row.values)
    except NotUsable as error:
        return BadLine(row.number, str(error), row.raw.encode("utf-8", "replace").decode())
    except (ValueError, OverflowError) as error:
        return BadLine(row.number, f"a value cannot be used: {error}", row.raw.encode("utf-8", "replace").decode())
    found = threads.placed(found)
    body = orjson.dumps(found, option=orjson.OPT_SORT_KEYS)
    return Arrival(f"{found['id'][:150]}#{fingerprint(body.decode())[:12]}", body)
