"""A connector's guide in the reader's language, from the few signs of Markdown that our guides use to safe HTML."""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

SIGNS = re.compile(r"`(?P<code>[^`]+)`|\*\*(?P<strong>[^*]+)\*\*|(?<![\w*])\*(?P<em>[^*\s][^*]*)\*(?![\w*])")
ITEM = re.compile(r"(?P<mark>-|\d+\.) +(?P<text>.*)")
HEADING = re.compile(r"(?P<signs>#{1,6}) +(?P<text>.*)")
RULE = re.compile(r"\|[\s:|-]+\|")


def guide(folder: Path) -> SafeString:
    """What an administrator needs, as HTML: README.de.md for Germans where there is one, else README.md."""
    language = (get_language() or "").partition("-")[0]
    paths = (folder / f"README.{language}.md", folder / "README.md")
    path = next((one for one in paths if one.exists()), None)
    return as_html(path.read_text(encoding="utf-8")) if path else SafeString("")


def as_html(text: str) -> SafeString:
    """Headings, lists, tables and paragraphs; whatever else stands there is shown as it stands."""
    return format_html_join("\n", "{}", ((_block(kind, lines),) for kind, lines in _blocks(text)))


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """Neighbouring lines of one kind; an item goes on in the indented lines beneath it."""
    kinds: list[tuple[str, str]] = []
    for line in text.splitlines():
        kind = _kind(line)
        if kind == "p" and kinds and kinds[-1][0] in {"ul", "ol", "p"} and (line[0] == " " or kinds[-1][0] == "p"):
            kinds[-1] = (kinds[-1][0], f"{kinds[-1][1]} {line.strip()}")
        else:
            kinds.append((kind, line.strip()))
    for kind, lines in groupby(kinds, key=lambda pair: pair[0]):
        if kind:
            yield kind, [line for _, line in lines]


def _kind(line: str) -> str:
    bare = line.strip()
    if not bare:
        return ""
    if HEADING.fullmatch(bare):
        return "h"
    if item := ITEM.fullmatch(bare):
        return "ul" if item["mark"] == "-" else "ol"
    return "table" if bare.startswith("|") and bare.endswith("|") else "p"


def _block(kind: str, lines: list[str]) -> SafeString:
    if kind == "h":
        return format_html_join("\n", "<h2>{}</h2>", ((_words(line.lstrip("# ")),) for line in lines))
    if kind == "table":
        return _table(lines)
    if kind == "p":
        return format_html_join("\n", "<p>{}</p>", ((_words(line),) for line in lines))
    items = format_html_join("", "<li>{}</li>", ((_words(ITEM.sub(r"\g<text>", line, count=1)),) for line in lines))
    return format_html("<ol>{}</ol>" if kind == "ol" else "<ul>{}</ul>", items)


def _table(lines: list[str]) -> SafeString:
    head, *rows = ([cell.strip() for cell in line.strip("|").split("|")] for line in lines if not RULE.fullmatch(line))
    top = format_html_join("", '<th scope="col">{}</th>', ((_words(cell),) for cell in head))
    body = format_html_join(
        "",
        "<tr>{}</tr>",
        ((format_html_join("", "<td>{}</td>", ((_words(cell),) for cell in row)),) for row in rows),
    )
    return format_html(
        '<div class="scroll" tabindex="0"><table><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div>', top, body
    )


def _words(text: str) -> SafeString:
    """Code, strong and emphasised words; everything is escaped."""
    parts, at = [], 0
    for found in SIGNS.finditer(text):
        parts += [escape(text[at : found.start()]), _sign(found)]
        at = found.end()
    return mark_safe("".join([*parts, escape(text[at:])]))  # noqa: S308 - each part is escaped


def _sign(found: re.Match[str]) -> SafeString:
    name = found.lastgroup or "code"
    return format_html("<{0}>{1}</{0}>", SafeString(name), found[name])
