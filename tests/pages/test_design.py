"""The design page shows the language as it is, to operators."""

import re
from pathlib import Path

import pytest

import resonanz.web
from resonanz.web.pages.design import COLOURS, SIZES, SPACES

pytestmark = [pytest.mark.page]
STYLES = Path(resonanz.web.__file__).parent / "static" / "css"


def test_it_shows_every_colour_size_and_distance_that_there_is():
    tokens = (STYLES / "tokens.css").read_text()
    colours = re.findall(r"--([\w-]+): light-dark", tokens)

    assert {*colours} - {"accent-ink"} == {*COLOURS}
    assert {*re.findall(r"--t-([\w-]+):", tokens)} == {*SIZES}
    assert {*re.findall(r"--(s\d):", tokens)} == {*SPACES}


def test_no_other_sheet_has_a_colour_of_its_own():
    others = [sheet for sheet in STYLES.glob("*.css") if sheet.name != "tokens.css"]
    found = {
        sheet.name: re.findall(r"#[0-9a-f]{3,8}\b(?=[ ;])|(?:rgb|hsl|oklch)\(", sheet.read_text()) for sheet in others
    }

    assert {name: colours for name, colours in found.items() if colours} == {}


def test_every_part_stands_there_in_both_themes(town, as_, inline_parts):
    page = as_(town.operator).get("/design/")
    body = page.content.decode()

    assert page.status_code == 200
    assert inline_parts(page) == []
    assert [body.count(f'class="{part}') for part in ("figure", "msg asks", "empty")] == [6, 2, 2]


def test_only_operators_see_it(town, as_):
    assert {who: as_(getattr(town, who)).get("/design/").status_code for who in ("alice", "lead", "privacy")} == {
        "alice": 403,
        "lead": 403,
        "privacy": 403,
    }
