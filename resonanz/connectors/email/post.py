"""One reply as a mail, and its way by SMTP. Each step's failure says whether the mail can have left."""

import hashlib
import html
import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime

from resonanz.connectors.contract import (
    Access,
    AuthExpired,
    ChannelError,
    OutcomeUnclear,
    Outgoing,
    Postponed,
    RateLimited,
    Rejected,
    Unreachable,
)
from resonanz.connectors.email import oauth
from resonanz.connectors.email.headers import bare_subject, is_address, message_ids
from resonanz.connectors.email.lines import TIMEOUT_S, Line, line
from resonanz.connectors.email.parse import bare_id
from resonanz.kit.secrets import Secret, redact
from resonanz.kit.text import clean, one_line

GREYLIST_WAIT_S = 300.0
MOST_REFERENCES = 20
MOST_SUBJECT = 250

_URL = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")
_POLICY = SMTP_POLICY.clone(max_line_length=900)  # long Message-IDs must stay whole
_LATER = frozenset({450, 451, 452})  # 421 is none of them: it closes the line
_AUTH = frozenset({530, 534, 535, 538})


@dataclass(frozen=True, slots=True)
class Letter:
    """A finished mail: its id, both addresses, its bytes."""

    message_id: str
    sender: str
    to: str
    content: bytes


def message_id(key: str, address: str) -> str:
    """The same key gives the same Message-ID, so a mail of ours is found again."""
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{_domain(address)}>"


def letter(outgoing: Outgoing, *, address: str, from_name: str, at: datetime) -> Letter:
    """Build the mail. Nothing from outside can add a header: names and subject are one line, ids and addresses have a
    form. Raises Rejected for an address that is none.
    """
    to = recipient(outgoing)
    if not is_address(to) or not to.isascii() or not is_address(address):
        raise Rejected(f"not an address: {one_line(to, 80)!r}")
    mail = EmailMessage(policy=_POLICY)
    named = message_id(outgoing.key, address)
    mail["From"] = Address(_name(outgoing.from_name or from_name), addr_spec=address)
    mail["To"] = Address(_name(outgoing.to.name if outgoing.to.name != to else ""), addr_spec=to)
    mail["Subject"] = subject(outgoing)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = named
    if answered := message_ids(bare_id(outgoing.in_reply_to)):
        mail["In-Reply-To"] = answered[0]
        mail["References"] = " ".join(_references(outgoing, answered[0]))
    mail.set_content(clean(outgoing.text).strip() + "\n", cte="quoted-printable")
    mail.add_alternative(_html(clean(outgoing.text).strip()), subtype="html", cte="quoted-printable")
    for file in outgoing.attachments:
        kind, _, sub = file.media_type.partition("/")
        mail.add_attachment(
            file.content, maintype=kind, subtype=sub or "octet-stream", filename=_literal(file.name, 120)
        )
    return Letter(named, address, to, mail.as_bytes())


def recipient(outgoing: Outgoing) -> str:
    """Where the reply goes: the address to answer to (handle), else the person's own."""
    handle = outgoing.to.handle.strip()
    return handle if "@" in handle else outgoing.to.native_id.strip()


def subject(outgoing: Outgoing) -> str:
    """Re: once for an answer, the subject itself for a first mail."""
    bare = bare_subject(_literal(clean(outgoing.subject), MOST_SUBJECT))
    return f"Re: {bare}".strip() if outgoing.in_reply_to else bare


def deliver(access: Access, mail: Letter, *, copy: bool = False) -> None:
    """Hand the mail over. Raises AuthExpired, RateLimited, Postponed, Rejected, Unreachable where it certainly did not
    leave, OutcomeUnclear where the line broke after the text was sent. Up to the sender a "later" speaks of the
    account; from the recipient on it speaks of this mail.
    """
    with smtp(access) as server:
        _must(server.mail(mail.sender), "sender", later=RateLimited)
        _must(server.rcpt(mail.to), "recipient")
        if copy:
            _must(server.rcpt(mail.sender), "hidden copy")
        _must(server.docmd("DATA"), "text", good=3)
        try:
            server.send(_dotted(mail.content))
            answer = server.getreply()
        except (smtplib.SMTPException, OSError) as error:
            raise OutcomeUnclear(f"the line broke after the text was sent: {type(error).__name__}") from None
        _must(answer, "mail")


@contextmanager
def smtp(access: Access) -> Iterator[smtplib.SMTP]:
    """A greeted and logged-in server; every failure inside becomes one of ours."""
    way = line(access, "smtp")
    server: smtplib.SMTP | None = None
    try:
        server = _opened(way)
        _log_in(server, access, way)
        yield server
    except ChannelError:
        raise
    except smtplib.SMTPAuthenticationError as error:
        raise (Unreachable if error.smtp_code < 500 else AuthExpired)(_said(error, way)) from None  # noqa: PLR2004
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(_said(error, way)) from None
    finally:
        _close(server)


def largest(access: Access) -> int:
    """The size that the server takes, in bytes; 0 where it does not say."""
    with smtp(access) as server:
        said = server.esmtp_features.get("size", "")
    return int(said) if said.isdigit() else 0


def _log_in(server: smtplib.SMTP, access: Access, way: Line) -> None:
    if oauth.uses_oauth(access):
        if "XOAUTH2" not in server.esmtp_features.get("auth", "").upper().split():
            raise Rejected("the SMTP server does not offer XOAUTH2")
        oauth.sign_in(access, lambda token: _show(server, way, token))
    elif way.password and server.has_extn("auth"):
        server.login(way.user, way.password.reveal())


def _show(server: smtplib.SMTP, way: Line, token: Secret) -> None:
    """A refusal comes as a question, which an empty line answers."""
    said = oauth.shown(way.user, token)
    try:
        server.auth("XOAUTH2", lambda question=None: "" if question else said)
    except smtplib.SMTPAuthenticationError as error:
        why = _said(error, replace(way, password=token))
        raise (Unreachable if error.smtp_code < 500 else AuthExpired)(why) from None  # noqa: PLR2004 - SMTP's own numbers


def _opened(way: Line) -> smtplib.SMTP:
    if way.protection == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(way.host, way.port, timeout=TIMEOUT_S, context=way.context())
    else:
        server = smtplib.SMTP(way.host, way.port, timeout=TIMEOUT_S)
    try:
        server.ehlo_or_helo_if_needed()
        if way.protection == "starttls":
            _must(server.starttls(context=way.context()), "STARTTLS")
            server.ehlo()
    except (smtplib.SMTPException, OSError, ssl.SSLError, ChannelError):
        server.close()
        raise
    return server


def _close(server: smtplib.SMTP | None) -> None:
    if server is None:
        return
    try:
        server.quit()
    except (smtplib.SMTPException, OSError):
        server.close()


def _must(answer: tuple[int, bytes], what: str, *, good: int = 2, later: type[ChannelError] = Postponed) -> None:
    code, said = answer
    if code // 100 == good:
        return
    why = f"{what}: {code} {one_line(said.decode('utf-8', 'replace'), 160)}"
    if code in _AUTH:
        raise AuthExpired(why)
    if code in _LATER:
        raise later(why, retry_after=GREYLIST_WAIT_S)
    raise (Rejected if code // 100 == 5 else Unreachable)(why)  # noqa: PLR2004 - SMTP's own numbers


def _said(error: Exception, way: Line) -> str:
    return redact(one_line(f"{type(error).__name__}: {error}", 200), way.password)


def _dotted(content: bytes) -> bytes:
    """CRLF line ends, a dot before a dot, and the line that ends the text."""
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", content)
    return re.sub(rb"(?m)^\.", b"..", lines).removesuffix(b"\r\n") + b"\r\n.\r\n"


def _domain(address: str) -> str:
    return address.rpartition("@")[2].casefold() or "invalid"


def _name(text: str) -> str:
    return _literal(clean(text).replace('"', ""), 100)


def _literal(text: str, most: int) -> str:
    """One line without encoded words: the standard library would decode them, line ends inside included."""
    return one_line(text.replace("=?", "= ?"), most)


def _references(outgoing: Outgoing, answered: str) -> list[str]:
    """The first and the latest, so that the root of a long thread stays."""
    known = [one for one in message_ids(*outgoing.references) if one != answered]
    known = known if len(known) < MOST_REFERENCES else [known[0], *known[-MOST_REFERENCES + 2 :]]
    return [*known, answered]


def _html(text: str) -> str:
    escaped = html.escape(text, quote=False)
    linked = _URL.sub(lambda found: f'<a href="{html.escape(html.unescape(found[0]))}">{found[0]}</a>', escaped)
    paragraphs = "".join(f"<p>{one.replace(chr(10), '<br>')}</p>\n" for one in re.split(r"\n{2,}", linked) if one)
    return f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head><body>\n{paragraphs}</body></html>\n'
