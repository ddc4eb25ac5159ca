"""Many cases at once in a browser, by keyboard alone: chosen, closed, taken back; searched, and kept as a view."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e]
WORDS = {
    "de": {"closed": "3 Vorgänge geschlossen.", "back": "3 Vorgänge sind wie zuvor.", "found": "2 gefunden"},
    "en": {"closed": "3 cases closed.", "back": "3 cases are as before.", "found": "2 found"},
}


@pytest.fixture
def list_of_six(house, sign_in):
    """Alice before an inbox with six cases, two of which speak of the tram."""

    def one(language: str):
        world = house.world
        post = world.write(world.us("square"), "Störung im Netz Süd.", kind="post")
        for n in range(6):
            said = "Wann fährt die Straßenbahn?" if n < 2 else "Wann geht es weiter?"
            world.write(world.join("square", f"Person {n}", f"p{n}"), said, kind="comment", parent=post)
        page = sign_in("alice", language)
        page.goto("/inbox/")
        expect(page.locator("#counts")).to_contain_text("6", timeout=60_000)
        page.goto("/inbox/")
        expect(page.locator(".row-case")).to_have_count(6)
        return page

    return one


@pytest.mark.parametrize("language", ["de", "en"])
def test_three_cases_are_closed_at_once_and_taken_back_by_keyboard(list_of_six, language):
    page, words = list_of_six(language), WORDS[language]
    rows, ticked = page.locator(".row-case"), page.locator(".tick:checked")

    for key in ("j", "x", "j", "j", "Shift+X"):
        page.keyboard.press(key)
    expect(ticked).to_have_count(3)
    expect(page.locator("#bulk-told")).to_contain_text("3")
    page.keyboard.press("e")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#toasts")).to_contain_text(words["closed"])
    expect(rows).to_have_count(3)
    expect(ticked).to_have_count(0)
    expect(page.locator("#bulk")).to_be_hidden()

    page.keyboard.press("u")
    expect(page.locator("#toasts")).to_contain_text(words["back"])
    expect(rows).to_have_count(6)
    assert page.faults == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_chosen_stays_chosen_while_the_list_draws_itself_anew(house, list_of_six, language):
    page = list_of_six(language)
    page.keyboard.press("j")
    page.keyboard.press("x")
    chosen = page.locator(".tick:checked").get_attribute("value")

    world = house.world
    post = world.write(world.us("square"), "Noch ein Beitrag.", kind="post")
    world.write(world.join("square", "Neu Hier", "neu"), "Es riecht nach Gas!", kind="comment", parent=post)
    expect(page.locator(".row-case")).to_have_count(7, timeout=60_000)

    expect(page.locator(".tick:checked")).to_have_count(1)
    assert page.locator(".tick:checked").get_attribute("value") == chosen
    page.keyboard.press("Escape")
    expect(page.locator(".tick:checked")).to_have_count(0)
    assert page.faults == []


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_search_finds_marks_and_is_kept_as_a_view(list_of_six, language):
    page = list_of_six(language)

    page.keyboard.press("/")
    page.keyboard.type('"fährt die" strassenb')
    page.keyboard.press("Enter")
    expect(page.locator("#list-told")).to_have_text(WORDS[language]["found"], timeout=20_000)
    expect(page.locator(".row-case mark").last).to_have_text("Straßenbahn")

    page.locator("#save-view summary").press("Enter")
    page.locator("#view-name").fill("Bahn")
    page.locator("#view-name").press("Enter")
    expect(page.locator("#list-title")).to_have_text("Bahn")
    expect(page.locator("#counts a[title=Bahn]")).to_have_attribute("aria-current", "page")
    expect(page.locator(".row-case")).to_have_count(2)

    page.keyboard.press("u")
    expect(page.locator("#list-title")).not_to_have_text("Bahn")
    expect(page.locator(".row-case")).to_have_count(2)
    assert page.faults == []


def test_help_is_there_only_for_who_asks_for_it(list_of_six):
    page = list_of_six("de")
    expect(page.locator("#help")).to_be_hidden()

    page.keyboard.press("h")
    expect(page.locator("#help")).to_contain_text("x wählt eine Zeile aus")
    page.keyboard.press("Escape")

    expect(page.locator("#help")).to_be_hidden()


def test_a_colleague_at_a_case_is_told_beside_its_row(list_of_six, sign_in):
    page = list_of_six("de")
    other = sign_in("lena", "de")
    other.goto(page.locator(".row-case").first.get_attribute("href"))

    expect(page.locator(".row-case").first.locator(".here")).to_contain_text("Lena Lead", timeout=30_000)


def test_who_closes_a_case_goes_on_with_the_one_that_took_its_place(list_of_six):
    page = list_of_six("de")
    rows = page.locator(".row-case")
    for key in ("j", "j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#case-title")).to_be_focused()
    following = rows.nth(3).get_attribute("id")

    page.keyboard.press("e")
    expect(page.locator("#pick-close button").first).to_have_attribute("value", "no_answer")  # nobody was answered yet
    page.keyboard.press("Enter")
    expect(page.locator("#bar [data-key=e]")).to_be_focused()
    expect(rows).to_have_count(5)
    page.keyboard.press("j")

    assert page.evaluate("document.activeElement.id") == following
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == rows.nth(1).get_attribute("id")
    assert page.faults == []


def test_nothing_makes_the_desk_longer_than_the_window(list_of_six):
    page = list_of_six("de")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_focused()

    page.keyboard.press("n")
    expect(page.locator("#note-text")).to_be_focused()
    for line in range(12):
        page.keyboard.type(f"Zeile {line}")
        page.keyboard.press("Enter")

    assert page.evaluate("document.documentElement.scrollHeight - innerHeight") == 0
