"""What an administrator needs to connect a channel, in the reader's language and as a page, not as Markdown."""

import re

import pytest

from resonanz.connectors.registry import connectors
from resonanz.model.models import Account
from resonanz.web.guide import as_html

pytestmark = [pytest.mark.page]


@pytest.mark.parametrize("channel", sorted(connectors()))
def test_every_channel_has_a_guide_in_both_languages_of_the_same_build(channel):
    folder = connectors()[channel].folder
    english, german = ((folder / name).read_text("utf-8") for name in ("README.md", "README.de.md"))

    def build(text):
        return [len(re.findall(sign, text, re.MULTILINE)) for sign in (r"^#", r"^\d\.", r"^- ", r"^\|")]

    assert build(german) == build(english)
    assert re.findall(r"20\d\d-\d\d-\d\d", english)[0] in german
    assert re.findall(r"\b(?:du|dich|dein\w*|the|with|account)\b", german) == []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("channel", sorted(connectors()))
def test_the_page_shows_the_guide_in_the_reader_s_language(town, as_, inline_parts, channel, language):
    said = {"de": "Was Sie anklicken", "en": "What an administrator clicks"}[language]
    Account.objects.get_or_create(channel=channel, defaults={"name": "One"})  # some are offered only where one is

    response = as_(town.operator).get(f"/accounts/new/{channel}/", headers={"accept-language": language})

    page = response.content.decode()
    assert f"<h2>{said}</h2>" in page
    assert "**" not in page
    assert "## " not in page
    assert inline_parts(response) == []


def test_the_page_of_an_account_shows_it_too(town, as_):
    page = as_(town.operator).get(f"/accounts/{town.page.pk}/", headers={"accept-language": "de"}).content.decode()

    assert "<h2>Was Sie anklicken</h2>" in page


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("# A <b>", "<h2>A &lt;b&gt;</h2>"),
        ("one\ntwo\n\nthree", "<p>one two</p>\n<p>three</p>"),
        ("- a\n  more\n- b", "<ul><li>a more</li><li>b</li></ul>"),
        ("1. a\n2. *b*", "<ol><li>a</li><li><em>b</em></li></ol>"),
        ("`<x>` and **y & z**", "<p><code>&lt;x&gt;</code> and <strong>y &amp; z</strong></p>"),
        ("2 * 3 * 4", "<p>2 * 3 * 4</p>"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ("[x](javascript:a)", "<p>[x](javascript:a)</p>"),
        ("", ""),
    ],
)
def test_guides_become_safe_html(text, html):
    assert as_html(text) == html


def test_a_table_becomes_a_table():
    html = as_html("| a | b |\n|---|---|\n| `1` | <2> |")

    assert '<th scope="col">a</th><th scope="col">b</th>' in html
    assert "<tr><td><code>1</code></td><td>&lt;2&gt;</td></tr>" in html
