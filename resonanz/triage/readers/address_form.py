"""du or Sie: how a German writer speaks to us.

A capital "Sie" in the middle of a sentence, "Ihnen", "Ihr(e)" speak formally; "du", "dir", "euch", "ihr" and
imperatives like "schaut" do not. A company is often spoken to as "ihr", which counts as du.
"""

import re
from collections.abc import Sequence

from resonanz.triage.readers.contract import Finding, Seen

_DU = re.compile(
    r"\b(du|dich|dir|dein(?:e|en|em|er|es)?|euch|euer|eure[mnrs]?|habt|seid|könnt|wollt|macht|schafft|kriegt|meldet|sagt"
    r"|gebt|tut|müsst|werdet|schickt|lasst|guckt|schaut|bringt|fahrt|redet|hallo zusammen|moin|servus|"
    r"kannst|hast|bist|willst|musst|machst)\b"
    r"|(?<![.!?]\s)(?<!^)\bihr\b",
    re.IGNORECASE,
)
_IHR_VERB = re.compile(r"\bihr\s+(?:\w+t|seid)\b|\b(?:habt|seid|könnt|wollt|macht|\w+t)\s+ihr\b", re.IGNORECASE)
_SIE = re.compile(
    r"\b(Ihnen|Ihrem|Ihren|Ihrer|Ihres)\b|(?<=[a-zäöüß,;:]\s)(Sie|Ihre?)\b"
    r"|\b(?:[Kk]önnen|[Hh]aben|[Ss]ind|[Ww]erden|[Ww]ollen|[Mm]üssen|[Kk]önnten|[Ww]ürden|[Ww]issen|[Ss]ollten) Sie\b"
    r"|[Ss]ehr geehrte|[Mm]it freundlichen Grüßen"
)
_OURS = frozenset({"ihr"})


class AddressFormReader:
    name = "address_form"
    version = 1

    def read(self, seen: Sequence[Seen]) -> list[Finding[str]]:
        return [self._one(one) for one in seen]

    def _one(self, one: Seen) -> Finding[str]:
        if one.language not in {"de", ""}:
            return Finding("", 1.0)
        sie = [match.group(0).strip() for match in _SIE.finditer(one.text)]
        du = [match.group(0).strip() for match in _DU.finditer(one.text)]
        du = [word for word in du if word.lower() not in _OURS or _IHR_VERB.search(one.text)]
        if len(sie) > len(du) or (sie and any(word[0].isupper() for word in sie) and len(sie) >= len(du)):
            return Finding("sie", 0.9 if len(sie) > 1 else 0.8, tuple(dict.fromkeys(sie))[:4])
        if du:
            return Finding("du", 0.9 if len(du) > 1 else 0.75, tuple(dict.fromkeys(du))[:4])
        return Finding("", 0.5)
