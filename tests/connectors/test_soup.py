"""HTML that is made to cost its reader minutes and gigabytes costs neither, and says the same words."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.connectors.contract import Arrival
from resonanz.connectors.email.body import safe
from resonanz.connectors.email.parse import parse
from resonanz.connectors.markup import plain
from resonanz.connectors.soup import MOST_DEPTH, MOST_FORMATS, MOST_TAGS, shallow

FORMATTED = "<p>" + "".join(f"<b class=c{number}>" for number in range(1000))
TAGS = re.compile(r"<(/?)(\w+)")


def deepest(html: str) -> int:
    depth = most = 0
    for ends, name in TAGS.findall(html):
        if name not in {"p", "br"}:
            depth += -1 if ends else 1
            most = max(most, depth)
    return most


@pytest.mark.parametrize("name", ["div", "blockquote", "section", "ul", "table", "span", "b", "a href=x"])
def test_a_deep_tree_becomes_a_shallow_one_with_its_words(name):
    html = "".join(f"<{name}>w{number} " for number in range(5000))

    found = safe(html)

    assert deepest(found) <= MOST_DEPTH + 2
    assert all(f"w{number}" in found for number in (0, 99, 100, 101, 4999))


@pytest.mark.parametrize(
    "hidden",
    ["<div><!-- </div> -->", "<div><i title='</div>'></i>", "<div><object></div></object>", "<div><textarea></div>"],
)
def test_no_end_that_a_reader_does_not_see_makes_room_for_more(hidden):
    assert deepest(safe(hidden * 3000)) <= MOST_DEPTH + 2


def test_open_formatting_is_not_repeated_without_end():
    html = FORMATTED + "<p>x" * 1000

    assert safe(html).count("<b>") <= MOST_FORMATS * 1002


def test_further_tags_than_anybody_writes_vanish():
    found = shallow("<p>x" * (MOST_TAGS + 10))

    assert (found.count("<p>"), found.count("x")) == (MOST_TAGS, MOST_TAGS + 10)


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("a <b>fat</b> word", "a fat word"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
        ("<3 you", "<3 you"),
        ("<p title='a > b'>Hallo</p>", "Hallo"),
        ("<p title=don't>Hallo</p>", "Hallo"),
        ("one<!-- two -->three", "onethree"),
        ("one<!-- never ends <p>two", "one"),
        ("<script>if (a < b) {}</script>after", "after"),
        ("<style>p { }</STYLE >after", "after"),
        ("<![if !mso]>seen<![endif]>", "seen"),
        ("<o:p>word</o:p> &amp; <font color=red>more</font>", "word & more"),
        ('<a href="https://auen.example/?a=1&amp;b=2">here</a>', "here (https://auen.example/?a=1&b=2)"),
        ("<a name=top>up <a href=https://auen.example>here</a>", "up here (https://auen.example)"),
        ("<svg><path d='x'/><text>drawn</text></svg>after", "after"),
        ("cut <a href='https://auen", "cut <a href='https://auen"),
    ],
)
def test_a_reader_sees_what_a_browser_shows(html, text):
    assert plain(html) == text


@given(st.text(alphabet="<>/!-\"'= abdivpstylcr\n", max_size=300))
def test_any_soup_has_bounded_tags_and_none_unknown(html):
    found = shallow(html)

    assert deepest(found) <= MOST_DEPTH
    assert not re.search(r"<(?!/?(?:a|b|i|p|s|div|dl|dd|dt|li|td|tr|td|col|br|abbr|bdi|cite|del|u)\b)", found)


def test_a_sender_of_nothing_but_brackets_is_read():
    head = b"From: " + b"(" * 20_000 + b" <ada@example.org>\nDate: Mon, 23 Nov 2026 11:00:00 +0000\n"

    found = parse(Arrival("a", head + b"\nHallo", {}), ("service@auenwerke.example",))

    assert found.text == "Hallo"
