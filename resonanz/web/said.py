"""Finished sentences from message ids with places: what an error, a violation or a reason says in this language."""

from collections.abc import Mapping

from django.utils.translation import gettext


def sentence(said: str, places: Mapping[str, object] | None = None) -> str:
    """The translated sentence; a place whose value is a message id itself is translated too."""
    template = gettext(said) if said else ""
    if not places:
        return template
    values = {name: gettext(value) if isinstance(value, str) and value else value for name, value in places.items()}
    try:
        return template.format(**values)
    except (KeyError, IndexError, ValueError):
        return template
