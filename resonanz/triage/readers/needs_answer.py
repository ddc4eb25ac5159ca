"""Would this person rightly expect an answer? Questions, requests and problems do; thanks, tags and spam do not.

In doubt yes: a needless look costs seconds, a forgotten person costs the promise.
"""

import re
from collections.abc import Sequence

from resonanz.triage.readers.contract import Finding, Seen
from resonanz.triage.readers.words import first, rules

_ONLY_TAGS = re.compile(r"^(?:\s*@[\w.@-]+\s*)+$")

ASKS = frozenset(
    [
        "wann",
        "warum",
        "wieso",
        "weshalb",
        "wie",
        "wo",
        "was",
        "wer",
        "welche",
        "welcher",
        "welches",
        "welchen",
        "kann",
        "können",
        "könnt",
        "könnte",
        "könnten",
        "bitte",
        "hilfe",
        "brauche",
        "möchte",
        "when",
        "why",
        "how",
        "where",
        "what",
        "who",
        "which",
        "can",
        "could",
        "please",
        "help",
        "need",
        "wondering",
    ]
)
MATTER = frozenset(
    [
        "nicht",
        "kein",
        "keine",
        "keinen",
        "keiner",
        "nie",
        "seit",
        "falsch",
        "kaputt",
        "defekt",
        "ausfall",
        "störung",
        "rechnung",
        "mahnung",
        "verspätet",
        "verspätung",
        "storniert",
        "unverschämt",
        "unverschämtheit",
        "frechheit",
        "enttäuscht",
        "enttäuschend",
        "not",
        "never",
        "still",
        "again",
        "wrong",
        "broken",
        "since",
        "outage",
        "invoice",
        "bill",
        "late",
        "cancelled",
        "canceled",
        "cancel",
        "refund",
        "waiting",
        "lost",
        "problem",
        "disappointed",
        "terrible",
        "worst",
    ]
)
THANKS = frozenset(
    [
        "danke",
        "dank",
        "super",
        "toll",
        "klasse",
        "prima",
        "spitze",
        "respekt",
        "top",
        "thanks",
        "thank",
        "great",
        "awesome",
        "love",
        "nice",
        "perfekt",
        "lieb",
    ]
)
# what of these a person who reads the reason understands at once; the others carry the finding, but say little alone
_SMALL = (
    "wie wo was wer welche welcher welches welchen kann können könnt könnte könnten how where what who which can could "
    "nicht kein keine keinen keiner nie seit not never still again since"
)
CUES = (ASKS | MATTER) - frozenset(_SMALL.split())
_LONGEST = 95  # characters of a question that are shown
# a question from its asking word on
_QUESTION = re.compile(
    r"\b(?:wann|warum|wieso|weshalb|wie|wo|was|wer|welche[rsn]?|kann|könn(?:t|en|te|ten|tet)|when|why|how|where|what|who"
    r"|which|can|could)\b[^.!?\n]{0,80}\?"
)
SPAM = rules(
    "spam",
    ("t.me/", r"t\.me/\w"), ("bit.ly", r"bit\.ly/\w"), ("^whatsapp", r"whatsapp\W{0,3}\+?\d"), "crypto", "bitcoin", "krypto", "forex",
    "onlyfans", ("^follow", r"follow\s+(?:me|back)\b"), ("^check", r"check\s+(?:out\s+)?my\b"), ("^verdien", r"verdien\w*\s+\d+"),
    ("^passive", r"passives?\s+(?:einkommen|income)"), ("^earn", r"\bearn\s+[$€£]?\d+"), ("=dm", r"dm\s+me\s+to"),
    ("^invest", r"invest\w*\s+(?:with|bei)"), ("^click", r"click\s+the\s+link"), "giveaway",
)  # fmt: skip


def _question(lower: str) -> str:
    """A question in these words, from its asking word on; else its mark alone."""
    end = lower.find("?")
    while end >= 0:
        if asked := _QUESTION.search(lower, max(0, end - _LONGEST), end + 1):
            return asked.group(0)
        end = lower.find("?", end + 1)
    return "?"


def is_telling(words: str) -> bool:
    """Whether these words, given as the reason of a finding, tell a person something: a cue or a whole phrase."""
    return words in CUES or " " in words.strip()


def spam_sign(one: Seen) -> str:
    """The first crude sign of spam, or nothing."""
    return first(one.lower, SPAM, one.called)


class NeedsAnswerReader:
    name = "needs_answer"
    version = 3

    def read(self, seen: Sequence[Seen]) -> list[Finding[bool]]:
        return [self._silent(one) or self._said(one) for one in seen]

    def _silent(self, one: Seen) -> Finding[bool] | None:
        """Texts that say nothing to us."""
        if found := spam_sign(one):
            return Finding(value=False, certainty=0.8, because=(found,))
        if _ONLY_TAGS.match(one.lower):
            return Finding(value=False, certainty=0.8, because=("only names",))
        if "?" not in one.lower and not any(letter.isalnum() for letter in one.lower):
            return Finding(value=False, certainty=0.8, because=("no words",))
        return None

    def _said(self, one: Seen) -> Finding[bool]:
        if "?" in one.lower:
            return Finding(value=True, certainty=0.8, because=(_question(one.lower),))
        for known, value, certainty in ((ASKS, True, 0.65), (MATTER, True, 0.65), (THANKS, False, 0.7)):
            if hit := one.tokens & known:
                return Finding(value=value, certainty=certainty, because=(min(hit & CUES or hit),))
        return Finding(value=not one.is_public, certainty=0.5, because=())


_NO_SPAM = Finding(value=False, certainty=0.6)


class SpamReader:
    """The crude signs only; learned filters come beside it."""

    name = "spam"
    version = 2

    def read(self, seen: Sequence[Seen]) -> list[Finding[bool]]:
        found = (spam_sign(one) for one in seen)
        return [Finding(value=True, certainty=0.8, because=(words,)) if words else _NO_SPAM for words in found]
