"""Which thread a line belongs to and whom an answer of ours was for, where the file only says what answers what."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType
from typing import Self

from resonanz.connectors.file.columns import normal

MOST_STEPS = 200  # up a chain; a circle ends there

_FIRST_MENTION = re.compile(r"^\s*@([\w.-]+)")


class Threads:
    """id -> (parent, author, direction) in a temporary database on disk that vanishes with the object."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("")
        self._base.execute("create table line (id text primary key, parent text, author text, direction text)")
        self._known = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._base.close()

    def learn(self, rows: Iterable[Mapping[str, object]]) -> None:
        """Take in what answers what. Lines that cannot be used are left out."""
        self._known = True
        self._base.executemany("insert or ignore into line values (?, ?, ?, ?)", _edges(rows))
        self._base.commit()

    def placed(self, line: dict[str, str]) -> dict[str, str]:
        """The line with its thread (the first line of the chain) and, for an answer of ours, the person."""
        if not self._known:
            return line
        chain = list(self._above(line))
        root = chain[-1][0] if chain else line["id"]
        added = {} if line.get("thread") else {"thread": root}
        if line["direction"] == "out" and not line.get("to"):
            added["to"] = next((author for _, author, way in chain if way == "in" and author), _mentioned(line["text"]))
        return line | {name: value for name, value in added.items() if value}

    def _above(self, line: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
        at, seen = line.get("parent", ""), {line["id"]}
        while at and at not in seen and len(seen) < MOST_STEPS:
            seen.add(at)
            parent, author, way = self._base.execute(
                "select parent, author, direction from line where id = ?", (at,)
            ).fetchone() or ("", "", "")
            yield at, author, way
            at = parent


def _edges(rows: Iterable[Mapping[str, object]]) -> Iterator[tuple[str, str, str, str]]:
    for row in rows:
        try:
            line = normal(row)
        except (ValueError, OverflowError):
            continue
        yield line["id"], line.get("parent", ""), line["author"], line["direction"]


def _mentioned(text: str) -> str:
    found = _FIRST_MENTION.match(text)
    return found[1] if found else ""
