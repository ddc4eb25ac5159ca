"""E-mail: every mail of one folder in, and what people answered from the mailbox itself; replies out, each found again
by its Message-ID.
"""

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from imaplib import IMAP4
from pathlib import Path
from typing import NamedTuple

import orjson
from imap_tools import BaseMailBox
from imap_tools.errors import ImapToolsError

from resonanz.connectors.contract import (
    Ability,
    Access,
    Appearance,
    Arrival,
    AuthExpired,
    Base,
    ChannelError,
    Health,
    Incoming,
    Limits,
    Manifest,
    Outgoing,
    Page,
    Receipt,
    Rejected,
    Setting,
    Unsupported,
    Violation,
)
from resonanz.connectors.email import mailbox as boxes
from resonanz.connectors.email import post
from resonanz.connectors.email.headers import is_address
from resonanz.connectors.email.lines import PROTECTIONS
from resonanz.connectors.email.mailbox import Folder, Kept, mailbox
from resonanz.connectors.email.oauth import OAUTH, uses_oauth
from resonanz.connectors.email.parse import bare_id, parse
from resonanz.kit.text import one_line

BATCH = 50
BATCH_BYTES = 25 * 1024 * 1024
MOST_MAIL = 30 * 1024 * 1024
KEPT_OF_GIANT = 1024 * 1024
FIRST_DAYS = 14
WAYS = ("password", OAUTH)
COPY_ARRIVES_WITHIN = timedelta(minutes=10)
BASE64_OVERHEAD = 0.7
DEFAULT_LIMITS = Limits(
    text_max=200_000, attachment_max_bytes=15 * 1024 * 1024, attachments_max=20, sends_per_minute=60
)

_log = logging.getLogger(__name__)

MANIFEST = Manifest(
    channel="email",
    name="E-Mail",
    icon="@",
    abilities=frozenset(
        {
            Ability.PULL,
            Ability.WATCH,
            Ability.BACKFILL,
            Ability.DIRECT,
            Ability.FIND,
            Ability.ATTACHMENTS,
            Ability.SUBJECT,
        }
    ),
    limits=DEFAULT_LIMITS,
    settings=(
        Setting("address", "Our address", "Replies come from it"),
        Setting("aliases", "Further addresses of ours", "Separated by commas", required=False),
        Setting("from_name", "Name of the sender", required=False),
        Setting("imap_host", "IMAP server"),
        Setting("imap_port", "IMAP port", "Empty: the usual one", required=False),
        Setting("imap_protection", "IMAP protection", default="tls", choices=PROTECTIONS),
        Setting("imap_user", "User name", "Empty: the address", required=False),
        Setting(
            "sign_in", "Sign-in", "oauth2 for Microsoft 365 and Google Workspace", default="password", choices=WAYS
        ),
        Setting(
            "password",
            "Password",
            "An app password where the provider has them; empty with oauth2",
            secret=True,
            required=False,
        ),
        Setting("folder", "Folder to read", default="INBOX"),
        Setting("first_days", "Days to read at the start", default=str(FIRST_DAYS), required=False),
        Setting("smtp_host", "SMTP server"),
        Setting("smtp_port", "SMTP port", "Empty: the usual one", required=False),
        Setting("smtp_protection", "SMTP protection", default="tls", choices=PROTECTIONS),
        Setting("smtp_user", "SMTP user name", "Empty: as for IMAP", required=False),
        Setting("smtp_password", "SMTP password", "Empty: as for IMAP", secret=True, required=False),
        Setting("keep_sent", "Keep a copy of what we send", default="yes", choices=("yes", "no")),
        Setting("sent_folder", "Folder for copies", "Empty: the one that the server marks", required=False),
        Setting("read_sent", "Read answers given from the mailbox", default="yes", choices=("yes", "no")),
        Setting(
            "self_copy",
            "Hidden copy to ourselves",
            "Proves a send whose answer got lost",
            default="no",
            choices=("no", "yes"),
        ),
        Setting("authority", "Own certificate authority", "PEM text", required=False),
        Setting("token_url", "OAuth: address for tokens", "With oauth2; begins with https://", required=False),
        Setting("client_id", "OAuth: client ID", "With oauth2; as the provider shows it", required=False),
        Setting("client_secret", "OAuth: client secret", "Where the provider gave one", secret=True, required=False),
        Setting("scope", "OAuth: scope", "See the guide below", required=False),
        Setting(
            "refresh_token", "OAuth: refresh token", "Empty: the client's own credentials", secret=True, required=False
        ),
        Setting("access_token", "OAuth: access token", "Only to try it out; it ends soon", secret=True, required=False),
    ),
    api_read_on=date(2026, 11, 23),
    poll_every_s=60,
    begins_in_past=True,  # by ``first_days``
)


class Email(Base):
    """The connector. A mail is private and never changes; its conversation hangs on the thread's first Message-ID."""

    manifest = MANIFEST
    folder = Path(__file__).parent

    def parse(self, access: Access, arrival: Arrival) -> Incoming:
        return parse(arrival, _ours(access))

    def pull(self, access: Access, cursor: str) -> Page:
        """The next batch above (UIDVALIDITY, UID) of the folder that is read, then the answers in the folder of sent
        mail. The first pull, and one after the server renumbered a folder, starts ``first_days`` ago; what was seen
        before is the same arrival again.
        """
        return _read(access, cursor, _first_day(access))

    def backfill(self, access: Access, since: datetime, cursor: str) -> Page:
        return _read(access, cursor, since.date())

    def watch(self, access: Access, seconds: float) -> bool:
        """Wait by IDLE. Pull once after each watch, whatever it said: mail may have come just before it began."""
        return boxes.wait(access, _folder(access), seconds)

    def limits(self, access: Access) -> Limits:
        size = int(post.largest(access) * BASE64_OVERHEAD)
        return replace(DEFAULT_LIMITS, attachment_max_bytes=size or DEFAULT_LIMITS.attachment_max_bytes)

    def check(self, outgoing: Outgoing, limits: Limits) -> Sequence[Violation]:
        found = list(super().check(outgoing, limits))
        to = post.recipient(outgoing)
        if not is_address(to) or not to.isascii():
            found.append(Violation("bad_address", "{address} is not an address.", {"address": to}))
        size = sum(len(one.content) for one in outgoing.attachments)
        if size > limits.attachment_max_bytes or len(outgoing.attachments) > limits.attachments_max:
            found.append(Violation("not_possible", "The attachments are too large or too many for this channel."))
        return found

    def appear(self, outgoing: Outgoing) -> Appearance:
        return Appearance("mail", outgoing.text.strip(), post.recipient(outgoing), post.subject(outgoing))

    def send(self, access: Access, outgoing: Outgoing) -> Receipt:
        letter = _letter(access, outgoing)
        post.deliver(access, letter, copy=access.settings.get("self_copy") == "yes")
        if access.settings.get("keep_sent", "yes") == "yes":
            _keep(access, letter.content)
        return Receipt(letter.message_id, access.now)

    def find(self, access: Access, outgoing: Outgoing, since: datetime) -> Receipt | None:
        """Look for the Message-ID in the folder of sent mail and in the one that we read. Only where a hidden copy
        comes to ourselves does its absence prove anything; else Unsupported hands the question to a person.
        """
        named = post.message_id(outgoing.key, _ours(access)[0])
        with mailbox(access) as box:
            for name in (boxes.sent_folder(box, access.settings.get("sent_folder", "")), _folder(access)):
                if box.folder.exists(name) and (found := _first(boxes.folder(box, name), named)):
                    return Receipt(named, found.received or access.now)
        if access.settings.get("self_copy") == "yes" and access.now - since > COPY_ARRIVES_WITHIN:
            return None
        raise Unsupported("no copy is there, but a mail server does not say for certain that nothing was sent")

    def recognises(self, outgoing: Outgoing, native_id: str, *, parent: str, text: str) -> bool:
        """By the Message-ID that the key gives; a relay that writes another leaves the words."""
        domain = native_id.partition(">")[0].rpartition("@")[2]
        if native_id == post.message_id(outgoing.key, f"@{domain}"):
            return True
        bare = replace(outgoing, in_reply_to=bare_id(outgoing.in_reply_to))
        return super().recognises(bare, native_id, parent=parent, text=text)

    def health(self, access: Access) -> Health:
        """Try both ways in; say which one is wrong and what to do."""
        for name, attempt in (("IMAP", _try_imap), ("SMTP", _try_smtp)):
            try:
                attempt(access)
            except AuthExpired as error:
                return _not_let_in(access, name, error)
            except Rejected as error:
                return Health(ok=False, said="{name}: {why}", places={"name": name, "why": error.why})
            except ChannelError as error:
                said = "The {name} server cannot be reached ({why}). Check host, port and protection."
                return Health(ok=False, said=said, places={"name": name, "why": error.why})
        address = _ours(access)[0]
        return Health(ok=True, said="Connected.", account_name=address, account_id=address, limits=DEFAULT_LIMITS)


def _not_let_in(access: Access, name: str, error: AuthExpired) -> Health:
    if not uses_oauth(access):
        said = "The {name} server does not accept user name and password."
        return Health(ok=False, said=said, places={"name": name})
    said = "{name}: signing in by OAuth was refused ({why}). Enter a new refresh token or check the client."
    return Health(ok=False, said=said, places={"name": name, "why": error.why})


def _ours(access: Access) -> tuple[str, ...]:
    said = [access.settings.get("address", ""), *access.settings.get("aliases", "").split(",")]
    return tuple(dict.fromkeys(one.strip().casefold() for one in said if one.strip())) or ("unknown@invalid",)


def _folder(access: Access) -> str:
    return access.settings.get("folder", "").strip() or "INBOX"


def _first_day(access: Access) -> date:
    said = access.settings.get("first_days", "").strip()
    days = int(said) if said.isascii() and said.isdigit() and len(said) < 5 else FIRST_DAYS  # noqa: PLR2004 - 27 years
    return (access.now - timedelta(days=days)).date()


class _Reached(NamedTuple):
    """How far a folder was read."""

    validity: int = -1
    uid: int = 0


def _read(access: Access, cursor: str, first: date) -> Page:
    """The next mails of both folders, from ``first`` on where nothing was read before."""
    with mailbox(access) as box:
        at, sent = _place(cursor, "news"), _place(cursor, "sent")
        arrivals, at, more = _next(boxes.folder(box, _folder(access)), at, first)
        if not more:
            answers, sent, more = _answers(access, box, sent, first)
            arrivals += answers
    return Page(arrivals, orjson.dumps({"news": list(at), "sent": list(sent)}).decode(), more=more)


def _answers(access: Access, box: BaseMailBox, reached: _Reached, first: date) -> tuple[list[Arrival], _Reached, bool]:
    """What people answered from the mailbox itself. The folder of news counts also where this one cannot be read."""
    nothing: tuple[list[Arrival], _Reached, bool] = [], reached, False
    if access.settings.get("read_sent", "yes") != "yes":
        return nothing
    try:
        name = boxes.sent_folder(box, access.settings.get("sent_folder", ""))
        if name == _folder(access) or not box.folder.exists(name):
            return nothing
        return _next(boxes.folder(box, name), reached, first, *boxes.ANSWERS)
    except IMAP4.abort:
        raise
    except (ChannelError, IMAP4.error, ImapToolsError) as error:
        _log.warning("the folder of sent mail cannot be read: %s", one_line(str(error)))
        return nothing


def _next(here: Folder, reached: _Reached, first: date, *only: str) -> tuple[list[Arrival], _Reached, bool]:
    is_known = reached.validity == here.validity
    waiting = here.above(reached.uid, *only) if is_known else here.since(first, *only)
    last = reached.uid if is_known else min(waiting, default=here.next_uid) - 1
    arrivals, last = _batch(here, waiting, last)
    more = bool(waiting) and last < waiting[-1]
    return arrivals, _Reached(here.validity, last if more else max(last, here.next_uid - 1)), more


def _place(cursor: str, folder: str) -> _Reached:
    try:
        found = orjson.loads(cursor) if cursor else {}
        said = found[folder] if folder in found else [found["validity"], found["uid"]] if folder == "news" else []
        return _Reached(*map(int, said))
    except (ValueError, KeyError, TypeError):
        return _Reached()


def _batch(here: Folder, waiting: Sequence[int], last: int) -> tuple[list[Arrival], int]:
    """As many mails as fit one batch by number and bytes, at least one; the UID reached."""
    arrivals: list[Arrival] = []
    taken = 0
    some = waiting[:BATCH]
    sizes = here.sizes(some) if some else {}
    for uid in some:
        size = sizes.get(uid, 0)
        taken += KEPT_OF_GIANT if size > MOST_MAIL else size
        if arrivals and taken > BATCH_BYTES:
            break
        most = MOST_MAIL if size <= MOST_MAIL else KEPT_OF_GIANT
        kept = here.fetch(uid, size, most)
        last = uid
        if kept is not None:
            arrivals.append(_arrival(here, kept))
    return arrivals, last


def _arrival(here: Folder, kept: Kept) -> Arrival:
    """Named by its bytes, so the same mail is the same arrival also after the server renumbered the folder."""
    headers = {"folder": here.name, "uid": str(kept.uid)}
    if kept.received:
        headers["received"] = kept.received.isoformat()
    if kept.cut_from:
        headers["cut_from"] = str(kept.cut_from)
    return Arrival(f"mail:{hashlib.sha256(kept.content).hexdigest()[:40]}", kept.content, headers)


def _letter(access: Access, outgoing: Outgoing) -> post.Letter:
    return post.letter(
        outgoing, address=_ours(access)[0], from_name=access.settings.get("from_name", ""), at=access.now
    )


def _keep(access: Access, content: bytes) -> None:
    """The mail has left; a copy that cannot be kept must not make that look undone."""
    try:
        boxes.keep_sent(access, content, access.settings.get("sent_folder", ""), access.now)
    except ChannelError as error:
        _log.warning("no copy kept in the folder of sent mail: %s", error.why)


def _first(here: Folder, named: str) -> Kept | None:
    found: Iterator[Kept | None] = (here.fetch(uid, 0, 1) for uid in here.with_message_id(named)[:1])
    return next(found, None)


def _try_imap(access: Access) -> None:
    with mailbox(access) as box:
        boxes.folder(box, _folder(access))


def _try_smtp(access: Access) -> None:
    with post.smtp(access):
        pass
