"""Two people at one case in the same moment, and rights that end while a page is open: nothing twice, nothing lost."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_composer import BOTH, comments, opened

pytestmark = [pytest.mark.e2e, pytest.mark.page]
QUESTION, ANSWER = "Wann ist der Strom wieder da?", "Um 15 Uhr ist es wieder hell."
TOO_LATE = {
    "de": re.compile("schon freigegeben oder verworfen|schon entschieden"),
    "en": re.compile("released or dropped already|decided about already"),
}
GONE = {"de": "Das ist hier nicht", "en": "This is not here"}
CLOSED = {"de": "Dieser Vorgang ist geschlossen", "en": "This case is closed"}
OPEN_AGAIN = {"de": "Wieder öffnen", "en": "Open again"}


def answers(house):
    """What we said on the square under a post."""
    us = house.world.us("square")
    return [one.text for one in house.world.entries("kind = 'comment'") if one.author == us.id]


@BOTH
def test_two_who_release_the_same_reply_send_it_once_and_the_second_is_told(house, sign_in, language):
    comments(house, QUESTION)
    alice = sign_in("alice", language)
    opened(alice)
    alice.keyboard.type(ANSWER)
    alice.keyboard.press("Control+Enter")
    expect(alice.locator("#send")).to_be_hidden()
    lena, paul = sign_in("lena", language), sign_in("paul", language)
    for page in (lena, paul):
        opened(page)
        expect(page.locator("#text")).to_have_value(ANSWER)

    lena.keyboard.press("Control+Enter")
    paul.keyboard.press("Control+Enter")

    for page in (lena, paul):
        expect(page.locator("#toasts")).not_to_be_empty()
    assert sorted(TOO_LATE[language].search(page.locator("#toasts").inner_text()) is None for page in (lena, paul)) == [
        False,
        True,
    ]
    for page in (lena, paul):
        expect(page.locator(".msg.ours .words", has_text=ANSWER)).to_have_count(1, timeout=30_000)
    assert answers(house) == [ANSWER]


@BOTH
def test_what_somebody_writes_while_a_colleague_closes_the_case_stays_until_it_can_be_sent(house, sign_in, language):
    comments(house, QUESTION)
    alice, lena = sign_in("alice", language), sign_in("lena", language)
    opened(alice)
    opened(lena)
    alice.keyboard.type(ANSWER[:12])
    lena.locator("#case-title").focus()
    lena.keyboard.press("e")
    lena.locator("[name=reason][value=no_answer]").press("Enter")
    lena.locator("#bar [data-key=e]", has_text=OPEN_AGAIN[language]).wait_for()

    alice.keyboard.type(ANSWER[12:])
    alice.keyboard.press("Control+Enter")

    expect(alice.locator("#toasts")).to_contain_text(CLOSED[language])
    alice.locator("#bar", has_text=OPEN_AGAIN[language]).wait_for()  # the page has drawn itself anew meanwhile
    expect(alice.locator("#text")).to_have_value(ANSWER)
    lena.keyboard.press("e")
    alice.locator("#bar [data-key=s]").wait_for()
    alice.locator("#text").press("Control+Enter")
    alice.locator("#composer .note.acc").wait_for()
    lena.goto("/approvals/")
    expect(lena.locator("article")).to_contain_text(ANSWER)


@BOTH
def test_rights_that_end_while_somebody_writes_stop_the_act_say_so_and_leave_the_words(house, sign_in, language):
    comments(house, QUESTION)
    alice, otto = sign_in("alice", language), sign_in("otto", language)
    opened(alice)
    otto.goto("/team/")
    otto.get_by_role("link", name="Alice Adler").click()
    teams = otto.get_by_label("Netz")
    teams.uncheck()
    otto.locator("main form button.main, main form .btn.main").first.press("Enter")
    otto.wait_for_url("**/team/")

    alice.keyboard.type(ANSWER)
    alice.keyboard.press("Control+Enter")

    expect(alice.locator("#toasts")).to_contain_text(GONE[language])
    expect(alice.locator("#text")).to_have_value(ANSWER)
    assert answers(house) == []
    assert alice.goto(alice.url).status == 404
