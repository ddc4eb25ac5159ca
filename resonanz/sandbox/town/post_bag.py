"""The town's mails: real RFC 5322 letters made from short lines, with quotes, signatures, a bounce, an absence note."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from resonanz.sandbox import seeds
from resonanz.sandbox.world import slug

POST_DOMAIN = "post.auental.example"


def letter(by: str, text: str, parts: Mapping[str, str], at: datetime) -> bytes:
    """One mail. ``parts``: subject, id, answers, quote, sign, html, kind (plain, bounce, absence)."""
    if parts.get("kind") == "bounce":
        return _bounce(text, parts, at)
    mail = _headed(by, parts, at)
    if parts.get("kind") == "absence":
        mail["Auto-Submitted"] = "auto-replied"
        mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(_whole(text, parts, at))
    if parts.get("html"):
        mail.add_alternative(parts["html"], subtype="html")
    return mail.as_bytes()


def address_of(name: str) -> str:
    return f"{slug(name).replace('_', '.')}@{POST_DOMAIN}"


def _headed(by: str, parts: Mapping[str, str], at: datetime) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = formataddr((by, parts.get("address", address_of(by))))
    mail["To"] = formataddr((f"{seeds.COMPANY} Kundendialog", seeds.MAIL_ADDRESS))
    mail["Subject"] = parts["subject"]
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{parts['id']}@{POST_DOMAIN}>"
    if answers := parts.get("answers"):
        mail["In-Reply-To"] = answers
        mail["References"] = answers
    return mail


def _whole(text: str, parts: Mapping[str, str], at: datetime) -> str:
    pieces = [text]
    if sign := parts.get("sign"):
        pieces.append("-- \n" + sign)
    if quote := parts.get("quote"):
        before = at - timedelta(days=1)
        lines = "\n".join("> " + line for line in quote.splitlines())
        pieces.append(f"Am {before:%d.%m.%Y} um {before:%H:%M} schrieb {seeds.COMPANY} Kundendialog:\n{lines}")
    return "\n\n".join(pieces) + "\n"


def _bounce(text: str, parts: Mapping[str, str], at: datetime) -> bytes:
    report = EmailMessage()
    report["From"] = f"Mail Delivery System <mailer-daemon@{POST_DOMAIN}>"
    report["To"] = seeds.MAIL_ADDRESS
    report["Subject"] = parts["subject"]
    report["Date"] = format_datetime(at)
    report["Message-ID"] = f"<{parts['id']}@{POST_DOMAIN}>"
    report["Auto-Submitted"] = "auto-replied"
    report["Return-Path"] = "<>"
    report.set_content(text)
    state = EmailMessage()
    state["Reporting-MTA"] = f"dns; {POST_DOMAIN}"
    machine = EmailMessage()
    machine["Final-Recipient"] = f"rfc822; {parts['failed']}"
    machine["Action"] = "failed"
    machine["Status"] = "5.1.1"
    machine["Diagnostic-Code"] = f"smtp; 550 5.1.1 <{parts['failed']}>: no such mailbox"
    original = EmailMessage()
    original["From"] = seeds.MAIL_ADDRESS
    original["To"] = parts["failed"]
    original["Subject"] = parts.get("about", "Ihre Anfrage")
    original["Message-ID"] = parts.get("answers", f"<unknown@{seeds.MAIL_DOMAIN}>")
    original.set_content("Guten Tag, vielen Dank für Ihre Nachricht.\n")
    return _report_bytes(report, [state, machine], original)


def _report_bytes(report: EmailMessage, states: list[EmailMessage], original: EmailMessage) -> bytes:
    """RFC 3464 by hand: the standard library makes no delivery-status parts."""
    line = "=_auental_report"
    words = report.get_content()
    for name in ("Content-Type", "Content-Transfer-Encoding", "MIME-Version"):
        del report[name]
    head = report.as_bytes().split(b"\n\n", 1)[0]
    status = "\n\n".join("\n".join(f"{name}: {value}" for name, value in one.items()) for one in states)
    pieces = [
        f"--{line}\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n{words}\n",
        f"--{line}\nContent-Type: message/delivery-status\n\n{status}\n\n",
        f"--{line}\nContent-Type: message/rfc822\n\n",
    ]
    kind = f'\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary="{line}"\n\n'
    return head + kind.encode() + "".join(pieces).encode() + original.as_bytes() + f"\n--{line}--\n".encode()
