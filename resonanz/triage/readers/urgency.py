"""How soon somebody has to look: 0 none, 1 within a day, 2 within hours, 3 now.

Words and rules in German and English; a rule can only raise. Level 3 is for danger to life, health or property and for
fraud in progress: there a missed message costs more than ten false alarms, so the words are wide.
"""

from collections.abc import Sequence

from resonanz.triage.readers.contract import Finding, Seen
from resonanz.triage.readers.words import Rule, first, rules

NOW, SOON, NORMAL, NONE = 3, 2, 1, 0

DANGER = rules(
    "danger",
    "gasgeruch", "gasleck", "gasalarm", "gasaustritt",
    ("^riecht", r"riecht\s+(?:\w+\s+){0,6}(?:gas|verbrannt\w*|verschmort\w*|rauch|plastik|brand)"),
    ("=gas", r"nach gas\b"),
    ("=gas", r"\bgas\s+(?:leak|smell|alarm)|smell\w*\s+(?:\w+\s+)?gas\b"),
    ("^smell", r"smell\w*\s+(?:\w+\s+){0,3}(?:burn\w*|smoke|burnt)"),
    ("^brenn", r"\bbrennt\b|\bin brand\b"), ("^brand", r"\bin brand\b|\bbrandgeruch"),
    ("^feuer", r"\bfeuer(?!werk|wehrfest|abend|taufe|probe)\w*"), ("^flamm", r"\bin flammen"), ("=fire", r"\b(?:on|a) fire\b|\bcaught fire"),
    ("^funk", r"\bfunken(?:flug)?\b"), ("^spark", r"\bspark(?:s|ing|ed)\b"),
    "stromschlag", ("^shock", r"electric\w*\s+shock"), ("kabel", r"(?:offene[rs]?|blanke[rs]?|loses?)\s+(?:strom)?kabel|kabel\s+(?:hängt|liegt)"),
    "stromkabel", ("leitung", r"(?:offene|blanke|gerissene)\s+leitung|leitung\s+(?:hängt|ganz tief)"), ("^exposed", r"exposed\s+wir"), ("^bare", r"bare\s+wir"),
    "explo", ("^verletz", r"\bverletzt\w*|\bverletzung"), ("^injur", r"\binjur(?:ed|y|ies)\b"), "bewusstlos", "unconscious",
    ("^blut", r"\bblutet?\b"), "bleeding", "notarzt", "krankenwagen", "ambulance", "rettungswagen",
    "sauerstoffgerät", "beatmung", ("^oxygen", r"\boxygen\b"), "dialyse", "dialysis", "lebensgefahr", ("^threatening", r"life.threatening"),
    "suizid", ("^umbringen", r"\bumbringen"), ("^kill", r"kill\s+(?:myself|him|her)"), ("^schluss", r"mach\w*\s+schluss\b"),
    ("^leben", r"nicht mehr leben"), "eingeschlossen", "eingesperrt", ("aufzug", r"aufzug\s+(?:\w+\s+){0,3}(?:steck|fest)|fest\w*\s+im\s+aufzug"),
    ("^stuck", r"stuck\s+in\s+(?:the\s+|a\s+)?(?:lift|elevator)"), "eingeklemmt", "kohlenmonoxid", ("^monoxide", r"carbon\s+monoxide"),
    ("melder", r"\b(?:co|rauch|gas)[ -]?melder"), ("^rauch", r"\brauch(?:t|wolke|entwicklung)?\b"), ("^smok", r"\bsmok(?:e|ing)\b(?!\s+free)"),
    "notruf", "atemnot", ("=luft", r"keine\s+luft"), ("^breathe", r"can'?t\s+breathe|not\s+breathing"), ("brems", r"bremse\w*\s+(?:geht|versag)"),
    ("112", r"\b112\b"), ("999", r"\b999\b"), ("^panik", r"\bpanik\b"), ("^gehackt", r"\bgehackt"), ("^hacked", r"\bhacked"),
    "datenleck", ("^breach", r"data\s+breach"), ("^fremde", r"fremde[rnms]?\s+(?:daten|konto|rechnung)"),
    ("=nicht", r"das\s+war(?:en)?\s+(?:ich|wir)\s+nicht"), ("^sperren", r"(?:karte|konto|sim|zugang)\w*\s+sperren"), "betrüger", ("^scam", r"\bscam"),
    "rohrbruch", ("^burst", r"burst\s+pipe|pipe\s+burst"), "überflutet", "flooded", ("wasser", r"wasser\s+(?:\w+\s+){0,4}(?:durch die decke|im keller)"),
    "verbrüht", ("^tür", r"tür\w*\s+(?:\w+\s+){0,5}während\s+der\s+fahrt"), ("^gleis", r"(?:auf|in)\s+(?:den\s+|dem\s+)?gleis\w*\s+(?:liegt|läuft|spielt|steht)"),
    ("^tracks", r"on\s+the\s+tracks"), "insulin", "gullydeckel", ("^trafo", r"offene[rs]?\s+trafo"),
)  # fmt: skip
HURRY = rules(
    "hurry",
    ("=heute", r"\bheute\s+noch|noch\s+heute|bis\s+heute\b"), "umgehend", "dringend", "schnellstmöglich", ("^eilt", r"\beilt\b"),
    ("^sofort", r"\bsofort\b"), ("^asap", r"\basap\b"), "urgent", "immediately", ("=right", r"right\s+now"), ("^tonight", r"\btonight\b"),
    ("=bis", r"\bbis\s+(?:morgen|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b"),
    ("=by", r"\bby\s+(?:tomorrow|monday|tuesday|wednesday|thursday|friday)\b"), ("anwalt", r"\b\w*anwalt"), "lawyer", "verbraucherzentrale",
    "schlichtung", "ombudsman", "bundesnetzagentur", ("=mal", r"zum\s+(?:dritten|vierten|fünften|x-ten|wiederholten)\s+mal"),
    ("^third", r"third\s+time"), ("^seit", r"seit\s+(?:tagen|stunden|gestern)\s+(?:kein|ohne)"), ("^bab", r"\bbab(?:y|ies)\b"), "säugling",
    "kleinkind", "schwanger", "pregnant", "rollstuhl", "wheelchair", "pflegefall", "pflegebedürftig", "herzkrank",
    ("^kein", r"\bkeine?n?\s+(?:heizung|warmwasser|strom|wasser)\b"), ("=no", r"\bno\s+(?:heating|power|electricity|water|hot\s+water)\b"),
    ("^without", r"without\s+(?:power|heating|water)"), ("^doppelt", r"doppelt\s+(?:ab|ge)\w*"), ("^twice", r"charged\s+\w*\s*twice"),
    "mahnung", ("^sperr", r"\bsperrung\b"), "abgeschaltet", "inkasso", ("^frist", r"\bfrist\b"), "deadline", ("^miss", r"miss\s+(?:my|the)\s"),
)  # fmt: skip
ASKS = rules(
    "asks",
    ("?", r"\?"), "bitte", "please", "warum", "wieso", ("^wann", r"\bwann\b"), ("^why", r"\bwhy\b"), ("^when", r"\bwhen\b"), ("^how", r"\bhow\b"),
    "kaputt", "broken", "defekt", "problem", "beschwer", "complain",
)  # fmt: skip
_LEVELS = ((NOW, DANGER, 0.85), (SOON, HURRY, 0.7), (NORMAL, ASKS, 0.6))


_CALM = Finding(NONE, 0.5)


class UrgencyReader:
    name = "urgency"
    version = 2

    def read(self, seen: Sequence[Seen]) -> list[Finding[int]]:
        return [self._one(one.lower, one.called) for one in seen]

    def _one(self, lower: str, calling: tuple[Rule, ...]) -> Finding[int]:
        for level, topic, certainty in _LEVELS:
            if found := first(lower, topic, calling):
                return Finding(level, certainty, (found,))
        return _CALM
