"""IMAP SEARCH: which mails fit the criteria."""

from collections.abc import Callable, Sequence
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from email.utils import parsedate_to_datetime

from resonanz.sandbox.imap_grammar import BadCommand, Tokens, as_text, day, members
from resonanz.sandbox.mailboxes import Mail

Fits = Callable[[Mail], bool]
FLAGS = {"SEEN": "\\Seen", "ANSWERED": "\\Answered", "FLAGGED": "\\Flagged", "DELETED": "\\Deleted", "DRAFT": "\\Draft"}
HEADERS = {"SUBJECT", "FROM", "TO", "CC", "BCC"}


def found(mails: Sequence[Mail], criteria: Tokens) -> list[Mail]:
    """Those of ``mails`` (a whole box, in order) that fit. Raises BadCommand."""
    words = list(criteria)
    if words and isinstance(words[0], str) and words[0].upper() == "CHARSET":
        words = words[2:]
    uids = [mail.uid for mail in mails]
    fits = _all(words, uids)
    return [mail for mail in mails if fits(mail)]


def _all(words: Tokens, uids: list[int]) -> Fits:
    left, wanted = list(words), []
    while left:
        wanted.append(_next(left, uids))
    return lambda mail: all(one(mail) for one in wanted)


def _next(left: Tokens, uids: list[int]) -> Fits:
    word = _take(left)
    if isinstance(word, list):
        return _all(word, uids)
    key = as_text(word).upper()
    if key == "NOT":
        other = _next(left, uids)
        return lambda mail: not other(mail)
    if key == "OR":
        one, two = _next(left, uids), _next(left, uids)
        return lambda mail: one(mail) or two(mail)
    return _flagged(key) or _dated(key, left) or _worded(key, left) or _numbered(key, left, uids)


def _flagged(key: str) -> Fits | None:
    if key in {"ALL", "OLD"}:
        return lambda _mail: True
    if key in {"NEW", "RECENT"}:
        return lambda mail: "\\Seen" not in mail.flags
    if flag := FLAGS.get(key):
        return lambda mail: flag in mail.flags
    if key.startswith("UN") and (flag := FLAGS.get(key[2:])):
        return lambda mail: flag not in mail.flags
    return None


def _dated(key: str, left: Tokens) -> Fits | None:
    if key not in {"SINCE", "BEFORE", "ON", "SENTSINCE", "SENTBEFORE", "SENTON"}:
        return None
    border, way = day(as_text(_take(left))), key.removeprefix("SENT")

    def fits(mail: Mail) -> bool:
        at = mail.at.date()
        if key.startswith("SENT"):
            try:
                at = parsedate_to_datetime(str(_read(mail).get("Date", ""))).date()
            except ValueError:
                return False
        return at >= border if way == "SINCE" else at < border if way == "BEFORE" else at == border

    return fits


def _worded(key: str, left: Tokens) -> Fits | None:
    if key == "HEADER":
        name, wanted = as_text(_take(left)), as_text(_take(left)).lower()
        return lambda mail: name in _read(mail) and wanted in str(_read(mail).get(name, "")).lower()
    if key in HEADERS:
        wanted = as_text(_take(left)).lower()
        return lambda mail: wanted in str(_read(mail).get(key, "")).lower()
    if key in {"TEXT", "BODY"}:
        wanted = as_text(_take(left)).lower()
        return lambda mail: wanted in mail.raw.decode("utf-8", "replace").lower()
    if key in {"KEYWORD", "UNKEYWORD"}:
        flag = as_text(_take(left))
        return lambda mail: (flag in mail.flags) is (key == "KEYWORD")
    return None


def _numbered(key: str, left: Tokens, uids: list[int]) -> Fits:
    if key in {"LARGER", "SMALLER"}:
        border = as_text(_take(left))
        if not border.isdecimal():
            raise BadCommand("no number")
        return lambda mail: len(mail.raw) > int(border) if key == "LARGER" else len(mail.raw) < int(border)
    if key == "UID":
        chosen = set(members(as_text(_take(left)), uids))
        return lambda mail: mail.uid in chosen
    places = set(members(key, range(1, len(uids) + 1)))
    by_place = {uids[place - 1] for place in places}
    return lambda mail: mail.uid in by_place


def _take(left: Tokens) -> object:
    if not left:
        raise BadCommand("something is missing")
    return left.pop(0)


def _read(mail: Mail) -> EmailMessage:
    head = mail.raw.split(b"\r\n\r\n", 1)[0]
    return message_from_bytes(head, _class=EmailMessage, policy=default)
