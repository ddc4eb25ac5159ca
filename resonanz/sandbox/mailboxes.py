"""Mailboxes as rows: deliver, list, flag. The SMTP sink writes here, the IMAP server and the public page read here."""

import re
from dataclasses import dataclass
from datetime import datetime

from resonanz.sandbox.clock import moment, stamp
from resonanz.sandbox.world import World

INBOX = "INBOX"
BOXES = (INBOX, "Sent", "Drafts", "Trash", "Junk")


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail in one mailbox. ``flags`` as IMAP writes them."""

    id: int
    address: str
    box: str
    uid: int
    flags: frozenset[str]
    raw: bytes
    at: datetime


def deliver(
    world: World, address: str, raw: bytes, *, box: str = INBOX, flags: str = "", at: datetime | None = None
) -> int:
    """Put a mail into a mailbox; gives its UID. UIDs only grow, lines end in CRLF."""
    address = address.lower()
    raw = re.sub(rb"\r?\n", b"\r\n", raw)
    with world.store.atomic():
        uid = int(world.store.kept(f"uid:{address}:{box}", "0")) + 1
        world.store.keep(f"uid:{address}:{box}", str(uid))
        world.store.run(
            "INSERT INTO mail (address, box, uid, flags, raw, at) VALUES (?, ?, ?, ?, ?, ?)",
            address, box, uid, flags, raw, stamp(at or world.clock.now()),
        )  # fmt: skip
    return uid


def mails(world: World, address: str, box: str = INBOX) -> list[Mail]:
    """All mails of a box, by UID."""
    sql = "SELECT * FROM mail WHERE address = ? AND box = ? ORDER BY uid"
    return [
        Mail(
            row["id"], row["address"], row["box"], row["uid"], frozenset(row["flags"].split()),
            row["raw"], moment(row["at"]),
        )
        for row in world.store.rows(sql, address.lower(), box)
    ]  # fmt: skip


def uids(world: World, address: str, box: str = INBOX) -> list[int]:
    sql = "SELECT uid FROM mail WHERE address = ? AND box = ? ORDER BY uid"
    return [int(row["uid"]) for row in world.store.rows(sql, address.lower(), box)]


def next_uid(world: World, address: str, box: str = INBOX) -> int:
    return int(world.store.kept(f"uid:{address.lower()}:{box}", "0")) + 1


def everyone(world: World) -> list[str]:
    """Addresses that have ever got a mail."""
    return [row["address"] for row in world.store.rows("SELECT DISTINCT address FROM mail ORDER BY address")]


def flag(world: World, mail: Mail, flags: frozenset[str]) -> None:
    world.store.run("UPDATE mail SET flags = ? WHERE id = ?", " ".join(sorted(flags)), mail.id)


def expunge(world: World, mail: Mail) -> None:
    world.store.run("DELETE FROM mail WHERE id = ?", mail.id)
