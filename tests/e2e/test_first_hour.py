"""The first hour of a new house, with nothing connected: sample data in, a first answer, everything gone again."""

import pytest
from playwright.sync_api import expect

from tests.e2e.test_composer import BOTH

pytestmark = [pytest.mark.e2e, pytest.mark.page]
SENT = {"de": "gesendet", "en": "sent"}
ANSWER = "Guten Tag, wir kümmern uns darum."


@BOTH
def test_sample_data_is_answered_and_taken_away(house, sign_in, language):
    lena = sign_in("lena", language)
    lena.goto("/imports/")
    lena.locator("form[action*='samples'] button").click()
    lena.goto("/inbox/")
    lena.locator(".row-case").first.wait_for(timeout=60_000)
    alice = sign_in("alice", language)
    alice.goto("/inbox/")
    alice.locator(".row-case").first.click()
    alice.locator("#text").fill(ANSWER)
    alice.locator("#text").press("Control+Enter")
    expect(alice.locator("#send")).to_be_hidden()
    lena.goto(alice.url)

    lena.locator("#text").press("Control+Enter")

    line = lena.locator(".msg.ours", has_text=ANSWER)
    expect(line).to_contain_text(SENT[language], timeout=30_000)
    lena.goto("/imports/")
    lena.locator("form[action*='samples'] button").click()
    lena.goto("/inbox/")
    expect(lena.locator(".row-case")).to_have_count(0)
    assert (alice.faults, lena.faults) == ([], [])
