"""What an author changed in their words: word by word, what was taken out and what was put in."""

import re
from difflib import SequenceMatcher

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

MOST_WORDS = 1200  # comparing takes time by the square; longer texts are shown whole, the old beside the new
LEAST_ALIKE = 0.5  # what shares less is read better as old and new
_PIECES = re.compile(r"\s+|\S+")


def edited(before: str, after: str) -> SafeString:
    """Both texts in one, escaped: what went is a ``del``, what came an ``ins``, each said in words for who hears it."""
    old, new = _PIECES.findall(before), _PIECES.findall(after)
    compared = SequenceMatcher(None, old, new, autojunk=False)
    if len(old) + len(new) > 2 * MOST_WORDS or compared.ratio() < LEAST_ALIKE:
        return format_html("{}{}", _marked("del", before), _marked("ins", after))
    steps = ((kind, "".join(old[a:b]), "".join(new[c:d])) for kind, a, b, c, d in compared.get_opcodes())
    return format_html_join("", "{}{}", (_step(kind, went, came) for kind, went, came in steps))


def _step(kind: str, went: str, came: str) -> tuple[SafeString | str, SafeString | str]:
    if kind == "equal":
        return went, ""
    return _marked("del", went), _marked("ins", came)


def _marked(name: str, text: str) -> SafeString:
    if not text:
        return SafeString("")
    said = _("[taken out:]") if name == "del" else _("[put in:]")
    if name == "del":
        return format_html('<del><span class="unseen">{}</span>{}</del>', said, text)
    return format_html('<ins><span class="unseen">{}</span>{}</ins>', said, text)
