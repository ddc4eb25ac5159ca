"""A reading in words: what was found, how certainly, because of which words, and what a person can say instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from resonanz.model.models import Reading
from resonanz.triage.readers.needs_answer import is_telling
from resonanz.triage.readers.urgency import NORMAL, NOW, SOON
from resonanz.web.said import LANGUAGE_NAMES, NAMES, sentence

_BARE = {"is_spam": "spam", "has_personal_data": "personal_data"}  # columns and what the readers call them


@dataclass(frozen=True, slots=True)
class Shown:
    """One finding. ``certainty`` in percent; ``choices`` are (value, label) that a person can click."""

    field: str
    label: str
    value: str
    certainty: int | None
    because: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    is_overruled: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One finding and the words that carried it, with what a person can say instead. ``kind``: hot, warm, asks, private
    or "" for a quiet one.
    """

    shown: Shown
    kind: str
    label: str
    words: tuple[str, ...]


def findings(reading: Reading) -> list[Shown]:
    """Everything that was read in a message, in a fixed order."""
    yes_no = (("yes", _("yes")), ("no", _("no")))
    urgencies = (("0", _("ordinary")), ("1", _("soon")), ("2", _("urgent")), ("3", _("danger")))
    languages = (("de", _("German")), ("en", _("English")))
    forms = (("du", "du"), ("sie", "Sie"))
    return [
        _shown(reading, "urgency", _("Urgency"), dict(urgencies)[str(reading.urgency)], urgencies),
        _shown(reading, "needs_answer", _("Needs an answer"), _truth(reading.needs_answer), yes_no),
        _shown(reading, "language", _("Language"), language_name(reading.language), languages),
        _shown(reading, "address_form", _("Address"), reading.get_address_form_display(), forms),
        _shown(reading, "is_spam", _("Spam"), _truth(reading.is_spam), yes_no),
        _shown(reading, "has_personal_data", _("Personal data"), _truth(reading.has_personal_data), yes_no),
    ]


def marks(reading: Reading) -> dict[str, str]:
    """The telling words in lower case and how each is marked: hot (danger), warm (urgent, spam), asks (wants an
    answer). Language and form of address are only said as a reason: their little words tell nobody anything.
    """
    urgency = {NOW: "hot", SOON: "warm"}.get(reading.urgency, "")
    asks = [word for word in _because(reading, "needs_answer") if is_telling(word)]
    found = {word: "asks" for word in asks if reading.needs_answer}
    found |= {word: "warm" for word in _because(reading, "spam") if reading.is_spam}
    found |= {word: urgency for word in _because(reading, "urgency") if urgency}
    return {word.lower(): kind for word, kind in found.items() if len(word) > 1}


def reasons(reading: Reading) -> list[Told]:
    """What stands beside the words: each finding that matters here, with the words that carried it."""
    urgency = {NOW: ("hot", _("Danger")), SOON: ("hot", _("Urgent")), NORMAL: ("warm", _("Soon"))}
    kind, label = urgency.get(reading.urgency, ("", ""))
    telling = tuple(word for word in _because(reading, "needs_answer") if is_telling(word))
    of = {one.field: one for one in findings(reading)}
    told = [
        Told(of["urgency"], kind, label, _because(reading, "urgency") if kind == "hot" else ()),
        Told(
            of["has_personal_data"],
            "private",
            _("Personal data") if reading.has_personal_data else "",
            _said(reading, "personal_data"),
        ),
        Told(of["is_spam"], "warm", _("Spam") if reading.is_spam else "", _said(reading, "spam")),
        Told(
            of["needs_answer"], "", "" if reading.needs_answer else _("Needs no answer"), _said(reading, "needs_answer")
        ),
        Told(of["needs_answer"], "asks", _("Wants an answer") if reading.needs_answer and telling else "", telling),
        Told(
            of["language"], "", language_name(reading.language) if reading.language else "", _said(reading, "language")
        ),
        Told(of["address_form"], "", _form(reading), _because(reading, "address_form")),
    ]
    return [one for one in told if one.label]


def besides(reading: Reading, told: Sequence[Told]) -> list[Shown]:
    """The findings that ``told`` leaves out."""
    shown = {one.shown.field for one in told}
    return [one for one in findings(reading) if one.field not in shown]


def language_name(code: str) -> str:
    """A language in words; its code where we have none."""
    return str(LANGUAGE_NAMES.get(code) or code or _("unknown"))


def _shown(reading: Reading, field: str, label: str, value: str, choices: tuple[tuple[str, str], ...]) -> Shown:
    found = reading.found.get(_BARE.get(field, field)) or {}
    certainty = found.get("certainty")
    because = tuple(_word(str(word)) for word in found.get("because", ()))
    left = tuple(choice for choice in choices if choice[1] != value)
    percent = round(float(certainty) * 100) if certainty is not None else None
    return Shown(field, label, str(value), percent, because, left, field in reading.overruled)


def _because(reading: Reading, field: str) -> tuple[str, ...]:
    """The words that carried a finding; none where a person said better."""
    if {field, f"is_{field}", f"has_{field}"} & reading.overruled.keys():
        return ()
    found = reading.found.get(field)
    return tuple(str(word).strip() for word in found.get("because", ())) if isinstance(found, dict) else ()


def _said(reading: Reading, field: str) -> tuple[str, ...]:
    """The same, with reasons that are names or sentences said in words."""
    return tuple(_word(word) for word in _because(reading, field))


def _word(word: str) -> str:
    """A reason in words: a name or a sentence of ours; what the customer wrote stays as it is ("and" is not "und")."""
    return str(NAMES.get(word) or (sentence(word) if " " in word else word))


def _form(reading: Reading) -> str:
    return str(reading.get_address_form_display()) if reading.address_form else ""


def _truth(value: bool) -> str:  # noqa: FBT001 - it is the value itself
    return _("yes") if value else _("no")
