"""Text from outside and text of ours: counting as the platforms count, normal forms, and the mark of distrust."""

import hashlib
import re
import unicodedata
from typing import Literal

import regex

Counting = Literal["characters", "graphemes", "bytes", "utf16", "weighted"]

_GRAPHEME = regex.compile(r"\X")
_URL = regex.compile(r"https?://\S+")
_WHITE = re.compile(r"\s+")
_CONTROL = regex.compile(r"[\p{Cc}\p{Cs}--[\t\n\r]]", regex.V1)
_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_BIDI = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LIGHT_RANGES = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_URL_WEIGHT = 23


class Untrusted(str):
    """Text that somebody outside wrote. It is shown escaped, never used as a template, a path or an address."""

    __slots__ = ()


def clean(text: str) -> str:
    """Without control characters, lone surrogates and direction overrides; NFC; line ends as line feeds."""
    if not is_printable(text) and _ODD.search(text):  # all that is odd is unprintable; most texts are neither
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        text = _BIDI.sub("", _CONTROL.sub("", text))
    return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def is_printable(text: str) -> bool:
    """Whether the text has no unprintable character but line feeds; several times faster than a pattern."""
    return text.isprintable() or text.replace("\n", "").isprintable()


def one_line(text: str, most: int = 200) -> str:
    """The text on one line, at most ``most`` characters, cut between words (else at a grapheme) with an ellipsis."""
    text = " ".join(text[: most * 4].split())
    if len(text) <= most:
        return text
    gap = text.rfind(" ", most // 2, most - 1)
    return text[:gap] + "…" if gap > 0 else shorten(text, most, "characters")


def count(text: str, counting: Counting) -> int:
    """How long a platform finds this text, in the platform's own unit.

    ``weighted`` is X's rule (twitter-text v3): URLs count 23, emoji and most scripts outside Latin count 2.
    """
    match counting:
        case "characters":
            return len(text)
        case "graphemes":
            return len(_GRAPHEME.findall(text))
        case "bytes":
            return len(text.encode("utf-8", "surrogatepass"))
        case "utf16":
            return len(text.encode("utf-16-le", "surrogatepass")) // 2
        case "weighted":
            return _weighted(unicodedata.normalize("NFC", text))


def graphemes(text: str) -> list[str]:
    """What a reader takes for one character each, in order."""
    return _GRAPHEME.findall(text)


def shorten(text: str, most: int, counting: Counting, tail: str = "…") -> str:
    """The longest beginning that, with ``tail``, counts at most ``most``; graphemes are never torn.

    A text that fits comes back as it is. ``most`` smaller than the tail gives an empty string.
    """
    if count(text, counting) <= most:
        return text
    if count(tail, counting) > most:
        return ""
    pieces = _GRAPHEME.findall(text[:most] if counting == "characters" else text)
    low, high = 0, len(pieces)
    while low < high:
        middle = (low + high + 1) // 2
        if count("".join(pieces[:middle]).rstrip() + tail, counting) <= most:
            low = middle
        else:
            high = middle - 1
    return "".join(pieces[:low]).rstrip() + tail


def fingerprint(text: str) -> str:
    """A hash of the text as a reader sees it: case, white space and Unicode form do not matter. 32 hex digits."""
    plain = _WHITE.sub(" ", unicodedata.normalize("NFKC", text)).strip().casefold()
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _weighted(text: str) -> int:
    urls = len(_URL.findall(text))
    rest = _URL.sub("", text)
    total = urls * _URL_WEIGHT
    for piece in _GRAPHEME.findall(rest):
        if len(piece) > 1 and regex.search(r"\p{Emoji}", piece):
            total += 2
        else:
            total += sum(1 if any(a <= ord(c) <= b for a, b in _LIGHT_RANGES) else 2 for c in piece)
    return total
