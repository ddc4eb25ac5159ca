"""What a mail is besides a message: bounce, auto-reply, newsletter, spam. By its headers first, words last. Pure."""

import re
from email.message import Message

from resonanz.connectors.contract import Mark
from resonanz.connectors.email.headers import header, message_ids, places, raw

MOST_SEARCHED = 100_000

_DAEMON = re.compile(r"^(?:mailer-daemon|postmaster|mail-daemon|mdaemon)@", re.IGNORECASE)
_BOUNCE_SUBJECT = re.compile(
    r"undeliver|delivery (?:status|failure|has failed)|returned mail|mail delivery (?:failed|subsystem)|failure notice|"
    r"unzustellbar|nicht zugestellt|zustellung fehlgeschlagen",
    re.IGNORECASE,
)
_AWAY_SUBJECT = re.compile(
    r"^\s*(?:abwesenheits?(?:notiz|benachrichtigung|nachricht|meldung)|out[- ]of[- ](?:the[- ])?office|"
    r"automatische abwesenheit\w*)\b",
    re.IGNORECASE,
)
_AUTO_SUBJECT = re.compile(
    r"^\s*(?:automatische (?:antwort|rückmeldung|eingangsbestätigung)|auto(?:matic)?[- ]?(?:reply|response)|"
    r"autoantwort)",
    re.IGNORECASE,
)
_AWAY_TEXT = re.compile(
    r"\b(?:abwesend|abwesenheit|nicht im (?:büro|haus|dienst)|im urlaub|out of (?:the )?office|"
    r"on (?:annual |parental )?leave|on vacation|wieder (?:erreichbar|im (?:büro|haus))|nicht erreichbar)\b",
    re.IGNORECASE,
)
_FORM_SENDER = re.compile(
    r"^(?:no-?reply|do-?not-?reply|www-data|wordpress|form\w*|kontakt\w*|web\w*|website)@", re.IGNORECASE
)
_FAILED = re.compile(r"^\s*action:\s*(\w+)", re.IGNORECASE | re.MULTILINE)


def is_form(mail: Message, own: frozenset[str]) -> bool:
    """A contact form: sent by a machine (or in our own name) with the person in Reply-To."""
    sender, back = places(mail, "from"), places(mail, "reply-to")
    if not sender or not back or back[0].address.casefold() in own:
        return False
    address = sender[0].address.casefold()
    return address != back[0].address.casefold() and (address in own or bool(_FORM_SENDER.match(address)))


def marks(mail: Message, subject: str, text: str, *, own: frozenset[str]) -> frozenset[Mark]:
    """All marks of a mail; ``own`` are our addresses in lower case."""
    found = set()
    if header(mail, "x-spam-flag").casefold().startswith("yes"):
        found.add(Mark.SPAM)
    if is_form(mail, own):
        return frozenset(found)
    if (sender := places(mail, "from")) and sender[0].address.casefold() in own:
        found.add(Mark.OWN)
    report = _report(mail)
    if report == "failed" or (not report and _looks_bounced(mail, subject)):
        return frozenset(found | {Mark.BOUNCE})
    if report or _is_auto(mail, subject):
        away = _AWAY_SUBJECT.match(subject) or _AWAY_TEXT.search(text[:2000])
        found.add(Mark.OUT_OF_OFFICE if away else Mark.AUTO_REPLY)
    if _is_bulk(mail, own):
        found.add(Mark.BULK)
    return frozenset(found)


def about(mail: Message, domain: str) -> str:
    """The Message-ID of ours that a bounce or auto-reply speaks of, "" where it names none."""
    for part in mail.walk():
        if part is not mail and part.get_content_type() in {"message/rfc822", "text/rfc822-headers", "message/global"}:
            inner = part.get_payload()
            first = inner[0] if isinstance(inner, list) and inner else inner
            text = raw(first, "message-id") if isinstance(first, Message) else str(first)
            if named := message_ids(re.sub(r"(?is)^.*?message-id:\s*", "", text[:MOST_SEARCHED], count=1)):
                return named[0]
    for named in (message_ids(raw(mail, "in-reply-to"), raw(mail, "references"))[::-1], message_ids(_bodies(mail))):
        if ours := [one for one in named if one.casefold().endswith(f"@{domain.casefold()}>")]:
            return ours[0]
    return ""


def _report(mail: Message) -> str:
    """For a delivery report "failed" or another word, "" for a mail that is none."""
    if mail.get_content_type() != "multipart/report":
        return ""
    kind = str(mail.get_param("report-type", "")).casefold()
    if kind != "delivery-status":
        return kind or "report"
    status = [str(part) for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    actions = {one.casefold() for text in status for one in _FAILED.findall(text[:MOST_SEARCHED])}
    return "failed" if "failed" in actions or not actions else "delayed"


def _looks_bounced(mail: Message, subject: str) -> bool:
    sender = places(mail, "from")
    daemon = bool(sender) and bool(_DAEMON.match(sender[0].address))
    failed = bool(raw(mail, "x-failed-recipients"))
    nobody = raw(mail, "return-path").strip() == "<>"
    return failed or ((daemon or nobody) and bool(_BOUNCE_SUBJECT.search(subject)))


def _is_auto(mail: Message, subject: str) -> bool:
    """X-Auto-Response-Suppress is no sign: it asks machines not to answer, and people's mails bear it, too."""
    submitted = header(mail, "auto-submitted").casefold()
    if submitted and not submitted.startswith("no"):
        return True
    if any(raw(mail, name) for name in ("x-autoreply", "x-autorespond")):
        return True
    if header(mail, "precedence").casefold() in {"auto_reply", "auto-reply"}:
        return True
    return bool(_AWAY_SUBJECT.match(subject) or _AUTO_SUBJECT.match(subject))


def _is_bulk(mail: Message, own: frozenset[str]) -> bool:
    """Sent to many. A group of our own (a shared address that hands each mail on) is none: who writes to it writes to
    us.
    """
    if _own_list(mail, own):
        return False
    listed = any(raw(mail, name) for name in ("list-id", "list-unsubscribe", "feedback-id"))
    return listed or header(mail, "precedence").casefold() in {"bulk", "list", "junk"}


def _own_list(mail: Message, own: frozenset[str]) -> bool:
    """By List-Post, else by List-Id, which is the address with a dot for its @ (RFC 2919)."""
    posted = {one.casefold() for one in re.findall(r"mailto:([^>?\s]+)", raw(mail, "list-post"))}
    named = {one.casefold() for one in re.findall(r"<([^<>\s]+)>", raw(mail, "list-id"))}
    return bool(posted & own or named & {address.replace("@", ".") for address in own})


def _bodies(mail: Message) -> str:
    texts = [
        one.get_payload() for one in mail.walk() if one.get_content_maintype() == "text" and not one.is_multipart()
    ]
    return "\n".join(str(one) for one in texts)[:MOST_SEARCHED]
