"""What was typed stays, and the page says what is the matter: no connection, signed out, somebody else, a reload."""

import pytest
from playwright.sync_api import expect

from tests.e2e.furnish import PASSWORD

pytestmark = [pytest.mark.e2e]
LINE = {"de": "Keine Verbindung zum Haus.", "en": "No connection to the house."}
DOOR = {"de": "Sie sind abgemeldet.", "en": "You are signed out."}


@pytest.fixture
def case(house, sign_in):
    """Alice before an open case, in a language."""

    def one(language: str):
        world = house.world
        post = world.write(world.us("square"), "Störung im Netz Süd.", kind="post")
        world.write(world.join("square", "Ada Lohmann", "ada"), "Wann geht es weiter?", kind="comment", parent=post)
        page = sign_in("alice", language)
        page.goto("/inbox/")
        page.locator(".row-case").wait_for(timeout=60_000)
        page.goto(page.locator(".row-case").get_attribute("href"))
        return page

    return one


def kept(page):
    """What the house itself has of the answer, as another tab shows it."""
    other = page.context.new_page()
    other.goto(page.url)
    text = other.locator("#text").input_value()
    other.close()
    return text


@pytest.mark.parametrize("language", ["de", "en"])
def test_without_a_connection_the_page_says_so_and_keeps_the_answer_when_it_is_back(case, language):
    page = case(language)

    page.context.set_offline(True)
    page.fill("#text", "Hallo Ada, gegen sechs.")
    expect(page.locator("#away")).to_contain_text(LINE[language], timeout=15_000)
    page.context.set_offline(False)
    expect(page.locator("#away")).to_be_hidden(timeout=15_000)
    expect(page.locator("#draft-state input[name=draft]")).to_have_count(1)

    assert (page.locator("#text").input_value(), kept(page)) == ("Hallo Ada, gegen sechs.",) * 2


@pytest.mark.parametrize("language", ["de", "en"])
def test_whoever_was_signed_out_comes_in_again_beside_and_goes_on(case, language):
    page = case(language)

    page.context.clear_cookies(name="sessionid")
    page.fill("#text", "Hallo Ada, gegen sechs.")
    expect(page.locator("#away")).to_contain_text(DOOR[language], timeout=15_000)
    with page.context.expect_page() as opened:
        page.locator("#away a").click()
    door = opened.value
    door.fill("input[name=login]", "alice@auenwerke.example")
    door.fill("input[name=password]", PASSWORD)
    door.click("button.main")
    door.wait_for_url("**/")
    door.close()
    expect(page.locator("#away")).to_be_hidden(timeout=15_000)
    expect(page.locator("#draft-state input[name=draft]")).to_have_count(1)
    assert kept(page) == "Hallo Ada, gegen sechs."
    page.locator("#text").press("Control+Enter")

    expect(page.locator("#toasts .toast")).to_be_visible()


def test_when_somebody_else_came_in_the_page_says_so_and_leaves_the_text(case):
    page = case("en")
    page.fill("#text", "Hallo Ada")

    page.context.clear_cookies()
    other = page.context.new_page()
    other.goto("/doors/login/")
    other.fill("input[name=login]", "lena@auenwerke.example")
    other.fill("input[name=password]", PASSWORD)
    other.click("button.main")
    other.wait_for_url("**/")
    other.close()

    expect(page.locator("#away")).to_contain_text("Somebody else has signed in", timeout=15_000)
    assert page.locator("#text").input_value() == "Hallo Ada"


def test_a_note_that_was_begun_is_there_again_after_a_reload_and_gone_once_kept(case):
    page = case("en")

    page.keyboard.press("n")
    page.keyboard.type("Ruft lieber an.")
    page.reload()
    expect(page.locator("#note-text")).to_have_value("Ruft lieber an.")
    page.locator("#note-text").press("Control+Enter")
    expect(page.locator(".note-line")).to_contain_text("Ruft lieber an.")
    expect(page.locator("#note-form summary")).to_be_focused()
    expect(page.locator("#note-form")).not_to_have_attribute("open", "")
    expect(page.locator("#note-text")).to_have_value("")
    page.reload()

    expect(page.locator("#note-text")).to_have_value("")


def test_who_writes_while_a_slow_act_is_on_its_way_keeps_words_caret_and_focus(case):
    page = case("en")

    def slowly(route):
        answer = route.fetch()
        page.locator("#text").press_sequentially("Hallo Ada,")
        page.keyboard.press("ArrowLeft")
        route.fulfill(response=answer)

    page.route("**/claim/", slowly)
    page.get_by_role("button", name="Take").click()
    expect(page.locator("#toasts .toast")).to_be_visible()
    page.keyboard.type("!")

    expect(page.locator("#text")).to_have_value("Hallo Ada!,")
    expect(page.locator("#draft-state input[name=draft]")).to_have_count(1)
    assert page.faults == []


def test_a_slow_act_says_that_it_was_done_though_the_page_refreshes_itself_meanwhile(case):
    page = case("en")

    def slowly(route):
        answer = route.fetch()
        with page.expect_response("**/talk/**"):
            page.evaluate("htmx.trigger(document.body, 'changed')")
        page.wait_for_timeout(300)
        route.fulfill(response=answer)

    page.route("**/notes/", slowly)
    page.keyboard.press("n")
    page.keyboard.type("Ruft lieber an.")
    page.locator("#note-text").press("Control+Enter")

    expect(page.locator("#toasts")).to_contain_text("Note kept.")
    assert page.faults == []
