"""A mail as it came -> Incoming. Pure. Everything that a mail can be is read; only what is no mail raises NotOurs."""

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser

from resonanz.connectors.contract import Arrival, Attachment, Author, Incoming, Mark, NotOurs, Op, ThreadRef, Visibility
from resonanz.connectors.email.body import MOST_TEXT, Body, body
from resonanz.connectors.email.headers import Place, bare_subject, header, message_ids, places, raw, time_of
from resonanz.connectors.email.marks import about, is_form, marks
from resonanz.connectors.email.quotes import fresh
from resonanz.kit.text import clean, fingerprint

VERSION = "1"  # a mail never changes
LATEST_BEFORE_RECEIVED = timedelta(days=1)
OLDEST_YEAR = 1990
UNKNOWN = "unknown@invalid"
MARK_OF_STATE = "#"

_SIGNS = frozenset({"from", "message-id", "received", "return-path", "date", "mime-version"})


def parse(arrival: Arrival, ours: tuple[str, ...]) -> Incoming:
    """``ours``: our addresses in lower case, first the one that replies come from."""
    mail, found = _read(arrival.body)
    own = frozenset(ours)
    author = _author(mail, own)
    subject = header(mail, "subject")
    text = found.text
    signs = marks(mail, subject, text, own=own)
    own_id = _message_id(mail, arrival.body)
    refs = message_ids(raw(mail, "references"), raw(mail, "in-reply-to"))
    root = refs[0] if refs else own_id
    title = bare_subject(subject)
    return Incoming(
        native_id=own_id if author.is_self else f"{own_id}{MARK_OF_STATE}{_state(mail, text)}",
        op=Op.UPSERT,
        version=VERSION,
        occurred_at=_time(mail, arrival.headers),
        author=author,
        text=text,
        thread=ThreadRef(f"{root}|{fingerprint(title)[:8]}", title=title, author_name=author.name),
        conversation=f"{root}|{_counterpart(mail, author)}",
        visibility=Visibility.PRIVATE,
        parent_id="" if author.is_self else _parent(mail, refs),  # an answer of ours answers all that came before it
        fresh=fresh(text),
        html=found.html,
        subject=subject,
        language=header(mail, "content-language")[:35],
        attachments=(*found.files, *_left_behind(arrival)),
        marks=signs,
        about_id=about(mail, ours[0].rpartition("@")[2] if ours else "")
        if signs & {Mark.BOUNCE, Mark.AUTO_REPLY, Mark.OUT_OF_OFFICE}
        else "",
        references=refs,
    )


def bare_id(native_id: str) -> str:
    """The Message-ID in a native id. Ours stand bare; others carry a mark of their content, because broken and
    hostile senders use one Message-ID for many mails and none of them may be lost.
    """
    return native_id.rpartition(MARK_OF_STATE)[0] if native_id.partition(">")[2] else native_id


def _read(content: bytes) -> tuple[Message, Body]:
    try:
        mail = message_from_bytes(content)
        found = body(mail)
    except (RecursionError, ValueError, LookupError, AssertionError, TypeError, AttributeError):
        mail = BytesHeaderParser().parsebytes(content)
        rest = content.partition(b"\n\n")[2] or content.partition(b"\r\n\r\n")[2]
        found = Body(texts=[clean(rest[:MOST_TEXT].decode("utf-8", "replace"))])
    if not _SIGNS & {name.lower() for name in mail.keys()}:  # noqa: SIM118 - a Message iterates over nothing else
        raise NotOurs("no mail headers")
    return mail, found


def _author(mail: Message, own: frozenset[str]) -> Author:
    sender = [*places(mail, "from"), *places(mail, "sender"), *places(mail, "return-path")]
    back = places(mail, "reply-to")
    who = back[0] if is_form(mail, own) else (sender or back or [Place(header(mail, "from"), UNKNOWN)])[0]
    answer_to = back[0].address if back and back[0].address.casefold() not in own else who.address
    address = who.address.casefold()
    return Author(address, name=who.name or who.address, handle=answer_to, is_self=address in own)


def _counterpart(mail: Message, author: Author) -> str:
    if not author.is_self:
        return author.native_id
    to = places(mail, "to")
    return to[0].address.casefold() if to else author.native_id


def _message_id(mail: Message, content: bytes) -> str:
    """The Message-ID; where there is none, one made from the mail itself, the same each time."""
    if named := message_ids(raw(mail, "message-id")):
        return named[0]
    return f"<{hashlib.sha256(content).hexdigest()[:32]}@no-message-id.invalid>"


def _state(mail: Message, text: str) -> str:
    """A short hash of what a reader sees, the same for a second copy that came another way."""
    seen = "\n".join([raw(mail, "from"), raw(mail, "date"), raw(mail, "subject"), text])
    return fingerprint(seen)[:8]


def _parent(mail: Message, refs: tuple[str, ...]) -> str:
    answered = message_ids(raw(mail, "in-reply-to"))
    return (answered or refs[-1:] or ("",))[0]


def _time(mail: Message, came: Mapping[str, str]) -> datetime:
    """The Date header; where it is absent, absurd or in the future, the time at which our server took the mail."""
    received = _received(mail, came)
    said = time_of(raw(mail, "date"))
    if said is None or said.year < OLDEST_YEAR or (received and said > received + LATEST_BEFORE_RECEIVED):
        said = received or said
    if said is None:
        raise NotOurs("no usable time")
    return said


def _received(mail: Message, came: Mapping[str, str]) -> datetime | None:
    try:
        at = datetime.fromisoformat(came["received"])
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (KeyError, ValueError):
        return time_of(raw(mail, "received").rpartition(";")[2].strip())


def _left_behind(arrival: Arrival) -> tuple[Attachment, ...]:
    """A giant mail came without its end; this stands for the whole, which is still in the mailbox."""
    size = arrival.headers.get("cut_from", "")
    if not size.isdigit():
        return ()
    return (Attachment("mail.eml", "message/rfc822", size=int(size)),)
