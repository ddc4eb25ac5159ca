"""The mailbox by IMAP: log in, read in batches, wait for news, keep a copy of what we sent, look for it again."""

import imaplib
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from imap_tools import BaseMailBox, MailBox, MailBoxStartTls, MailBoxUnencrypted
from imap_tools.errors import ImapToolsError, MailboxLoginError

from resonanz.connectors.contract import Access, AuthExpired, ChannelError, Rejected, Unreachable, Unsupported
from resonanz.connectors.email import oauth
from resonanz.connectors.email.lines import TIMEOUT_S, Line, line
from resonanz.kit.secrets import Secret, redact
from resonanz.kit.text import one_line

MOST_IDLE_S = 25 * 60.0  # servers may drop an IDLE after 29 minutes
SENT = "\\Sent"
ANSWERS = ("HEADER", "In-Reply-To", '""')  # mails that have this header at all

_SIZE = re.compile(rb"UID (\d+)[^)]*?RFC822\.SIZE (\d+)|RFC822\.SIZE (\d+)[^)]*?UID (\d+)")
_UID = re.compile(rb"UID (\d+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Kept:
    """One mail as it lies in the folder; ``cut_from`` is its whole size where only the beginning was fetched."""

    uid: int
    content: bytes
    received: datetime | None
    cut_from: int = 0


@dataclass(frozen=True, slots=True)
class Folder:
    """An open folder. UIDs only grow while ``validity`` stays."""

    box: BaseMailBox
    name: str
    validity: int
    next_uid: int

    def uids(self, *criteria: str) -> list[int]:
        found = _asked(self.box, "SEARCH", *criteria)
        return sorted({int(one) for part in found if isinstance(part, bytes) for one in part.split() if one.isdigit()})

    def above(self, uid: int, *only: str) -> list[int]:
        """UIDs above this one. (The server answers ``n:*`` with its last mail even where that is below.)"""
        return [one for one in self.uids("UID", f"{uid + 1}:*", *only) if one > uid]

    def since(self, day: date, *only: str) -> list[int]:
        return self.uids("SINCE", f"{day.day:02}-{_MONTHS[day.month - 1]}-{day.year}", *only)

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        found = {}
        for part in _asked(self.box, "FETCH", _set(uids), "(UID RFC822.SIZE)"):
            if isinstance(part, bytes) and (sized := _SIZE.search(part)):
                uid, size = (sized[1], sized[2]) if sized[1] else (sized[4], sized[3])
                found[int(uid)] = int(size)
        return found

    def fetch(self, uid: int, size: int, most: int) -> Kept | None:
        """One mail without marking it as read; None where it has gone meanwhile."""
        what = "BODY.PEEK[]" if size <= most else f"BODY.PEEK[]<0.{most}>"
        for part in _asked(self.box, "FETCH", str(uid), f"(UID INTERNALDATE {what})"):
            if isinstance(part, tuple) and len(part) > 1:
                return Kept(uid, bytes(part[1]), _internal_date(part[0]), 0 if size <= most else size)
        return None

    def with_message_id(self, message_id: str) -> list[int]:
        return self.uids("HEADER", "Message-ID", '"' + message_id.replace('"', "") + '"')


@contextmanager
def mailbox(access: Access) -> Iterator[BaseMailBox]:
    """A logged-in mailbox; every failure inside becomes one of ours."""
    way = line(access, "imap")
    box: BaseMailBox | None = None
    try:
        box = _opened(way)
        _log_in(box, access, way)
        yield box
    except ChannelError:
        raise
    except imaplib.IMAP4.abort as error:
        raise Unreachable(_said(error, way)) from None
    except (imaplib.IMAP4.error, ImapToolsError) as error:
        raise Rejected(_said(error, way)) from None
    except (OSError, EOFError) as error:
        raise Unreachable(_said(error, way)) from None
    finally:
        _close(box)


def folder(box: BaseMailBox, name: str) -> Folder:
    """Open a folder for reading. Raises Rejected where it does not exist."""
    try:
        box.folder.set(name, readonly=True)
    except ImapToolsError:
        raise Rejected(f"the mailbox has no such folder: {name}") from None
    status = box.folder.status(name, ["UIDVALIDITY", "UIDNEXT"])
    return Folder(box, name, int(status.get("UIDVALIDITY", 0)), int(status.get("UIDNEXT", 1)))


def sent_folder(box: BaseMailBox, said: str) -> str:
    """The folder for what we sent: as said, else the one that the server marks so, else a common name, else "Sent"."""
    if said:
        return said
    folders = list(box.folder.list())
    marked = [one.name for one in folders if SENT.casefold() in {flag.casefold() for flag in one.flags}]
    known = [one.name for one in folders if one.name.casefold() in {"sent", "gesendet", "inbox.sent", "sent items"}]
    return (marked or known or ["Sent"])[0]


def keep_sent(access: Access, content: bytes, name: str, at: datetime) -> None:
    """Lay a copy of a sent mail into its folder, read."""
    with mailbox(access) as box:
        target = sent_folder(box, name)
        if not box.folder.exists(target):
            box.folder.create(target)
        box.append(content, target, dt=at, flag_set=["\\Seen"])


def wait(access: Access, name: str, seconds: float) -> bool:
    """IDLE until the server says something new or the time is over."""
    with mailbox(access) as box:
        if "IDLE" not in {str(one).upper() for one in box.client.capabilities}:
            raise Unsupported("the mail server cannot report new mail by itself (no IDLE)")
        folder(box, name)
        said = box.idle.wait(timeout=min(max(seconds, 0.1), MOST_IDLE_S))
    return any(b"EXISTS" in one or b"RECENT" in one for one in said)


def _opened(way: Line) -> BaseMailBox:
    match way.protection:
        case "tls":
            return MailBox(way.host, way.port, timeout=TIMEOUT_S, ssl_context=way.context())
        case "starttls":
            return MailBoxStartTls(way.host, way.port, timeout=TIMEOUT_S, ssl_context=way.context())
        case _:
            return MailBoxUnencrypted(way.host, way.port, timeout=TIMEOUT_S)


def _log_in(box: BaseMailBox, access: Access, way: Line) -> None:
    if oauth.uses_oauth(access):
        if "AUTH=XOAUTH2" not in {str(one).upper() for one in box.client.capabilities}:
            raise Rejected("the IMAP server does not offer XOAUTH2")
        oauth.sign_in(access, lambda token: _show(box, way, token))
        return
    try:
        box.login(way.user, way.password.reveal(), initial_folder=None)
    except (MailboxLoginError, imaplib.IMAP4.error) as error:
        raise _login_refused(error, way) from None


def _show(box: BaseMailBox, way: Line, token: Secret) -> None:
    """A refusal comes as a question, which an empty line answers."""
    said = oauth.shown(way.user, token).encode()
    try:
        box.client.authenticate("XOAUTH2", lambda question: b"" if question else said)
    except imaplib.IMAP4.error as error:
        raise _login_refused(error, replace(way, password=token)) from None


def _login_refused(error: Exception, way: Line) -> ChannelError:
    said = _said(error, way)
    if isinstance(error, imaplib.IMAP4.abort) or "UNAVAILABLE" in said.upper() or "INUSE" in said.upper():
        return Unreachable(said)
    return AuthExpired(said)


def _said(error: Exception, way: Line) -> str:
    return redact(one_line(f"{type(error).__name__}: {error}", 200), way.password)


def _close(box: BaseMailBox | None) -> None:
    if box is None:
        return
    try:
        box.logout()
    except (ImapToolsError, imaplib.IMAP4.error, OSError, EOFError):
        box.client.shutdown()


def _asked(box: BaseMailBox, command: str, *arguments: str) -> list[object]:
    status, found = box.client.uid(command, *arguments)
    if status != "OK":
        raise Unreachable(f"the mail server refused: {command} {status}")
    return list(found or [])


def _set(uids: Sequence[int]) -> str:
    return ",".join(str(one) for one in uids)


def _internal_date(part: object) -> datetime | None:
    told = imaplib.Internaldate2tuple(part) if isinstance(part, bytes) else None
    if told is None:
        return None
    return datetime.fromtimestamp(time.mktime(told), UTC)
