"""What is done more seldom, by keyboard alone: putting off, due times, reminders, merging people."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_composer import BOTH, comments, opened, tab_to

pytestmark = [pytest.mark.e2e, pytest.mark.page]
ONE = {"de": "sind jetzt eine Person", "en": "are one person now"}


def enter(page, selector, **way):
    """Go there with Tab and press Enter."""
    tab_to(page, selector, most=140, **way)
    page.keyboard.press("Enter")


@BOTH
def test_a_case_is_put_off_and_brought_back_due_and_remembered(house, sign_in, language):
    comments(house, "Wann ist der Strom wieder da?")
    alice = sign_in("alice", language)
    opened(alice)
    alice.keyboard.press("Escape")

    alice.keyboard.press("s")
    alice.keyboard.press("ArrowDown")
    alice.keyboard.press("Enter")
    expect(alice.locator("#toasts form")).to_be_visible()
    alice.keyboard.press("u")
    expect(alice.locator("#pick-later")).to_be_visible()

    enter(alice, "#pick-due summary")
    tab_to(alice, "#pick-due [name=reason]")
    alice.keyboard.type("Rückruf versprochen")
    enter(alice, "#pick-due [value=tomorrow]")
    expect(alice.locator(".case-marks .due")).to_contain_text("Rückruf versprochen")
    enter(alice, "#pick-again summary")
    enter(alice, "#pick-again [value=week]")
    expect(alice.locator(".case-marks")).to_contain_text("Alice Adler")
    assert alice.faults == []


@BOTH
def test_two_people_are_found_merged_and_parted(house, sign_in, language):
    comments(house, "Wann ist der Strom wieder da?", "Bei mir ist auch alles dunkel, wann geht es weiter?")
    alice = sign_in("alice", language)
    alice.goto("/inbox/")
    expect(alice.locator(".row-case")).to_have_count(2, timeout=60_000)

    alice.keyboard.press("g")
    alice.keyboard.press("p")
    alice.wait_for_url("**/people/")
    enter(alice, "td a[href*='/people/']")
    alice.wait_for_url("**/people/*/")
    tab_to(alice, "#find", most=140)
    other = "Ben" if "Ada" in alice.locator("h1").inner_text() else "Ada"
    alice.keyboard.type(other)
    alice.keyboard.press("Enter")
    alice.wait_for_url(f"**find={other}**")
    enter(alice, "a[href*='/merge/?with=']")
    alice.wait_for_url("**/merge/**")
    enter(alice, "main form button")
    alice.wait_for_url("**/people/*/")
    expect(alice.locator("body")).to_contain_text(ONE[language])
    enter(alice, "form[action*='/parting/'] button")
    expect(alice.locator("form[action*='/parting/']")).to_have_count(0)
    assert alice.faults == []
