"""A mail as a person reads it: who, what about, and the text."""

import re
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True)
class Letter:
    sender: str
    subject: str
    text: str


def as_read(raw: bytes) -> Letter:
    """Never fails: what cannot be read is shown as far as it can."""
    mail = message_from_bytes(raw, _class=EmailMessage, policy=default)
    body = mail.get_body(("plain", "html"))
    try:
        text = str(body.get_content()) if body else ""
    except (LookupError, ValueError, KeyError):
        text = raw.decode("utf-8", "replace")
    if body and body.get_content_type() == "text/html":
        text = _TAG.sub("", re.sub(r"(?i)<br\s*/?>|</p>", "\n", text))
    return Letter(str(mail.get("From", "")), str(mail.get("Subject", "")), text.strip())
