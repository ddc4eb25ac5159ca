"""Personal data in a text: e-mail addresses, telephone numbers, IBANs (check digits verified), customer, contract and
meter numbers by their usual words, postal addresses. The agent is warned; a public reply must not repeat them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import phonenumbers
from stdnum import iban

_DIGIT = re.compile("[0-9٠-٩۰-۹]")  # a set is looked at twice as fast as \d
_DIGITS = re.compile(_DIGIT.pattern * 3)
_NUMBER_WORDS = (
    "kunden", "vertrag", "zähler", "rechnung", "konto", "auftrag", "bestell", "vorgang", "customer", "contract",
    "meter", "invoice", "account", "order", "booking",
)  # fmt: skip
_MAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})*\.[A-Za-z]{2,24}\b")
_AT = re.compile(r"[A-Za-z0-9._%+-]@[A-Za-z0-9]")
_IBAN = re.compile(r"\b[A-Z][A-Z][0-9][0-9](?:[ ]?[A-Z0-9]{2,4}){3,8}\b")
_NUMBER = re.compile(
    r"\b(?:kunden|vertrags?|zähler|rechnungs|konto|auftrags|bestell|vorgangs|customer|contract|meter|invoice|account|order|booking)"
    r"[\s-]*(?:konto[\s-]*)?(?:nr|nummer|number|no|id|#)?[.:#\s]{0,4}(?:ist|is|lautet)?[:\s]{0,2}([A-Z]{0,3}[-\s]?\d[\d\s./-]{3,18}\d)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<![\w./-])[+(]?[0+][\d\s()/.-]{6,20}\d(?![\w-])")
_PHONE_HINT = re.compile(r"[0+][\d\s()/.-]{6}")
_STREETS = ("straße", "strasse", "str.", "weg", "allee", "platz", "gasse", "ring", "damm", "ufer", "berg")
_STREET = re.compile(
    r"\b[A-ZÄÖÜ][\wäöüß.-]*(?:" + "|".join(re.escape(word) for word in _STREETS) + r")\s+\d{1,4}\s?[a-z]?\b"
)
_TOWN = re.compile(r"\b\d{5}\s+[A-ZÄÖÜ][a-zäöüß]{2,}")
MOST_LENGTH = 20_000


@dataclass(frozen=True, slots=True)
class Found:
    """One piece: its kind and where it stands (character offsets)."""

    kind: str
    start: int
    end: int


def personal_data(text: str) -> list[Found]:
    """All pieces found, in order, none overlapping; the first ``MOST_LENGTH`` characters are read."""
    text = text[:MOST_LENGTH]
    if "@" not in text and not _DIGIT.search(text):  # most texts hold neither
        return []
    taken: list[Found] = []
    for one in _candidates(text):
        if all(one.end <= other.start or one.start >= other.end for other in taken):
            taken.append(one)
    return sorted(taken, key=lambda found: found.start)


def _candidates(text: str) -> Iterator[Found]:
    """Each pattern runs only where what it cannot do without is there; most texts have neither digit nor @."""
    if "@" in text and _AT.search(text):  # not merely "@somebody"
        for match in _MAIL.finditer(text):
            yield Found("email", *match.span())
    if _DIGITS.search(text):
        yield from _numbers(text)
        for match in _TOWN.finditer(text):
            yield Found("address", *match.span())
    if _DIGIT.search(text) and any(word in text for word in _STREETS):
        for match in _STREET.finditer(text):
            yield Found("address", *match.span())


def _numbers(text: str) -> Iterator[Found]:
    for match in _IBAN.finditer(text):
        if iban.is_valid(match.group(0)):
            yield Found("iban", *match.span())
    lower = text.lower()
    if any(word in lower for word in _NUMBER_WORDS):
        for match in _NUMBER.finditer(text):
            yield Found("number", *match.span(1))
    if _PHONE_HINT.search(text) and _PHONE.search(text):
        for phone in phonenumbers.PhoneNumberMatcher(text, "DE"):
            yield Found("phone", phone.start, phone.end)
