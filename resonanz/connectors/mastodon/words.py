"""Our text as it stands on Mastodon: the leading mention, how the server counts, and how it is recognised again."""

import re

from resonanz.connectors.contract import Limits, Outgoing
from resonanz.connectors.markup import plain
from resonanz.kit.text import count, fingerprint

URL_COUNTS = 23
URL_SHOWN = 30  # letters of an address that its pages show

_URL = re.compile(r"https?://[^\s<>\"]+")
_MENTION = re.compile(r"(?<![\w/])@([\w.-]*\w)(?:@[\w.-]*\w)?")
_DECORATION = re.compile(r"[*_~`>#\\\s]+")


def composed(outgoing: Outgoing) -> str:
    """The text with the mention that makes the person hear of it, unless the text has it already."""
    handle = outgoing.to.handle.strip().lstrip("@")
    text = outgoing.text.strip()
    if not handle or re.search(rf"(?<![\w/])@{re.escape(handle)}(?![\w@-])", text, re.IGNORECASE):
        return text
    return f"@{handle} {text}".rstrip()


def length(text: str, limits: Limits) -> int:
    """As the server counts: every address 23, a mention without its server."""
    text = _MENTION.sub(r"@\1", _URL.sub("x" * URL_COUNTS, text))
    return count(text, limits.counting)


def shown(outgoing: Outgoing) -> str:
    """As the web pages of a server show it: names without their server, addresses without scheme, cut after 30."""
    return _MENTION.sub(r"@\1", _URL.sub(lambda match: _shown_url(match[0]), composed(outgoing)))


def _shown_url(url: str) -> str:
    bare = url.split("://", 1)[1].removeprefix("www.")
    return bare if len(bare) <= URL_SHOWN else f"{bare[:URL_SHOWN]}…"


def trace(html_or_text: str, *, html: bool) -> str:
    """A hash by which our text is found again, however the server decorated it."""
    text = plain(html_or_text) if html else html_or_text
    return fingerprint(_DECORATION.sub("", _MENTION.sub(r"@\1", text)))
