"""Finished sentences from message ids with places: what an error, a violation or a reason says in this language."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LANGUAGE_NAMES: dict[str, Promise | str] = {
    "de": _("German"),
    "en": _("English"),
    "ar": _("Arabic"),
    "cs": _("Czech"),
    "es": _("Spanish"),
    "fr": _("French"),
    "hr": _("Croatian"),
    "it": _("Italian"),
    "nl": _("Dutch"),
    "pl": _("Polish"),
    "pt": _("Portuguese"),
    "ro": _("Romanian"),
    "ru": _("Russian"),
    "tr": _("Turkish"),
    "uk": _("Ukrainian"),
}
# Names of channels that are ordinary words, for the catalog; all others are proper names.
ORDINARY_NAMES = (_("File"), _("Practice"))
# Bare names that errors and checks carry, and how they are said.
NAMES: dict[str, Promise | str] = {
    "email": _("e-mail address"),
    "phone": _("telephone number"),
    "iban": _("IBAN"),
    "number": _("customer or contract number"),
    "address": _("postal address"),
    **{f"language.{code}": name for code, name in LANGUAGE_NAMES.items()},
}


def sentence(said: str, places: Mapping[str, object] | None = None) -> str:
    """The translated sentence; a place whose value is a message id itself is translated too."""
    template = gettext(said) if said else ""
    if not places:
        return template
    values = {name: _named(value) for name, value in places.items()}
    try:
        return template.format(**values)
    except (KeyError, IndexError, ValueError):
        return template


def _named(value: object) -> object:
    """A place's value in words, where it is a known name or itself a message id."""
    return str(NAMES.get(value) or gettext(value)) if isinstance(value, str) and value else value
