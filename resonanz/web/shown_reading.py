"""A reading in words: what was found, how certainly, because of which words, and what a person can say instead."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from resonanz.model.models import Reading
from resonanz.web.said import sentence


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of "why?". ``certainty`` in percent; ``choices`` are (value, label) that a person can click."""

    field: str
    label: str
    value: str
    certainty: int | None
    because: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    is_overruled: bool


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
        _shown(reading, "personal_data", _("Personal data"), _truth(reading.has_personal_data), ()),
    ]


def because_words(reading: Reading) -> set[str]:
    """All words that a reader gave as its reason."""
    found = reading.found.values()
    return {
        str(word) for one in found if isinstance(one, dict) for word in one.get("because", ()) if len(str(word)) > 1
    }


def language_name(code: str) -> str:
    """A language in words, as far as we say it."""
    names = {"de": _("German"), "en": _("English"), "tr": _("Turkish"), "fr": _("French"), "pl": _("Polish")}
    names |= {"ru": _("Russian"), "ar": _("Arabic"), "uk": _("Ukrainian"), "it": _("Italian"), "es": _("Spanish")}
    return names.get(code, code or _("unknown"))


def _shown(reading: Reading, field: str, label: str, value: str, choices: tuple[tuple[str, str], ...]) -> Shown:
    found = reading.found.get(field) or {}
    certainty = found.get("certainty")
    because = tuple(sentence(str(word)) for word in found.get("because", ()))
    left = tuple(choice for choice in choices if choice[1] != value)
    percent = round(float(certainty) * 100) if certainty is not None else None
    return Shown(field, label, str(value), percent, because, left, field in reading.overruled)


def _truth(value: bool) -> str:  # noqa: FBT001 - it is the value itself
    return _("yes") if value else _("no")
