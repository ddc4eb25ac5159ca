"""HTML from outside made harmless to those who read it: few tags, not deep, nothing hidden between them.

Readers of HTML build a tree; the time for a deep one grows with the square of its depth, and open formatting is
repeated in every paragraph after it: thirty kilobytes can cost minutes and gigabytes. Linear; never raises.
"""

import re

MOST_TAGS = 20_000
MOST_DEPTH = 100
MOST_FORMATS = 8

_TAG = re.compile(r"""(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^>"']|"[^"]*"|'[^']*')*+)>""")
_SLOPPY_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]*)([^>]*)>")
_ATTRIBUTE = re.compile(r"""([a-zA-Z][a-zA-Z-]*)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_SKIPPED = frozenset(["script", "style", "title", "template", "noscript", "object", "svg", "math", "iframe", "select"])
_FORMATS = frozenset(["a", "b", "code", "em", "i", "s", "small", "strike", "strong", "tt", "u"])
_EMPTY = frozenset(["br", "col", "hr", "img", "wbr"])
_END_BY_THEMSELVES = frozenset(["dd", "dt", "li", "p", "tbody", "td", "tfoot", "th", "thead", "tr"])
_OTHERS = re.findall(
    r"\w+",
    "abbr acronym address article aside bdi bdo blockquote caption center cite colgroup data del details dfn div dl "
    "fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup ins kbd legend main mark nav ol pre q ruby "
    "samp section span sub summary sup table time ul var",
)
_KNOWN = _FORMATS | _EMPTY | _END_BY_THEMSELVES | frozenset(_OTHERS)


def shallow(html: str) -> str:
    """The same words with at most ``MOST_TAGS`` known tags, ``MOST_DEPTH`` deep; further ones vanish, their words stay.
    Comments, scripts, styles and pictures drawn in the text vanish with their content.
    """
    first, *pieces = html.split("<")
    soup = _Soup([first])
    for piece in pieces:
        soup.take(piece)
    return "".join(soup.parts)


class _Soup:
    def __init__(self, parts: list[str]) -> None:
        self.parts = parts
        self._until = ""  # what ends that which is skipped
        self._open: list[str] = []
        self._formats = 0
        self._tags = 0

    def take(self, piece: str) -> None:
        """One piece: what stands behind a "<", up to the next one."""
        if self._until:
            self._skip(piece)
        elif piece.startswith("!--"):
            self._until = "-->"
            self._skip(piece[3:])
        elif found := _TAG.match(piece) or _SLOPPY_TAG.match(piece):
            self._tag(bool(found[1]), found[2].lower(), found[3])
            self._say(piece[found.end() :])
        elif piece[:1] in {"!", "?", "/"}:
            self._say(piece.partition(">")[2])
        else:
            self.parts.append("&lt;" + piece)

    def _skip(self, piece: str) -> None:
        if self._until == "-->":
            _, ended, rest = piece.partition("-->")
        else:
            ended = "/" if piece[: len(self._until)].lower() == self._until else ""
            rest = piece.partition(">")[2]
        if ended:
            self._until = ""
            self.parts.append(rest)

    def _say(self, text: str) -> None:
        if not self._until:
            self.parts.append(text)

    def _tag(self, ends: bool, name: str, attributes: str) -> None:  # noqa: FBT001 - the two kinds of a tag
        if name in _SKIPPED:
            self._until = "" if ends or attributes.endswith("/") else f"/{name}"
        elif name not in _KNOWN or self._tags >= MOST_TAGS:
            return
        elif ends:
            self._end(name)
        elif self._has_room(name):
            self._tags += 1
            self.parts.append(f"<{name}{_attributes(attributes)}>")

    def _end(self, name: str) -> None:
        """Only an end of what was opened last counts as one: rather too deep in our eyes than in a reader's."""
        if self._open and self._open[-1] == name:
            self._open.pop()
            self._formats -= name in _FORMATS
        self._tags += 1
        self.parts.append(f"</{name}>")

    def _has_room(self, name: str) -> bool:
        if name in _EMPTY or name in _END_BY_THEMSELVES:
            return True
        if name == "a" and self._open[-1:] == ["a"]:  # a link ends where the next one begins
            return True
        if len(self._open) >= MOST_DEPTH or (name in _FORMATS and self._formats >= MOST_FORMATS):
            return False
        self._open.append(name)
        self._formats += name in _FORMATS
        return True


def _attributes(text: str) -> str:
    found = ((one[1].lower(), one[2] or one[3] or one[4] or "") for one in _ATTRIBUTE.finditer(text))
    return "".join(f' {name}="{value.translate(_QUOTED)}"' for name, value in found)


_QUOTED = str.maketrans({'"': "&quot;", "<": "&lt;", ">": "&gt;"})
