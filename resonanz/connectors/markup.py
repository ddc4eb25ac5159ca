"""HTML from outside as the plain text that a reader sees. Never raises; nh3 first makes any soup well-formed."""

import re
from html.parser import HTMLParser

import nh3

from resonanz.connectors.soup import shallow
from resonanz.kit.text import clean

MOST_CHARACTERS = 2_000_000

_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside blockquote body center dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 "
        "h5 h6 header hr li main nav ol p pre section table td th tr ul",
    )
)
_SPACED = frozenset(["p", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "pre", "table", "ul"])
_CELLS = frozenset({"td", "th"})
_SILENT = frozenset(["head", "noscript", "object", "script", "style", "svg", "template", "title", "iframe"])
_WHITE = re.compile(r"[ \t\n\r\f]+")
_BREAK = "\x01"  # the edge of a block: a line feed unless there is one already
_OPEN, _CLOSE = "\x02", "\x03"  # around a quotation
_MARKS = re.compile("[\x01\x02\x03]")
_GAPS = re.compile(r"\n{3,}")


def plain(html: str) -> str:
    """Paragraphs become blank lines, <br> a line feed, list items dashes, a named link "name (address)", a quotation
    lines with ``>``. Scripts, styles and comments vanish.
    """
    reader = _Reader()
    reader.feed(_well_formed(html[:MOST_CHARACTERS]))
    reader.close()
    return reader.text()


def _well_formed(html: str) -> str:
    return nh3.clean(
        shallow(html),
        tags=set(_BLOCKS | _SPACED | {"a", "br", "img", "span"}),
        clean_content_tags=set(_SILENT),
        attributes={"a": {"href", "class"}, "img": {"alt"}},
        link_rel=None,
    )


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._kept = 0  # inside <pre>
        self._link = ""
        self._link_from = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self._parts.append("\n")
        elif tag == "a":
            self._open_link(dict(attrs))
        elif tag == "img":
            self._parts.append(dict(attrs).get("alt") or "")
        elif tag in _SPACED or tag in _BLOCKS:
            self._block(tag)
            self._parts.append("- " if tag == "li" else _OPEN if tag == "blockquote" else "")
        self._kept += tag == "pre"

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._close_link()
        elif tag in _SPACED or tag in _BLOCKS:
            self._parts.append(_CLOSE if tag == "blockquote" else "")
            if tag not in _CELLS:
                self._block(tag)
        self._kept = max(0, self._kept - (tag == "pre"))

    def handle_data(self, data: str) -> None:
        data = _MARKS.sub("", data)
        self._parts.append(data if self._kept else _WHITE.sub(" ", data))

    def text(self) -> str:
        whole = _quoted(_joined("".join(self._parts)))
        lines = "\n".join(line.strip(" \t") for line in clean(whole).split("\n"))
        return _GAPS.sub("\n\n", lines).strip()

    def _block(self, tag: str) -> None:
        self._parts.append("\n\n" if tag in _SPACED else "\t" if tag in _CELLS else _BREAK)

    def _open_link(self, attributes: dict[str, str | None]) -> None:
        classes = (attributes.get("class") or "").split()
        tagged = {"mention", "hashtag", "u-url"} & set(classes)
        self._link = "" if tagged else (attributes.get("href") or "").strip()
        self._link_from = len(self._parts)

    def _close_link(self) -> None:
        shown = "".join(self._parts[self._link_from :]).strip()
        if self._link.startswith(("http://", "https://")) and shown and not _same_place(shown, self._link):
            self._parts.append(f" ({self._link})")
        self._link = ""


def _joined(text: str) -> str:
    """Breaks beside real line feeds vanish; some breaks alone are one line feed."""
    pieces: list[str] = []
    for piece in text.split(_BREAK):
        if not piece.strip(" "):
            continue
        if piece.strip(" ") == "\n":  # a block with nothing but a <br> is an empty line
            pieces.append("\n\n")
            continue
        if pieces and not pieces[-1].rstrip(" ").endswith("\n") and not piece.lstrip(" ").startswith("\n"):
            pieces.append("\n")
        pieces.append(piece)
    return "".join(pieces)


def _same_place(shown: str, href: str) -> bool:
    bare = re.sub(r"^https?://(www\.)?", "", shown.casefold()).rstrip("/…. ")
    target = re.sub(r"^https?://(www\.)?", "", href.casefold())
    return bare == target.rstrip("/") or (shown.rstrip().endswith("…") and target.startswith(bare)) or shown[0] in "@#"


def _quoted(text: str) -> str:
    """Lines between the marks of a quotation get one ``>`` for each depth (three at most)."""
    if _OPEN not in text:
        return text.replace(_CLOSE, "")
    depth, lines = 0, []
    for line in text.split("\n"):
        depth += line.count(_OPEN)
        bare = line.replace(_OPEN, "").replace(_CLOSE, "")
        lines.append(f"{'>' * min(depth, 3)} {bare.strip()}" if depth > 0 and bare.strip() else bare)
        depth = max(0, depth - line.count(_CLOSE))
    return "\n".join(lines)
