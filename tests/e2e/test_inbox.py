"""The list in a browser: it goes on by itself, and keeps what was loaded, the place and the focus."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.e2e]
MANY = 50
PLACE = "[document.activeElement.id, document.activeElement.getBoundingClientRect().top]"


@pytest.fixture
def long_list(house, sign_in):
    """Alice before an inbox with more cases than fit on one page."""

    def one(language: str):
        world = house.world
        post = world.write(world.us("square"), "Störung im Netz Süd.", kind="post")
        for n in range(MANY):
            world.write(
                world.join("square", f"Person {n}", f"p{n}"), "Wann geht es weiter?", kind="comment", parent=post
            )
        page = sign_in("alice", language)
        page.goto("/inbox/")
        expect(page.locator("#counts")).to_contain_text(str(MANY), timeout=90_000)
        page.goto("/inbox/")
        return page

    return one


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_list_goes_on_by_itself_and_stays_so(house, long_list, language):
    page = long_list(language)
    rows = page.locator(".row-case")
    expect(rows).to_have_count(20)

    for there in (40, MANY):
        page.locator("#more").scroll_into_view_if_needed()
        expect(rows).to_have_count(there)
    rows.nth(40).focus()
    before = page.evaluate(PLACE)
    world = house.world
    post = world.write(world.us("square"), "Noch ein Beitrag.", kind="post")
    world.write(world.join("square", "Neu Hier", "neu"), "Es riecht nach Gas!", kind="comment", parent=post)
    expect(rows.first).to_contain_text("Gas", timeout=60_000)

    after = page.evaluate(PLACE)
    ids = page.evaluate("[...document.querySelectorAll('.row-case')].map((row) => row.id)")
    assert after[0] == before[0]
    assert after[1] == pytest.approx(before[1], abs=1.5)  # rows have broken heights, scrolling whole ones
    expect(page.locator("#list-told")).to_contain_text(str(MANY + 1))
    assert (len(ids), len(set(ids))) in {(MANY, MANY), (MANY + 1, MANY + 1)}  # the last one comes when one gets there
    assert page.faults == []
