"""Which language a text is in, told by its little words alone: no model, no guess. Unsure is an answer.

Two of our commonest words and none of another language's decide; measured on tweets that is as right as a model.
"""

import re

_GERMAN = (
    "ich nicht und ist das wir ihr euch auch noch wird mein meine meinen eine einen für auf mit seit wann "
    "habe haben sind aber oder wenn bitte danke schon kein keine warum zum zur immer uns sie wieder jetzt nur "
    "dass ihnen ihre eure der dem von bei nach wurde doch mehr kann muss gibt heute morgen ganz sehr mich dich euer "
    "wie einem einer unser unsere beim vom über können werden wäre ohne durch diese dieser hier vielen wo"
)
_ENGLISH = (
    "the and you my this that have not with for your are why what when been would please they there from just "
    "how does i'm it's don't can't our out who could should about after their because still never any were which "
    "where than then them get got thanks really again always today"
)
_OTHERS = "het een niet voor je que les des une pas los una por con che non della il bir ve bu için nie jest się de la"
GERMAN, ENGLISH, OTHERS = frozenset(_GERMAN.split()), frozenset(_ENGLISH.split()), frozenset(_OTHERS.split())
TELLING = 2
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
# the same where no letter lies beyond Latin-1: twice as fast, as no letter is looked up
_LATIN_WORD = re.compile(r"[a-zªµºß-öø-ÿ²³¹¼½¾]+(?:'[a-z]+)?")


def words_of(lower: str) -> frozenset[str]:
    """The words of a text in lower case."""
    return frozenset((_LATIN_WORD if _is_latin(lower) else _WORD).findall(lower))


def _is_latin(text: str) -> bool:
    try:
        text.encode("latin-1")  # the quickest way to ask
    except UnicodeEncodeError:
        return False
    return True


def language_by_words(words: frozenset[str], least: int = TELLING) -> tuple[str, tuple[str, ...]]:
    """Gives "de" or "en" and up to three words that tell it, where at least ``least`` do and none tells another
    language; else "" and nothing.
    """
    german, english = words & GERMAN, words & ENGLISH
    if words & OTHERS or (german and english):
        return "", ()
    language, telling = ("de", german) if german else ("en", english)
    return (language, tuple(sorted(telling)[:3])) if len(telling) >= least else ("", ())
