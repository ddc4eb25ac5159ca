"""du or Sie: how a German writer speaks to us.

A capital "Sie" in the middle of a sentence, "Ihnen", "Ihr(e)" speak formally; "du", "dir", "euch", "ihr" and
imperatives like "schaut" do not. A company is often spoken to as "ihr", which counts as du.
"""

import re
from collections.abc import Sequence

from resonanz.triage.readers.contract import MOST_READ, Finding, Seen

_DU = frozenset(
    [
        "du",
        "dich",
        "dir",
        "dein",
        "deine",
        "deinen",
        "deinem",
        "deiner",
        "deines",
        "euch",
        "euer",
        "eure",
        "eurem",
        "euren",
        "eurer",
        "eures",
        "habt",
        "seid",
        "könnt",
        "wollt",
        "macht",
        "schafft",
        "kriegt",
        "meldet",
        "gebt",
        "müsst",
        "werdet",
        "schickt",
        "lasst",
        "guckt",
        "schaut",
        "bringt",
        "redet",
        "kannst",
        "hast",
        "bist",
        "willst",
        "musst",
        "machst",
        "moin",
        "servus",
    ]
)
_IHR = re.compile(r"\bihr\s+(?:\w+t|seid)\b|\b(?:\w+t|seid)\s+ihr\b")
_SIE = re.compile(
    r"\bIhn?e[nmrs]?\b|(?<=[a-zäöüß,;:]\s)(?:Sie|Ihre?)\b"
    r"|\b(?:[Kk]önnen|[Hh]aben|[Ss]ind|[Ww]erden|[Ww]ollen|[Mm]üssen|[Kk]önnten|[Ww]ürden|[Ww]issen|[Ss]ollten) Sie\b"
    r"|[Ss]ehr geehrte|[Mm]it freundlichen Grüßen"
)
_FORMAL = ("Sie", "Ih", "geehrte", "freundlichen")


_NOT_GERMAN, _NO_SIGN = Finding("", 1.0), Finding("", 0.5)


class AddressFormReader:
    name = "address_form"
    version = 2

    def read(self, seen: Sequence[Seen]) -> list[Finding[str]]:
        return [self._one(one) for one in seen]

    def _one(self, one: Seen) -> Finding[str]:
        if one.language not in {"de", ""}:
            return _NOT_GERMAN
        text = one.text[:MOST_READ]
        sie = [m.group(0).strip() for m in _SIE.finditer(text)] if any(word in text for word in _FORMAL) else []
        du = sorted(_DU & one.tokens)
        if "ihr" in one.tokens and (match := _IHR.search(one.lower)):
            du.append(match.group(0))
        if sie and len(sie) >= len(du):
            return Finding("sie", 0.9 if len(sie) > 1 else 0.8, tuple(dict.fromkeys(sie))[:4])
        if du:
            return Finding("du", 0.9 if len(du) > 1 else 0.75, tuple(du)[:4])
        return _NO_SIGN
