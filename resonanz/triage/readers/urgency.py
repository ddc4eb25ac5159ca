"""How soon somebody has to look: 0 none, 1 within a day, 2 within hours, 3 now.

Words and rules in German and English; a rule can only raise. Level 3 is for danger to life, health or property and for
fraud in progress: there a missed message costs more than ten false alarms, so the words are wide.
"""

import re
from collections.abc import Sequence

from resonanz.triage.readers.contract import Finding, Seen

_NOW = re.compile(
    r"gas(?:geruch|leck|alarm|austritt)|riecht\s+(?:\w+\s+){0,5}(?:nach\s+)?(?:gas|verbrannt|verschmort)"
    r"|nach\s+(?:gas|rauch|verbranntem)\b|gas\s+(?:leak|smell|alarm)|smell(?:s|ing|ed)?\s+(?:of\s+|like\s+)?(?:gas|burning|smoke)"
    r"|\bbrennt\b|\bfeuer(?!werk|wehrfest|abend|taufe)\b|\bin flammen|\bon fire\b|\bfunken|funkenflug|\bsparks?\b|sparking"
    r"|stromschlag|electric\s+shock|offene[rs]?\s+(?:leitung|kabel|schacht|trafo)|exposed\s+wir|kabel\s+(?:hängt|liegt)\s+(?:offen|blank|auf)"
    r"|explo(?:dier|sion|ded?)|\bverletz(?:t|te|ung)|\binjur(?:ed|y)|bewusstlos|unconscious|\bblut(?:et)?\b|bleeding"
    r"|notarzt|krankenwagen|ambulance|rettungswagen|sauerstoffgerät|beatmungsgerät|oxygen\s+(?:machine|concentrator)|dialyse|dialysis"
    r"|lebensgefahr|life.threatening|suizid|umbringen|kill\s+(?:myself|him|her)|eingeschlossen|eingesperrt|steck(?:en|e|t)\s+fest\s+im\s+aufzug"
    r"|stuck\s+in\s+the\s+(?:lift|elevator)|kind\s+(?:ist\s+)?(?:allein|eingeklemmt)|kohlenmonoxid|carbon\s+monoxide"
    r"|konto\s+(?:wird\s+)?(?:gerade\s+)?leer\s*geräumt|account\s+(?:was\s+)?hacked|gehackt|datenleck|data\s+(?:leak|breach)"
    r"|fremde\s+daten|daten\s+(?:von\s+)?(?:anderen|fremden)|wasserrohrbruch|rohrbruch|burst\s+pipe|überflutet|flooded|verbrüht"
    r"|\bco[ -]?melder|\brauch(?:t|en|wolke|entwicklung)?\b|\bsmok(?:e|ing)\b(?!\s+free)|blanke[sr]?\s+kabel|stromkabel|tabletten\s+vor"
    r"|das\s+war\s+ich\s+nicht|karte(?:n)?\s+sperren|sim\s+sperren|konto\s+sperren|freeze\s+(?:it|my)|scam(?:med|mer)?|betrüger"
    r"|notruf(?:knopf|taste)?|\bpanik\b|atemnot|keine\s+luft|can'?t\s+breathe|allergi\w+\s+schock|bremse\s+(?:geht|versagt)|\b(?:112|999)\b"
    r"|tür(?:en)?\s+(?:ging\w*\s+)?(?:während\s+der\s+fahrt|auf\s+freier\s+strecke)|gleis(?:en|bett)\s+(?:liegt|gefallen)|on\s+the\s+tracks",
    re.IGNORECASE,
)
_SOON = re.compile(
    r"\b(?:heute\s+noch|noch\s+heute|sofort|umgehend|dringend|schnellstmöglich|eilt|asap|urgent(?:ly)?|immediately|right\s+now"
    r"|bis\s+(?:heute|morgen|freitag|montag|dienstag|mittwoch|donnerstag|samstag|sonntag)\b|tonight|by\s+(?:tomorrow|friday|monday)"
    r"|anwalt|rechtsanwalt|lawyer|klage|verbraucherzentrale|schlichtungsstelle|presse|ombudsman|bundesnetzagentur"
    r"|zum\s+(?:dritten|vierten|fünften|x-ten|wiederholten)\s+mal|third\s+time|seit\s+(?:tagen|stunden|gestern)\s+(?:kein|ohne)"
    r"|baby|säugling|kleinkind|schwanger|pregnant|rollstuhl|wheelchair|pflege(?:fall|bedürftig)|herzkrank|insulin"
    r"|kein(?:e|en)?\s+(?:heizung|warmwasser|strom|wasser)|no\s+(?:heating|power|electricity|water|hot\s+water)|without\s+power"
    r"|doppelt\s+abgebucht|charged\s+twice|falsch\s+abgebucht|mahnung|sperrung|abgeschaltet|inkasso"
    r"|frist|deadline|verpass\w+|miss\s+my)\b",
    re.IGNORECASE,
)
_NORMAL = re.compile(
    r"\?|\b(?:bitte|please|warum|wieso|wann|wie|why|when|how|kaputt|broken|defekt|problem|beschwer|complain)",
    re.IGNORECASE,
)
NOW, SOON, NORMAL, NONE = 3, 2, 1, 0


class UrgencyReader:
    name = "urgency"
    version = 1

    def read(self, seen: Sequence[Seen]) -> list[Finding[int]]:
        return [self._one(one.words) for one in seen]

    def _one(self, text: str) -> Finding[int]:
        for level, pattern, certainty in ((NOW, _NOW, 0.85), (SOON, _SOON, 0.7), (NORMAL, _NORMAL, 0.6)):
            if match := pattern.search(text):
                return Finding(level, certainty, (match.group(0).strip(),))
        return Finding(NONE, 0.5)
