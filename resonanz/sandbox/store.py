"""The sandbox's memory: one SQLite file (or none, for tests), one connection, one lock."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SCHEMA = """
CREATE TABLE IF NOT EXISTS person (
    id INTEGER PRIMARY KEY, platform TEXT NOT NULL, handle TEXT NOT NULL, name TEXT NOT NULL,
    token TEXT NOT NULL DEFAULT '', revoked INTEGER NOT NULL DEFAULT 0, ours INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL, UNIQUE (platform, handle));
CREATE TABLE IF NOT EXISTS entry (
    id INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, kind TEXT NOT NULL,
    author_id INTEGER NOT NULL REFERENCES person, to_id INTEGER REFERENCES person,
    parent_id INTEGER REFERENCES entry, answers_id INTEGER REFERENCES entry, root_id INTEGER REFERENCES entry,
    text TEXT NOT NULL, language TEXT NOT NULL DEFAULT '', visibility TEXT NOT NULL DEFAULT 'public',
    at TEXT NOT NULL, edited_at TEXT NOT NULL DEFAULT '', deleted_at TEXT NOT NULL DEFAULT '',
    hidden INTEGER NOT NULL DEFAULT 0, key TEXT NOT NULL DEFAULT '', version INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS entry_root ON entry (root_id);
CREATE INDEX IF NOT EXISTS entry_answers ON entry (answers_id);
CREATE INDEX IF NOT EXISTS entry_key ON entry (platform, author_id, key) WHERE key != '';
CREATE TABLE IF NOT EXISTS mention (
    entry_id INTEGER NOT NULL REFERENCES entry, person_id INTEGER NOT NULL REFERENCES person,
    PRIMARY KEY (entry_id, person_id));
CREATE TABLE IF NOT EXISTS liking (
    entry_id INTEGER NOT NULL REFERENCES entry, person_id INTEGER NOT NULL REFERENCES person,
    PRIMARY KEY (entry_id, person_id));
CREATE TABLE IF NOT EXISTS change (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, verb TEXT NOT NULL,
    entry_id INTEGER NOT NULL REFERENCES entry, at TEXT NOT NULL, body TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS notice (
    id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL REFERENCES person, kind TEXT NOT NULL,
    by_id INTEGER NOT NULL REFERENCES person, entry_id INTEGER NOT NULL REFERENCES entry, at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notice_person ON notice (person_id, id);
CREATE TABLE IF NOT EXISTS hook (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL UNIQUE, secret TEXT NOT NULL,
    sent INTEGER NOT NULL, tries INTEGER NOT NULL DEFAULT 0, due_at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS client (
    id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, redirect TEXT NOT NULL, scopes TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE, secret TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS token (token TEXT PRIMARY KEY, person_id INTEGER NOT NULL REFERENCES person, scopes TEXT);
CREATE TABLE IF NOT EXISTS media (
    id INTEGER PRIMARY KEY AUTOINCREMENT, person_id INTEGER NOT NULL REFERENCES person, entry_id INTEGER,
    name TEXT NOT NULL, type TEXT NOT NULL, content BLOB NOT NULL, words TEXT NOT NULL DEFAULT '');
CREATE TABLE IF NOT EXISTS mail (
    id INTEGER PRIMARY KEY AUTOINCREMENT, address TEXT NOT NULL, box TEXT NOT NULL, uid INTEGER NOT NULL,
    flags TEXT NOT NULL DEFAULT '', raw BLOB NOT NULL, at TEXT NOT NULL, UNIQUE (address, box, uid));
CREATE TABLE IF NOT EXISTS kept (name TEXT PRIMARY KEY, value TEXT NOT NULL);
"""


class Store:
    """Rows in, rows out. Every statement holds the lock; ``atomic`` keeps it over several."""

    def __init__(self, path: str = ":memory:") -> None:
        self.lock = threading.RLock()
        self._depth = 0
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.row_factory = sqlite3.Row
        try:
            if path != ":memory:":
                self._base.execute("PRAGMA journal_mode=WAL")
                self._base.execute("PRAGMA synchronous=NORMAL")
            self._base.executescript(SCHEMA)
        except sqlite3.Error:
            self._base.close()
            raise

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        with self.lock:
            return self._base.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        found = self.rows(sql, *values)
        return found[0] if found else None

    def run(self, sql: str, *values: object) -> int:
        """Write; gives the id of an inserted row."""
        with self.lock:
            return self._base.execute(sql, values).lastrowid or 0

    def one(self, sql: str, *values: object) -> int:
        """One whole number, 0 where there is none."""
        found = self.row(sql, *values)
        return int(found[0] or 0) if found else 0

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """All statements inside hold together; nested blocks belong to the outermost."""
        with self.lock:
            if self._depth == 0:
                self._base.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._base.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._base.execute("COMMIT")

    def keep(self, name: str, value: str) -> None:
        self.run("INSERT INTO kept VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value)

    def kept(self, name: str, default: str = "") -> str:
        found = self.row("SELECT value FROM kept WHERE name = ?", name)
        return str(found[0]) if found else default

    def close(self) -> None:
        with self.lock:
            self._base.close()
