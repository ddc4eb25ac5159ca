"""Reasons that were kept in the database as English sentences, said in the language of whoever reads them.

Where something fails there is no reader yet, so the reason is kept as it was given: a message id ("not JSON"), one with
a detail behind a colon ("this kind is not used: poll"), or a sentence whose places were filled ("The channel could not
be reached (time-out)."). All three are known again here by the catalog; details stay as they came.
"""

import re
from functools import cache

from babel.messages.pofile import read_po
from django.utils.translation import gettext

from resonanz.web.catalog import LOCALE

_PLACE = re.compile(r"\\\{(\w+)\\\}")
_TELLING = 12  # letters of a sentence beside its places; fewer fit anything
_DEEPEST = 4


def kept(text: str, depth: int = 0) -> str:
    """The reason in this language, as far as we know it."""
    if not text or depth > _DEEPEST or text in _ids():
        return gettext(text) if text else ""
    for template, pattern in _templates():
        if match := pattern.fullmatch(text):
            return gettext(template).format(
                **{name: kept(value, depth + 1) for name, value in match.groupdict().items()}
            )
    head, colon, detail = text.partition(": ")
    return f"{gettext(head)}: {kept(detail, depth + 1)}" if colon and head in _ids() else text


@cache
def _ids() -> frozenset[str]:
    with (LOCALE / "de" / "LC_MESSAGES" / "django.po").open("rb") as file:
        return frozenset(one.id for one in read_po(file) if isinstance(one.id, str) and one.id)


@cache
def _templates() -> tuple[tuple[str, "re.Pattern[str]"], ...]:
    """Sentences with places and what they look like when these are filled, the most telling first."""
    found = [(one, _PLACE.sub(r"(?P<\1>.*)", re.escape(one))) for one in _ids() if re.search(r"\{\w+\}", one)]
    telling = [(len(re.sub(r"\{\w+\}", "", one)), one, pattern) for one, pattern in found]
    return tuple(
        (one, re.compile(pattern, re.DOTALL))
        for size, one, pattern in sorted(telling, reverse=True)
        if size >= _TELLING
    )
