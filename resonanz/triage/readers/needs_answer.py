"""Would this person rightly expect an answer? Questions, requests and problems do; thanks, tags and spam do not.

In doubt yes: a needless look costs seconds, a forgotten person costs the promise.
"""

import re
from collections.abc import Sequence

from resonanz.triage.readers.contract import Finding, Seen

_ASKS = re.compile(
    r"\?|\b(?:wann|warum|wieso|weshalb|wie|wo|was|wer|welche[rsmn]?|kann|könn(?:t|en|te|ten)|bitte|hilfe|brauche|möchte|hätte gern"
    r"|when|why|how|where|what|who|which|can|could|please|help|need|would like|wondering)\b",
    re.IGNORECASE,
)
_MATTER = re.compile(
    r"\b(?:nicht|kein\w*|nie|immer noch|schon wieder|seit|falsch|kaputt|defekt|ausfall|störung|rechnung|mahnung|verspät\w*|storniert"
    r"|not|never|still|again|wrong|broken|since|outage|invoice|bill|late|cancel\w*|refund|waiting|lost|problem|"
    r"unverschämt\w*|frechheit|enttäusch\w*|disappoint\w*|terrible|worst)\b",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"\b(?:danke|dank|super|toll|klasse|prima|spitze|gut gemacht|weiter so|respekt|top|thanks?|thank you|great|awesome|"
    r"love|well done|nice|perfekt|lieb)\b",
    re.IGNORECASE,
)
_SPAM = re.compile(
    r"(?:t\.me/|bit\.ly|whatsapp\s*\+?\d|crypto|bitcoin|krypto|forex|onlyfans|follow\s+(?:me|back)|check\s+(?:out\s+)?my"
    r"|verdien\w*\s+\d+|passives\s+einkommen|earn\s+\$?\d+|dm\s+me\s+to|invest\w*\s+(?:with|bei)|click\s+the\s+link|giveaway|gewinnspiel-link)",
    re.IGNORECASE,
)
_ONLY_TAGS = re.compile(r"^(?:\s*@[\w.@-]+\s*)+$")


class NeedsAnswerReader:
    name = "needs_answer"
    version = 1

    def read(self, seen: Sequence[Seen]) -> list[Finding[bool]]:
        return [self._one(one) for one in seen]

    def _one(self, one: Seen) -> Finding[bool]:
        text = one.words
        if match := _SPAM.search(text):
            return Finding(value=False, certainty=0.8, because=(match.group(0),))
        if not any(letter.isalnum() for letter in text) and "?" not in text:
            return Finding(value=False, certainty=0.8, because=("no words",))
        if _ONLY_TAGS.match(text):
            return Finding(value=False, certainty=0.8, because=("only names",))
        if match := _ASKS.search(text):
            return Finding(value=True, certainty=0.8 if match.group(0) == "?" else 0.65, because=(match.group(0),))
        if match := _MATTER.search(text):
            return Finding(value=True, certainty=0.65, because=(match.group(0),))
        if match := _THANKS.search(text):
            return Finding(value=False, certainty=0.7, because=(match.group(0),))
        return Finding(value=not one.is_public, certainty=0.5, because=())


class SpamReader:
    """The crude signs only; learned filters come beside it."""

    name = "spam"
    version = 1

    def read(self, seen: Sequence[Seen]) -> list[Finding[bool]]:
        found = (_SPAM.search(one.words) for one in seen)
        return [Finding(bool(m), 0.8 if m else 0.6, (m.group(0),) if m else ()) for m in found]
