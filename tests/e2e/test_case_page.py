"""The page of a case in a browser: marks, mentions by keyboard, words that would break a page."""

import pytest
from axe_core_python.sync_playwright import Axe

pytestmark = [pytest.mark.e2e, pytest.mark.page]
ZALGO = "Z" + "\u0335\u0321\u034a" * 60 + "algo"
WORDS = {
    "de": ("Schlagwort", "Schlagwort „Strom“ entfernen", "Rückgängig"),
    "en": ("Tag", "Take the tag “Strom” away", "Undo"),
}
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


def opened(house, page, words="Wann ist der Strom wieder da?"):
    world = house.world
    post = world.write(world.us("square"), "Störung im Netz Süd.", kind="post")
    world.write(world.join("square", "Ada Lohmann", "ada"), words, kind="comment", parent=post)
    page.goto("/inbox/")
    page.locator(".row-case").click(timeout=60_000)
    page.locator("#strip").wait_for()


@pytest.mark.parametrize("language", WORDS)
def test_a_case_is_tagged_and_a_colleague_mentioned_by_keyboard(house, sign_in, language):
    tag, untag, undo = WORDS[language]
    named = "Lena Lead"
    alice = sign_in("alice", language)
    opened(house, alice)

    alice.locator("#pick-tag summary", has_text=tag).focus()
    alice.keyboard.press("Enter")
    alice.locator("#tag-name").focus()
    alice.keyboard.type("Strom")
    alice.keyboard.press("Enter")
    alice.locator(".chip.tag", has_text="Strom").wait_for()
    alice.get_by_role("button", name=untag).focus()
    alice.keyboard.press("Enter")
    alice.locator(".chip.tag").wait_for(state="detached")
    alice.locator(".toast").get_by_role("button", name=undo).click()
    alice.locator(".chip.tag", has_text="Strom").wait_for()

    alice.locator("#note-form summary").focus()
    alice.keyboard.press("Enter")
    alice.locator("#note-text").focus()
    alice.keyboard.type("Bitte ansehen, @le")
    alice.locator("#mentions [aria-selected=true]", has_text=named).wait_for()
    alice.keyboard.press("Enter")
    alice.keyboard.press("Control+Enter")
    alice.locator(".note-line .named", has_text=named).wait_for()

    lena = sign_in("lena", language)
    lena.goto("/notices/")
    assert lena.locator(".notice.fresh").count() == 1
    assert [one["id"] for one in Axe().run(lena)["violations"]] == []
    assert [one["id"] for one in Axe().run(alice)["violations"]] == []
    lena.locator(".notice.fresh a").click()
    lena.locator(".note-line .named").wait_for()
    lena.goto("/notices/")
    assert lena.locator(".notice.fresh").count() == 0
    assert alice.faults == lena.faults == []


def test_no_words_of_a_stranger_break_the_page(house, sign_in):
    alice = sign_in("alice", "de", viewport={"width": 390, "height": 844})
    opened(house, alice, f"{ZALGO} {'x' * 500} <img src=x onerror=alert(1)> مرحبا")

    assert alice.evaluate(OVERFLOW) == 0
    assert alice.locator(".msg.customer img").count() == 0
    assert alice.faults == []
