"""HTML as a reader sees it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.connectors.markup import plain


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Eins<br>zwei</p><p>drei</p>", "Eins\nzwei\n\ndrei"),
        ("<div>Eins</div><div>zwei</div><div><br></div><div>drei</div>", "Eins\nzwei\n\ndrei"),
        ("<ul><li>Eins</li><li>zwei</li></ul>danach", "- Eins\n- zwei\n\ndanach"),
        ('<a href="https://example.org/x">hier</a>', "hier (https://example.org/x)"),
        ('<a href="https://www.example.org/">example.org</a>', "example.org"),
        ('<a href="javascript:alert(1)">hier</a>', "hier"),
        ('<a href="https://x.example/tags/strom" class="mention hashtag">#<span>strom</span></a>', "#strom"),
        ("<blockquote><p>alt</p><blockquote>älter</blockquote></blockquote>neu", "> alt\n\n>> älter\n\nneu"),
        ("<script>alert(1)</script><style>p{}</style><!-- x --><title>t</title>Text", "Text"),
        ("<pre>a  b\n  c</pre>", "a  b\nc"),
        (
            "<table><tr><td>Zähler</td><td>4711</td></tr><tr><td>Stand</td><td>9</td></tr></table>",
            "Zähler\t4711\nStand\t9",
        ),
        ("1 &lt; 2 &amp; &#128512;&nbsp;", "1 < 2 & 😀"),
        ('vorher <img src="x" alt="Bild"> nachher', "vorher Bild nachher"),
        ("kein <b>Ende", "kein Ende"),
        ("<![<![ <!", ""),
    ],
)
def test_html_becomes_what_a_reader_sees(html, text):
    assert plain(html) == text


@given(
    st.text()
    | st.lists(
        st.sampled_from(["<p>", "</p>", "<a href='http://x'>", "</a>", "<", "<!", "<![", "&#", "x", "<pre>"])
    ).map("".join)
)
def test_no_soup_breaks_it(soup):
    assert plain(plain(soup)) is not None


@pytest.mark.parametrize(
    "piece", ["<![", "</", "<div>", "<blockquote>x", "<a href='http://x'>x", "<br>", "&", "<pre> "]
)
def test_a_hostile_length_stays_cheap(piece):
    assert plain(piece * 20_000) is not None
