"""What somebody typed into the search, understood: words, "phrases in quotes" and operators, in both languages."""

import re
from dataclasses import dataclass
from typing import Literal

MOST_TERMS = 8
Where = Literal["from", "channel", "topic", "queue", "is", ""]
_TERM = re.compile(r'(?:(?P<label>[^\W\d_]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_LABELS: dict[str, Where] = {
    "from": "from", "von": "from", "channel": "channel", "kanal": "channel", "topic": "topic", "thema": "topic",
    "queue": "queue", "korb": "queue", "is": "is", "ist": "is",
}  # fmt: skip
STATES = {
    "open": "all", "offen": "all", "mine": "mine", "meine": "mine", "mein": "mine", "free": "unassigned",
    "unassigned": "unassigned", "frei": "unassigned", "later": "later", "snoozed": "later", "später": "later",
    "closed": "closed", "geschlossen": "closed", "urgent": "urgent", "dringend": "urgent", "due": "due",
    "fällig": "due", "today": "today", "heute": "today",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that has to be found; ``where`` is empty for words that may stand anywhere."""

    where: Where
    text: str


def unknown_states(search: str) -> list[str]:
    """What was asked for as a state and is none."""
    asked = ((match["label"] or "", match["word"] or match["phrase"] or "") for match in _TERM.finditer(search))
    return [word for label, word in asked if _LABELS.get(label.casefold()) == "is" and word.casefold() not in STATES]


def terms(search: str) -> tuple[Term, ...]:
    """At most ``MOST_TERMS`` terms, all of which have to hold. A label nobody knows (a time, an address of a page) and
    a state that there is none of belong to the words; an open quotation ends with the search.
    """
    found = []
    for match in _TERM.finditer(search):
        label = (match["label"] or "").casefold()
        value = (match["phrase"] if match["phrase"] is not None else match["word"]).strip()
        where = _LABELS.get(label, "")
        if where == "is":
            value = value.casefold()
        if (label and not where) or (where == "is" and value not in STATES):
            where, value = "", match[0].replace('"', "").strip()
        if value:
            found.append(Term(where, value))
    return tuple(found[:MOST_TERMS])
