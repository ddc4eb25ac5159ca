"""A file of past reactions goes in through the page, its bad line is named, and its questions stand in the inbox."""

import re
from pathlib import Path

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.page]

EXPORT = """id;datum;verfasser;kommentar
1;23.11.2026 08:00;Ada Lohmann;Wann kommt die Linie 2?
2;gestern;Ben Brandt;Ist der Strom weg?
3;23.11.2026 08:20;Cem Conrad;Wann ist der Strom in der Ringstraße wieder da?
"""
WORDS = {
    "de": {
        "import": "Datei einlesen",
        "read": "Einlesen",
        "done": "fertig",
        "stopped": "abgebrochen",
        "reason": "die Zeit ist nicht lesbar: 'gestern'",
        "workbook": "das ist eine Excel-Mappe oder ein Archiv",
        "inbox": "Zum Eingang",
        "again": "Noch einmal lesen",
    },
    "en": {
        "import": "Import a file",
        "read": "Import",
        "done": "done",
        "reason": "the time cannot be read: 'gestern'",
        "inbox": "To the inbox",
    },
}


def upload(page, words, content: bytes):
    page.goto("/accounts/")
    page.get_by_role("link", name=words["import"]).first.click()
    page.locator("#file").set_input_files({"name": "export.csv", "mimeType": "text/csv", "buffer": content})
    page.locator("#name").fill("Forum")
    page.get_by_role("button", name=words["read"], exact=True).click()
    page.wait_for_url(re.compile(r"/imports/\d+/"))


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_file_comes_in_its_bad_line_is_named_and_its_cases_are_in_the_inbox(house, sign_in, language):
    words, lena = WORDS[language], sign_in("lena", language)

    upload(lena, words, EXPORT.encode())

    lena.locator(".top .chip.good", has_text=words["done"]).wait_for(timeout=60_000)  # it goes on by itself
    assert lena.locator("progress").get_attribute("value") == "100"
    lena.locator("#import .figure b").first.filter(has_text="2").wait_for()
    bad = lena.locator("#import tbody tr")
    assert (bad.count(), "Ben Brandt" in bad.inner_text(), words["reason"] in bad.inner_text()) == (1, True, True)
    lena.get_by_role("link", name=words["inbox"]).click()
    row = lena.locator(".row-case", has_text="Cem Conrad")
    row.wait_for(timeout=60_000)
    row.click()
    lena.locator("#talk", has_text="Ringstraße").wait_for()
    assert lena.faults == []
    assert house.ledger()["unaccounted"] == 0


def test_a_file_that_cannot_be_read_says_why_and_is_read_again(house, sign_in):
    words, lena = WORDS["de"], sign_in("lena", "de")

    upload(lena, words, b"PK\x03\x04 no text at all")

    lena.locator(".top .chip.hot", has_text=words["stopped"]).wait_for(timeout=60_000)
    assert words["workbook"] in lena.locator("#import .note.hot").inner_text()
    [kept] = (Path(house.environ["RESONANZ_HOME"]) / "imports").iterdir()
    kept.write_text(EXPORT)  # somebody puts it right on the machine
    lena.get_by_role("button", name=words["again"]).click()
    lena.locator(".top .chip.good", has_text=words["done"]).wait_for(timeout=60_000)
    lena.locator("#import .figure b").first.filter(has_text="2").wait_for()
    assert list(kept.parent.iterdir()) == []  # a file that was read is not kept
    assert lena.faults == []
