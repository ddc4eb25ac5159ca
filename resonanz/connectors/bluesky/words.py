"""Our text as a record of Bluesky: how it is counted, what in it is a link or a name, and under which key it stands."""

import re
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from resonanz.kit.text import count

COLLECTION = "app.bsky.feed.post"
MOST_BYTES = 3000  # beside the 300 graphemes; both hold
_LETTERS = "234567abcdefghijklmnopqrstuvwxyz"
_FROM_US = 1_672_531_200_000_000  # 2023-01-01, in microseconds
_SPAN_US = 2**44  # about half a year
_LINK = re.compile(r"https?://[^\s<>\"]+")
_NAME = re.compile(r"(?<![\w@/.])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z][a-zA-Z0-9-]{0,61})")
_TAG = re.compile(r"(?<![\w&/#])#([^\W\d_][\w-]{0,63})")
_AFTER = ".,;:!?'\")]}»“”’…"


def record_key(key: str) -> str:
    """A record key of the network's form (a TID) that is always the same for the same key of ours. Its time says
    nothing: what a repeat has to agree on cannot be the time of the try.
    """
    digest = int.from_bytes(sha256(key.encode()).digest()[:16], "big")
    number = ((_FROM_US + digest % _SPAN_US) << 10) | ((digest >> 64) & 1023)
    return "".join(_LETTERS[(number >> shift) & 31] for shift in range(60, -1, -5))


def length(text: str, most: int) -> int:
    """Graphemes; where the bytes are too many, as many more than ``most`` as bytes are too many."""
    graphemes, over = count(text, "graphemes"), len(text.encode()) - MOST_BYTES
    return max(graphemes, most + over) if over > 0 else graphemes


def names(text: str) -> list[str]:
    """The handles that the text names, each once, in lower case."""
    return list(dict.fromkeys(match[1].lower() for match in _NAME.finditer(text)))


def facets(text: str, dids: Mapping[str, str]) -> list[dict[str, Any]]:
    """Which bytes of the text are links, names (of those in ``dids``, by handle) and tags; none overlap."""
    found, end = [], 0
    for start, stop, feature in sorted(_features(text, dids), key=lambda one: one[:2]):
        if start >= end:
            first, last = len(text[:start].encode()), len(text[:stop].encode())
            found.append({"index": {"byteStart": first, "byteEnd": last}, "features": [feature]})
            end = stop
    return found


def _features(text: str, dids: Mapping[str, str]) -> Iterator[tuple[int, int, dict[str, str]]]:
    kind = "app.bsky.richtext.facet#"
    for match in _LINK.finditer(text):
        url = match[0].rstrip(_AFTER if "(" not in match[0] else _AFTER.replace(")", ""))
        if url.split("://", 1)[1]:
            yield match.start(), match.start() + len(url), {"$type": kind + "link", "uri": url}
    for match in _NAME.finditer(text):
        if did := dids.get(match[1].lower()):
            yield match.start(), match.end(), {"$type": kind + "mention", "did": did}
    for match in _TAG.finditer(text):
        yield match.start(), match.end(), {"$type": kind + "tag", "tag": match[1]}
