"""Words as a search compares them: case, accents and punctuation do not count, and scripts without spaces are parted
letter by letter.
"""

import unicodedata
from collections.abc import Iterator
from itertools import product

import regex

LONGEST = 60  # letters of a word that count; nobody searches for the rest of an address or a string of noise
MOST_SPELLINGS = 4
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = regex.compile(rf"[{_UNSPACED}]|[\p{{L}}\p{{N}}--[{_UNSPACED}]]+", regex.V1)
_SPOKEN = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_UMLAUTS = {
    "ä": ("a", "ae"),
    "ö": ("o", "oe"),
    "ü": ("u", "ue"),
    "ae": ("ae", "a"),
    "oe": ("oe", "o"),
    "ue": ("ue", "u"),
}
_UMLAUT = regex.compile("|".join(_UMLAUTS))


def folded(text: str) -> list[str]:
    """The words of a text in order, each at most ``LONGEST`` letters: "Größe: 5 m²" gives grosse, 5, m2."""
    return [word[:LONGEST] for word in _WORD.findall(plain(text))]


def plain(text: str) -> str:
    """A text without case and accents, so that "stor" is found in "Störung"; its punctuation stays."""
    bare = text.casefold()
    if bare.isascii():
        return bare
    bare = "".join(letter for letter in unicodedata.normalize("NFKD", bare) if not unicodedata.combining(letter))
    return bare.casefold()  # what was parted may have large letters


def spellings(text: str) -> list[list[str]]:
    """The words of what somebody looks for, in every spelling in which a German may have written them: Müll as mull
    (as a folded ü is) and muell, and the other way round. The first is the plainest.
    """
    said = unicodedata.normalize("NFC", text.casefold())
    parts, ways, at = [], [], 0
    for match in _UMLAUT.finditer(said):
        parts.append(said[at : match.start()])
        ways.append(_UMLAUTS[match[0]])
        at = match.end()
    found: dict[tuple[str, ...], None] = {}
    for chosen in product(*ways[:2]):  # nobody mixes spellings beyond the second
        rest = [*chosen, *(way[0] for way in ways[2:])]
        found[tuple(folded("".join(a + b for a, b in zip(parts, rest, strict=True)) + said[at:]))] = None
    return [list(words) for words in found if words][:MOST_SPELLINGS]


def spoken(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Where each word of a text stands as it was written (from, to), and what it folds to."""
    for match in _SPOKEN.finditer(text):
        yield match.start(), match.end(), folded(match[0])
