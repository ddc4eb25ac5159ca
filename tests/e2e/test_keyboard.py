"""By keyboard alone: going, opening, acting, taking back; finding; and single keys that can be switched off."""

import re

import pytest
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e]
WORDS = {
    "de": {
        "find": "postaus",
        "outbox": "Postausgang",
        "mine": "Dieser Vorgang gehört jetzt Ihnen",
        "take": "Übernehmen",
    },
    "en": {"find": "outb", "outbox": "Outbox", "mine": "This case is yours", "take": "Take"},
}


@pytest.fixture
def desk(house, sign_in):
    """Alice before an inbox with two cases, in a language."""

    def one(language: str, **options):
        world = house.world
        post = world.write(world.us("square"), "Störung im Netz Süd.", kind="post")
        world.write(world.join("square", "Ada Lohmann", "ada"), "Es riecht nach Gas!", kind="comment", parent=post)
        world.write(world.join("square", "Ben Osei", "ben"), "Wann geht es weiter?", kind="comment", parent=post)
        page = sign_in("alice", language, **options)
        page.goto("/inbox/")
        expect(page.locator(".row-case")).to_have_count(2, timeout=60_000)
        return page

    return one


def violations(page):
    return [(one["id"], node["html"]) for one in Axe().run(page)["violations"] for node in one["nodes"]]


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_case_is_reached_taken_and_given_back_without_a_mouse(desk, language):
    page, words = desk(language), WORDS[language]

    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_focused()
    page.keyboard.press("c")
    expect(page.locator("#toasts")).to_contain_text(words["mine"])
    expect(page.locator("#case-title")).to_be_focused()
    page.keyboard.press("u")

    expect(page.get_by_role("button", name=re.compile(words["take"]))).to_be_visible()
    assert page.faults == []


def test_a_menu_is_walked_with_the_arrows_and_left_with_escape(desk):
    page = desk("en")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_focused()

    page.keyboard.press("e")
    first = page.locator("#pick-close button").first
    expect(first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#pick-close button").nth(1)).to_be_focused()
    page.keyboard.press("Escape")

    expect(first).to_be_hidden()
    expect(page.locator("#pick-close summary")).to_be_focused()


def test_escape_leaves_the_answer_and_keeps_what_was_typed(desk):
    page = desk("en")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_focused()

    page.keyboard.press("r")
    page.keyboard.type("Dear Ada")
    page.keyboard.press("Escape")
    page.keyboard.press("?")

    expect(page.locator("#keys")).to_be_visible()
    expect(page.locator("#text")).to_have_value("Dear Ada")


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_palette_finds_a_page_an_act_and_a_case(desk, language):
    page, words = desk(language), WORDS[language]
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_focused()

    page.keyboard.press("Control+k")
    expect(page.locator("#palette").get_by_role("option", name=words["take"])).to_be_visible()
    page.keyboard.type("osei")
    expect(page.locator("#palette").get_by_role("option", name="Ben Osei").first).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Control+a")
    page.keyboard.type(words["find"])
    expect(page.locator("#palette [role=option]")).to_have_text([re.compile(words["outbox"])])
    page.keyboard.press("Enter")

    page.wait_for_url("**/outbox/")
    assert page.faults == []


def test_g_and_a_letter_go_to_a_place_and_a_lone_letter_does_not(desk):
    page = desk("en")

    page.keyboard.press("g")
    page.keyboard.press("l")

    page.wait_for_url("**/ledger/")


def test_single_keys_can_be_switched_off_and_on_again(desk):
    page = desk("en")

    page.keyboard.press("?")
    page.get_by_role("button", name="Switch single keys off").click()
    page.wait_for_load_state()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("Control+k")

    expect(page.locator("#palette")).to_be_visible()


def test_in_a_narrow_window_the_customer_is_a_drawer_that_escape_closes(desk):
    page = desk("en", viewport={"width": 1024, "height": 800})
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#case-title")).to_be_focused()
    expect(page.locator("#who")).to_be_hidden()

    page.get_by_role("button", name="Customer", exact=True).press("Enter")
    expect(page.locator("#who")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")

    expect(page.locator("#who")).to_be_hidden()
