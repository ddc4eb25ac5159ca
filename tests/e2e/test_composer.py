"""The composer as it is worked: by keyboard alone, in German and in English."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e, pytest.mark.page]

WORDS = {
    "de": {
        "everybody": "Das können alle lesen.",
        "only": "Das kann nur Ada Lohmann lesen.",
        "released": "Freigegeben",
        "back": "Zurücknehmen",
        "next": "Zur Freigabe und nächster",
    },
    "en": {
        "everybody": "Everybody can read this.",
        "only": "Only Ada Lohmann can read this.",
        "released": "Released",
        "back": "Take back",
        "next": "Submit and next",
    },
}
BOTH = pytest.mark.parametrize("language", ["de", "en"])
PEOPLE = (("Ada Lohmann", "ada"), ("Ben Dorn", "ben"), ("Cem Aksoy", "cem"))


def comments(house, *texts):
    """One comment under our post by each person."""
    world = house.world
    post = world.write(world.us("square"), "Störung im Netz Süd. Wir sind dran.", kind="post")
    for (name, handle), text in zip(PEOPLE, texts, strict=False):
        world.write(world.join("square", name, handle), text, kind="comment", parent=post)


def opened(page, who="Ada Lohmann"):
    """Open this person's case from the list by keyboard and begin to write."""
    page.goto("/inbox/")
    row = page.locator(".row-case", has_text=who)
    row.wait_for(timeout=60_000)
    row.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.id === 'case-title'")
    page.keyboard.press("r")
    return page.locator("#text")


def tab_to(page, selector, *, key="Tab", most=20):
    """Press Tab (or Shift+Tab) until this has the focus."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press(key)
    pytest.fail(f"{selector} is not reached with Tab")


@BOTH
def test_submit_and_next_release_and_take_back_by_keyboard(house, sign_in, language):
    words = WORDS[language]
    comments(house, "Wann ist der Strom wieder da?", "Bei mir ist auch alles dunkel, wann geht es weiter?")
    alice, lena = sign_in("alice", language), sign_in("lena", language)
    alice.goto("/inbox/")
    alice.locator(".row-case").nth(1).wait_for(timeout=60_000)
    first, second = alice.locator(".row-case strong").all_inner_texts()
    opened(alice, first)

    alice.keyboard.type("Um 15 Uhr ist es wieder hell.")
    alice.keyboard.press("Control+Shift+Enter")

    alice.locator("#case-title", has_text=second).wait_for()
    alice.wait_for_function("() => document.activeElement.id === 'case-title'")
    expect(alice.locator(".row-case[aria-current] strong")).to_contain_text(second)
    alice.keyboard.press("r")
    assert words["next"] in alice.locator("#send").inner_text()  # the way that was chosen last

    opened(lena, first)
    lena.keyboard.press("Control+Enter")
    toast = lena.locator(".toast", has_text=words["released"])
    toast.wait_for()
    assert re.search(r"\(\d s\)", toast.locator("[data-seconds]").inner_text())
    tab_to(lena, ".toast form button", most=80)
    lena.keyboard.press("Enter")
    lena.locator("#text").wait_for()
    lena.wait_for_function("() => document.getElementById('text').value.startsWith('Um 15 Uhr')")
    assert (alice.faults, lena.faults) == ([], [])


def test_one_answer_after_the_other_is_submitted_without_loading_the_page_anew(house, sign_in):
    comments(house, "Wann ist der Strom wieder da?", "Bei mir ist auch alles dunkel, wann geht es weiter?", "Und hier?")
    alice = sign_in("alice", "en")
    alice.goto("/inbox/")
    alice.locator(".row-case").nth(2).wait_for(timeout=60_000)
    names = alice.locator(".row-case strong").all_inner_texts()
    opened(alice, names[0])

    for turn, following in enumerate([names[1], names[2], names[0]]):
        alice.keyboard.type(f"Answer number {turn}.")
        alice.keyboard.press("Control+Shift+Enter")
        alice.locator("#case-title", has_text=following).wait_for()
        alice.wait_for_function("() => document.activeElement.id === 'case-title'")
        alice.keyboard.press("r")
        alice.wait_for_function("() => document.activeElement.id === 'text'")

    assert alice.locator("#text").input_value() == "Answer number 0."
    assert alice.faults == []


@BOTH
def test_private_words_become_public_only_after_a_question(house, sign_in, language):
    words = WORDS[language]
    comments(house, "Wann ist der Strom wieder da?")
    alice = sign_in("alice", language)
    text = opened(alice)
    alice.locator(".reach", has_text=words["everybody"]).wait_for()

    tab_to(alice, "button.way[value=private]", key="Shift+Tab")
    alice.keyboard.press("Enter")
    alice.locator(".reach", has_text=words["only"]).wait_for()
    text.focus()
    alice.keyboard.type("Nur für Sie.")
    tab_to(alice, "button.way[value=public]", key="Shift+Tab")
    alice.keyboard.press("Enter")

    alice.locator("dialog.sure:modal").wait_for()
    alice.keyboard.press("Escape")
    alice.locator(".reach", has_text=words["only"]).wait_for()
    text.focus()
    tab_to(alice, "button.way[value=public]", key="Shift+Tab")
    alice.keyboard.press("Enter")
    alice.locator("dialog.sure:modal").wait_for()
    tab_to(alice, "dialog button[name=sure]")
    alice.keyboard.press("Enter")
    alice.locator(".reach", has_text=words["everybody"]).wait_for()
    assert text.input_value() == "Nur für Sie."
    assert alice.faults == []


def test_what_is_typed_in_the_last_moment_is_sent_and_nothing_is_begun_anew(house, sign_in):
    comments(house, "Wann ist der Strom wieder da?")
    alice = sign_in("alice")
    opened(alice)

    alice.keyboard.type("Um 15 Uhr.")
    alice.wait_for_timeout(600)  # the text begins to be kept in this moment
    alice.keyboard.type(" Genau.")
    alice.keyboard.press("Control+Enter")
    alice.keyboard.press("Control+Enter")

    alice.locator(".composer .note.acc").wait_for()
    assert alice.locator("#text").input_value() == "Um 15 Uhr. Genau."
    assert alice.locator(".toast.hot").count() == 0
    assert alice.faults == []


@BOTH
def test_the_count_follows_the_hand_and_the_preview_marks_the_cut(house, sign_in, language):
    comments(house, "Wann ist der Strom wieder da?")
    page = sign_in("alice", language)
    area = opened(page)
    area.fill("Um 15 Uhr. " + "x" * 1985)
    page.locator("#length-told", has_text="1996 / 2000").wait_for()

    page.keyboard.press("End")
    page.keyboard.type("Ende.", delay=20)

    page.locator("#length-told", has_text="2001 / 2000").wait_for()
    page.locator("#draft-state .cut").wait_for()
    assert page.locator("#draft-state .over").inner_text() == "."
    assert area.evaluate("area => area === document.activeElement && area.selectionStart === 2001")
    page.locator("#kept-told", has_text=re.compile("kept|gespeichert|gesichert")).wait_for()
    assert page.locator("#length-told").inner_text().startswith("2001 / 2000")


def test_what_a_block_asks_for_is_asked_next_and_the_answer_is_sent_from_where_one_reads(house, sign_in):
    comments(house, "Wann ist der Strom wieder da?")
    alice = sign_in("alice")
    opened(alice)

    alice.keyboard.type("::ausf")
    alice.locator("#offers .gap", has_text="Uhrzeit").wait_for()
    alice.keyboard.press("Enter")
    alice.wait_for_function("() => document.activeElement.name === 'gap:ask: Uhrzeit'")
    alice.keyboard.type("18")
    alice.locator("#text").evaluate("(area) => { area.value += ' Danke!'; htmx.trigger(area, 'flush') }")
    alice.locator("#draft-state .preview", has_text="Danke!").wait_for()
    half = alice.evaluate("[document.activeElement.name, document.activeElement.value]")
    alice.keyboard.press("Enter")
    alice.wait_for_function("() => document.activeElement.id === 'text'")
    text = alice.locator("#text").input_value()
    alice.keyboard.press("Escape")
    alice.keyboard.press("Control+Enter")
    alice.locator(".composer .note.acc").wait_for()

    assert half == ["gap:ask: Uhrzeit", "18"]
    assert "um 18 Uhr." in text
    assert text.endswith("Danke!")
    assert alice.faults == []


@BOTH
def test_two_wordings_are_compared_by_keyboard(house, sign_in, language):
    comments(house, "Wann ist der Strom wieder da?")
    alice = sign_in("alice", language)
    opened(alice)
    alice.keyboard.type("Um 15 Uhr ist es wieder hell.")

    alice.locator("#set-aside").wait_for()
    tab_to(alice, "#set-aside")
    alice.keyboard.press("Enter")
    alice.wait_for_function("() => document.activeElement.id === 'text' && document.activeElement.value === ''")
    alice.keyboard.type("Gegen drei, liebe Ada.")
    alice.locator("#set-aside").wait_for()
    tab_to(alice, ".wordings button")
    alice.keyboard.press("Enter")

    alice.wait_for_function("() => document.getElementById('text').value.startsWith('Um 15 Uhr')")
    assert alice.locator(".wordings button").inner_text() == "Gegen drei, liebe Ada."
    assert alice.faults == []
