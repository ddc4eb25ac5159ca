"""A block is put into Sie and back by keyboard; a releaser changes the words of the writer before they leave."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_composer import BOTH, comments, opened

pytestmark = [pytest.mark.e2e, pytest.mark.page]
DU, SIE = "Hallo Ada, um 18 Uhr.", "Guten Tag Ada Lohmann, um 18 Uhr."
CHANGED = {"de": "Geändert, seit Alice", "en": "Changed since Alice"}


@BOTH
def test_a_block_changes_its_form_and_a_releaser_its_words(house, sign_in, language):
    comments(house, "Wann ist der Strom wieder da? Kannst du das sagen?")
    alice = sign_in("alice", language)
    text = opened(alice)

    alice.keyboard.type("::Ausf")
    alice.locator("#offers [data-insert]").first.wait_for()
    alice.keyboard.press("Enter")
    alice.locator("#gap-1").fill("18")
    alice.locator("#gap-1").press("Enter")
    expect(text).to_have_value(DU)
    alice.locator("#pick-form summary").press("Enter")
    alice.locator("#pick-form [value='de.sie']").press("Enter")
    expect(text).to_have_value(SIE)
    expect(alice.locator("#toasts form")).to_be_visible()
    alice.locator("#case-title").focus()
    alice.keyboard.press("u")
    expect(text).to_have_value(DU)
    alice.locator("#text").focus()
    alice.keyboard.press("Control+Enter")
    expect(alice.locator("#send")).to_be_hidden()

    lena = sign_in("lena", language)
    lena.goto("/approvals/")
    lena.locator(".change summary").press("Enter")
    lena.locator(".change textarea").fill("Hallo Ada, um 19 Uhr.")
    lena.locator(".change .main").press("Enter")
    expect(lena.locator("article")).to_contain_text(CHANGED[language])
    expect(lena.locator("article ins")).to_contain_text("19")
    lena.locator("article .btn.main").first.press("Enter")
    expect(lena.locator("article")).to_have_count(0)
    assert alice.faults == []
    assert lena.faults == []
