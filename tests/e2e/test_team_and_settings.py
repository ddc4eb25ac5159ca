"""The team and its settings by keyboard: somebody is invited, a queue gives its cases out, somebody is away, everybody
has their own look; and the start page, whose every number is what its link lists.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_by_keyboard_alone import enter
from tests.e2e.test_composer import BOTH, comments, tab_to

pytestmark = [pytest.mark.e2e, pytest.mark.page]
WORDS = {
    "de": {"away": "abwesend bis", "open": "offen"},
    "en": {"away": "away until", "open": "open"},
}


def write(page, selector, text):
    tab_to(page, selector, most=140)
    page.keyboard.press("Control+A")
    page.keyboard.type(text)


@BOTH
def test_a_colleague_is_invited_a_queue_gives_out_and_whoever_is_away_gets_nothing(house, sign_in, language):
    words, lena = WORDS[language], sign_in("lena", language)
    lena.keyboard.press("g")
    lena.keyboard.press("t")
    lena.wait_for_url("**/team/")

    enter(lena, "a[href='/team/people/']")
    lena.wait_for_url("**/team/people/")
    write(lena, "[name=name]", "Nora Neu")
    write(lena, "[name=email]", "nora@auenwerke.example")
    write(lena, "[name=password]", "ein gutes Kennwort 7")
    expect(lena.locator("[name=roles][value=agent], [name=teams]")).to_have_count(2)
    for box in lena.locator("[name=roles][value=agent], [name=teams]").all():
        expect(box).to_be_checked()  # what is likely is chosen already
    enter(lena, "main form button.main")
    lena.wait_for_url("**/team/")
    expect(lena.locator("main table").first).to_contain_text("Nora Neu")

    lena.goto("/team/")
    enter(lena, "a[href*='/queues/']")
    lena.wait_for_url("**/queues/*/")
    tab_to(lena, "[name=spread]", most=40)
    lena.locator("[name=spread]").select_option("round")
    enter(lena, "main form button.main")
    lena.wait_for_url("**/team/")

    nora = sign_in_as(lena, house, language)
    enter(nora, ".me summary")
    enter(nora, ".me a[href='/me/absence/']")
    nora.wait_for_url("**/absence/")
    nora.locator("[name=until]").fill("2027-01-15T08:00")
    enter(nora, "main form button.main")
    expect(nora.locator(".toast")).to_be_visible()
    lena.goto("/team/")
    expect(lena.locator("main table").first).to_contain_text(words["away"])

    comments(house, "Wann ist der Strom wieder da?", "Und wann das Wasser?")
    lena.goto("/inbox/")
    rows = lena.locator(".row-case")
    expect(rows).to_have_count(2, timeout=60_000)
    expect(rows.locator(".chip.acc")).to_have_count(2, timeout=60_000)
    assert "Nora Neu" not in " ".join(rows.locator(".chip.acc").all_inner_texts())
    assert (lena.faults, nora.faults) == ([], [])


def sign_in_as(page, house, language):
    """Nora comes in with her first password, in a window of her own."""
    context = page.context.browser.new_context(locale=language, base_url=house.address)
    nora = context.new_page()
    nora.faults = []
    nora.on("pageerror", lambda error: nora.faults.append(str(error)))
    nora.goto("/doors/login/")
    nora.fill("input[name=login]", "nora@auenwerke.example")
    nora.fill("input[name=password]", "ein gutes Kennwort 7")
    nora.click("button.main")
    nora.wait_for_url("**/")
    return nora


@BOTH
def test_everybody_has_their_own_name_signature_language_and_look(sign_in, language):
    other = {"de": "en", "en": "de"}[language]
    alice = sign_in("alice", language)

    alice.goto("/me/")
    write(alice, "[name=signature]", "Herzlich, Alice")
    enter(alice, "main form button.main")
    expect(alice.locator(".toast")).to_be_visible()
    alice.goto("/me/")
    expect(alice.locator("[name=signature]")).to_have_value("Herzlich, Alice")
    enter(alice, ".me summary")
    enter(alice, "button[name=theme][value=dark]")
    expect(alice.locator("html[data-theme=dark]")).to_have_count(1)
    enter(alice, ".me summary")
    enter(alice, f"button[name=language][value={other}]")
    expect(alice.locator(f"html[lang={other}]")).to_have_count(1)
    assert alice.faults == []


@BOTH
def test_every_number_of_the_start_page_is_what_its_link_lists(house, sign_in, language):
    comments(house, "Es riecht nach Gas! Bitte sofort kommen!", "Wann ist der Strom wieder da?")
    lena = sign_in("lena", language)
    expect(lena.locator("#now")).to_contain_text(f"2 {'Vorgänge' if language == 'de' else 'cases'}", timeout=60_000)
    expect(lena.locator(".standings tbody")).to_contain_text("2")

    counted = lena.eval_on_selector_all(
        "#now .strip a[href*='/inbox/'], #now .standings td a",
        "all => all.map(one => [one.getAttribute('href'), parseInt(one.textContent.match(/\\d+/)[0])])",
    )
    listed = []
    for address, _number in counted:
        lena.goto(address)
        listed.append([address, lena.locator(".row-case").count()])

    assert len(counted) >= 4
    assert listed == counted
    lena.goto("/")
    enter(lena, "#now .headline a")
    expect(lena.locator("#list-told")).to_contain_text(re.compile(rf"2 {WORDS[language]['open']}"))
    assert lena.faults == []
