"""The world behind all platforms: people, what they write, and what changed when."""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from resonanz.sandbox import seeds
from resonanz.sandbox.clock import Clock, moment, stamp
from resonanz.sandbox.faults import FaultPlan
from resonanz.sandbox.store import Store

Platform = Literal["square", "mastodon", "bluesky"]
MENTION = re.compile(r"(?<![\w/])@(\w[\w.-]*\w|\w)(?:@[\w.-]+\w)?")
KEY_LIVES = timedelta(hours=1)  # how long Mastodon remembers an Idempotency-Key


class Missing(LookupError):
    """No such person or entry, or it was deleted."""


@dataclass(frozen=True, slots=True)
class Person:
    """One account on one platform. ``ours`` marks the company's own."""

    id: int
    platform: str
    handle: str
    name: str
    token: str
    revoked: bool
    ours: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """A post, comment, direct message or status.

    ``parent``: under which entry it is shown. ``answers``: to which one it speaks. ``root``: the beginning of it all.
    ``version``: the sequence of its last change.
    """

    id: int
    platform: str
    kind: str
    author: int
    to: int | None
    parent: int | None
    answers: int | None
    root: int | None
    text: str
    language: str
    visibility: str
    at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None
    hidden: bool
    key: str
    version: int


class World:
    """People and entries with their changes, a clock and a fault plan. Safe to use from many threads."""

    def __init__(self, path: str = ":memory:") -> None:
        self.store = Store(path)
        self.clock = Clock()
        self.faults = FaultPlan()
        self.quota = 300  # calls in five minutes, as Mastodon has it
        self._seed()

    # people

    def person(self, id: int) -> Person:  # noqa: A002 - the word of the table
        return _person(self.store.row("SELECT * FROM person WHERE id = ?", id))

    def by_handle(self, platform: str, handle: str) -> Person:
        return _person(self.store.row("SELECT * FROM person WHERE platform = ? AND handle = ?", platform, handle))

    def by_token(self, platform: str, token: str) -> Person | None:
        """Who speaks with this token; None where it is unknown or revoked."""
        sql = """SELECT * FROM person WHERE platform = ? AND NOT revoked AND ? != ''
                 AND (token = ? OR id = (SELECT person_id FROM token WHERE token = ?))"""
        found = self.store.row(sql, platform, token, token, token)
        return _person(found) if found else None

    def join(self, platform: str, name: str, handle: str = "", *, token: str = "", ours: bool = False) -> Person:
        """The person with this handle (made from the name where none is given), created where new."""
        handle = handle or slug(name)
        self.store.run(
            "INSERT OR IGNORE INTO person (platform, handle, name, token, ours, at) VALUES (?, ?, ?, ?, ?, ?)",
            platform, handle, name, token, int(ours), stamp(self.clock.now()),
        )  # fmt: skip
        return self.by_handle(platform, handle)

    def us(self, platform: str) -> Person:
        return _person(self.store.row("SELECT * FROM person WHERE platform = ? AND ours ORDER BY id", platform))

    def revoke(self, platform: str, *, revoked: bool = True) -> None:
        """Take back (or give again) the company's token."""
        self.store.run("UPDATE person SET revoked = ? WHERE platform = ? AND ours", int(revoked), platform)

    # entries

    def entry(self, id: int, *, gone: bool = False) -> Entry:  # noqa: A002 - the word of the table
        """One entry; a deleted one only with ``gone``. Raises Missing."""
        found = _entry(self.store.row("SELECT * FROM entry WHERE id = ?", id))
        if found.deleted_at and not gone:
            raise Missing(id)
        return found

    def entries(self, where: str, *values: object) -> list[Entry]:
        """Entries that are still there, oldest first. ``where`` is a condition on the table's columns."""
        sql = f"SELECT * FROM entry WHERE deleted_at = '' AND {where}"  # noqa: S608 - conditions are written here in the sandbox only
        return [_entry(row) for row in self.store.rows(sql, *values)]

    def write(
        self,
        author: Person,
        text: str,
        *,
        kind: str,
        parent: Entry | None = None,
        answers: Entry | None = None,
        to: Person | None = None,
        language: str = "",
        visibility: str = "public",
        key: str = "",
        at: datetime | None = None,
    ) -> Entry:
        """Store an entry, its mentions, its change and its notices. The same author and key give the same entry."""
        now = at or self.clock.now()
        with self.store.atomic():
            if key and (known := self._keyed(author, key, now)):
                return known
            root = parent.root or parent.id if parent else None
            fresh = self.store.run(
                """INSERT INTO entry (platform, kind, author_id, to_id, parent_id, answers_id, root_id, text, language,
                   visibility, at, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""",
                author.platform, kind, author.id, to.id if to else None, parent.id if parent else None,
                answers.id if answers else None, root, text, language, visibility, stamp(now), key,
            )  # fmt: skip
            self._mention(fresh, author, text)
            self._change(fresh, author.platform, "add", now)
            self._notify(fresh, author, now)
        return self.entry(fresh)

    def edit(self, entry: Entry, text: str) -> Entry:
        now = self.clock.now()
        with self.store.atomic():
            self.store.run("UPDATE entry SET text = ?, edited_at = ? WHERE id = ?", text, stamp(now), entry.id)
            self._mention(entry.id, self.person(entry.author), text)
            self._change(entry.id, entry.platform, "edit", now)
        return self.entry(entry.id)

    def delete(self, entry: Entry) -> None:
        """Gone for everybody; its notices go with it, what answered it stays."""
        now = self.clock.now()
        with self.store.atomic():
            self.store.run("UPDATE entry SET deleted_at = ? WHERE id = ?", stamp(now), entry.id)
            self.store.run("DELETE FROM notice WHERE entry_id = ?", entry.id)
            self._change(entry.id, entry.platform, "delete", now)

    def hide(self, entry: Entry, *, hidden: bool) -> Entry:
        with self.store.atomic():
            if entry.hidden != hidden:
                self.store.run("UPDATE entry SET hidden = ? WHERE id = ?", int(hidden), entry.id)
                self._change(entry.id, entry.platform, "hide" if hidden else "unhide", self.clock.now())
        return self.entry(entry.id)

    def like(self, entry: Entry, person: Person, *, liked: bool = True) -> None:
        with self.store.atomic():
            if not liked:
                self.store.run("DELETE FROM liking WHERE entry_id = ? AND person_id = ?", entry.id, person.id)
            elif not self.likes(entry.id, person):
                self.store.run("INSERT INTO liking VALUES (?, ?)", entry.id, person.id)
                if entry.author != person.id and entry.platform == "mastodon":
                    self._notice(entry.author, "favourite", person.id, entry.id, self.clock.now())

    def likes(self, id: int, person: Person | None = None) -> int:  # noqa: A002 - the word of the table
        if person:
            return self.store.one("SELECT count(*) FROM liking WHERE entry_id = ? AND person_id = ?", id, person.id)
        return self.store.one("SELECT count(*) FROM liking WHERE entry_id = ?", id)

    def mentioned(self, id: int) -> list[Person]:  # noqa: A002 - the word of the table
        sql = "SELECT person.* FROM person JOIN mention ON person.id = person_id WHERE entry_id = ? ORDER BY person.id"
        return [_person(row) for row in self.store.rows(sql, id)]

    def spoil(self, target: Entry) -> Entry:
        """Let planned faults strike what is about to be answered. Raises Missing where it was deleted."""
        if self.faults.strike(target.platform, "target_gone"):
            self.delete(target)
        elif self.faults.strike(target.platform, "target_edited"):
            self.edit(target, target.text + " (bearbeitet)")
        return self.entry(target.id)

    def place(self, target: Entry) -> Entry:
        """Under which entry an answer to ``target`` stands: comments nest one level deep, no more."""
        nested = target.parent and target.parent != target.root
        return self.entry(target.parent, gone=True) if nested and target.parent else target

    def close(self) -> None:
        self.store.close()

    def _seed(self) -> None:
        name = seeds.COMPANY
        self.join("square", name, seeds.SQUARE_HANDLE, token=seeds.SQUARE_TOKEN, ours=True)
        self.join("mastodon", name, seeds.MASTODON_HANDLE, token=seeds.MASTODON_TOKEN, ours=True)
        self.join("bluesky", name, seeds.BLUESKY_HANDLE, ours=True)

    def _keyed(self, author: Person, key: str, now: datetime) -> Entry | None:
        row = self.store.row(
            "SELECT * FROM entry WHERE platform = ? AND author_id = ? AND key = ? ORDER BY id DESC LIMIT 1",
            author.platform, author.id, key,
        )  # fmt: skip
        known = _entry(row) if row else None
        if known and author.platform == "mastodon" and now - known.at > KEY_LIVES:
            return None
        return known

    def _mention(self, id: int, author: Person, text: str) -> None:  # noqa: A002 - the word of the table
        self.store.run("DELETE FROM mention WHERE entry_id = ?", id)
        for handle in _handles(text):
            self.store.run(
                "INSERT OR IGNORE INTO mention SELECT ?, id FROM person WHERE platform = ? AND lower(handle) = ?",
                id, author.platform, handle,
            )  # fmt: skip

    def _notify(self, id: int, author: Person, now: datetime) -> None:  # noqa: A002 - the word of the table
        if author.platform == "mastodon":
            for person in self.mentioned(id):
                if person.id != author.id:
                    self._notice(person.id, "mention", author.id, id, now)

    def notice(self, whom: int, kind: str, entry: Entry) -> None:
        """Tell somebody of an entry."""
        self._notice(whom, kind, entry.author, entry.id, entry.at)

    def _notice(self, whom: int, kind: str, by: int, entry: int, now: datetime) -> None:
        sql = "INSERT INTO notice (person_id, kind, by_id, entry_id, at) VALUES (?, ?, ?, ?, ?)"
        self.store.run(sql, whom, kind, by, entry, stamp(now))

    def _change(self, id: int, platform: str, verb: str, now: datetime) -> None:  # noqa: A002 - the word of the table
        sql = "INSERT INTO change (platform, verb, entry_id, at) VALUES (?, ?, ?, ?)"
        seq = self.store.run(sql, platform, verb, id, stamp(now))
        self.store.run("UPDATE entry SET version = ? WHERE id = ?", seq, id)
        if platform == "square":
            body = json.dumps(square_view(self, self.entry(id, gone=True)), ensure_ascii=False)
            self.store.run("UPDATE change SET body = ? WHERE seq = ?", body, seq)


def square_view(world: World, entry: Entry) -> dict[str, object]:
    """An entry of the square as its API gives it: a snapshot of now. A deleted one has no text any more."""
    root = world.entry(entry.root, gone=True) if entry.root else None
    answered = world.entry(entry.answers, gone=True) if entry.answers else None
    return {
        "id": f"sq-{entry.id}",
        "kind": entry.kind,
        "version": entry.version,
        "author": _person_view(world.person(entry.author)),
        "to": _person_view(world.person(entry.to)) if entry.to else None,
        "post": _post_view(world, root) if root else None,
        "parent": f"sq-{entry.parent}" if entry.parent else None,
        "answers": {"id": f"sq-{answered.id}", "author": f"p-{answered.author}"} if answered else None,
        "text": "" if entry.deleted_at else entry.text,
        "created_at": stamp(entry.at),
        "edited_at": stamp(entry.edited_at) if entry.edited_at else None,
        "deleted": bool(entry.deleted_at),
        "hidden": entry.hidden,
        "likes": world.likes(entry.id),
        "link": f"/square#sq-{entry.id}",
    }


def slug(name: str) -> str:
    """A handle from a name: lower-case ASCII letters, digits and underscores."""
    plain = name.casefold()
    for umlaut, letters in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("ß", "ss"), ("ı", "i"), ("ş", "s"), ("ç", "c")):
        plain = plain.replace(umlaut, letters)
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_") or "somebody"


def _handles(text: str) -> Iterable[str]:
    return dict.fromkeys(found.group(1).lower() for found in MENTION.finditer(text))


def _person_view(person: Person) -> dict[str, object]:
    return {"id": f"p-{person.id}", "name": person.name, "handle": person.handle, "page": person.ours}


def _post_view(world: World, root: Entry) -> dict[str, object]:
    return {
        "id": f"sq-{root.id}",
        "text": "" if root.deleted_at else root.text,
        "author": world.person(root.author).name,
        "created_at": stamp(root.at),
    }


def _person(row: sqlite3.Row | None) -> Person:
    if row is None:
        raise Missing("person")
    return Person(
        row["id"], row["platform"], row["handle"], row["name"], row["token"],
        bool(row["revoked"]), bool(row["ours"]), moment(row["at"]),
    )  # fmt: skip


def _entry(row: sqlite3.Row | None) -> Entry:
    if row is None:
        raise Missing("entry")
    return Entry(
        id=row["id"], platform=row["platform"], kind=row["kind"], author=row["author_id"], to=row["to_id"],
        parent=row["parent_id"], answers=row["answers_id"], root=row["root_id"], text=row["text"],
        language=row["language"], visibility=row["visibility"], at=moment(row["at"]),
        edited_at=moment(row["edited_at"]) if row["edited_at"] else None,
        deleted_at=moment(row["deleted_at"]) if row["deleted_at"] else None,
        hidden=bool(row["hidden"]), key=row["key"], version=row["version"],
    )  # fmt: skip
