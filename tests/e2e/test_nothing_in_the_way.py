"""What the page shows by itself never stands in the way of the next step; the browser has nothing to complain about."""

import re

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.page]
WIDE, PHONE = {"width": 1400, "height": 900}, {"width": 390, "height": 844}
# The controls of which one would not hit the middle.
COVERED = """() => [...document.querySelectorAll("#bar .btn, #composer .btn, #text, .row-case")].filter((one) => {
if (!one.checkVisibility() || one.closest("details:not([open]) > :not(summary)")) return false;
one.scrollIntoView({block: "center"}); const box = one.getBoundingClientRect();
const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
return one !== hit && !one.contains(hit) }).map((one) => one.outerHTML.slice(0, 120))"""
SEEN = """which => { const one = document.querySelector(which);
const frame = document.getElementById("talk").getBoundingClientRect();
const box = one.getBoundingClientRect();
return box.top >= frame.top && box.bottom <= frame.bottom }"""


def seen(page, which):
    """It stands within the part that scrolls, as soon as that is drawn."""
    page.wait_for_function(SEEN, arg=which)


def storm(house, *, before=0, behind=0):
    """A post under which many speak, Ada among them."""
    world = house.world
    post = world.write(world.us("square"), "Störung im Netz Süd. Wir sind dran.", kind="post")

    def crowd(numbers):
        for n in numbers:
            world.write(world.join("square", f"Nachbar {n}", f"n{n}"), f"Hier auch, {n}", kind="comment", parent=post)

    crowd(range(before))
    ada = world.write(
        world.join("square", "Ada Lohmann", "ada"), "Wann ist der Strom wieder da?", kind="comment", parent=post
    )
    crowd(range(before, before + behind))
    return ada


def opened(page, who="Ada Lohmann"):
    page.goto("/inbox/?q=from:ada")
    page.locator(".row-case", has_text=who).click(timeout=60_000)
    page.locator("#text").wait_for()


@pytest.mark.parametrize("viewport", [WIDE, PHONE], ids=["wide", "phone"])
def test_a_notice_covers_nothing_that_is_needed_next_and_can_be_closed(house, sign_in, viewport):
    storm(house)
    alice = sign_in("alice", viewport=viewport)
    opened(alice)

    alice.get_by_role("button", name=re.compile("Übernehmen")).click()
    alice.locator(".toast").wait_for()

    assert alice.evaluate(COVERED) == []
    assert alice.locator("#toasts").get_attribute("aria-live") == "polite"
    alice.get_by_role("button", name="Diesen Hinweis schließen").click()
    assert alice.locator(".toast").count() == 0
    assert alice.faults == []


def test_a_notice_waits_while_somebody_is_at_it_and_leaves_afterwards(house, sign_in):
    storm(house)
    alice = sign_in("alice", viewport=WIDE)
    opened(alice)
    alice.locator("#note-form summary").click()
    alice.locator("#note-text").fill("Ruft morgen an")

    alice.get_by_role("button", name="Notiz").click()
    alice.locator(".toast").hover()
    alice.wait_for_timeout(10_000)
    stayed = alice.locator(".toast").count()
    alice.mouse.move(900, 400)
    alice.locator(".toast").wait_for(state="detached", timeout=12_000)

    assert stayed == 1


def test_on_a_phone_the_question_stands_in_view_when_a_case_opens(house, sign_in):
    storm(house, before=40, behind=40)
    alice = sign_in("alice", viewport={"width": 390, "height": 400})
    opened(alice)

    alice.wait_for_function(
        """() => { const box = document.querySelector(".msg.asks").getBoundingClientRect();
        return box.top >= 0 && box.bottom <= innerHeight }"""
    )
    assert alice.faults == []


def test_in_a_storm_the_question_and_our_answer_stand_in_view(house, sign_in):
    storm(house, before=40, behind=40)
    alice, lead = sign_in("alice", viewport=WIDE), sign_in("lena", viewport=WIDE)
    opened(alice)
    question = alice.locator(".msg.asks")
    seen(alice, ".msg.asks")

    alice.locator("#text").fill("Um 15 Uhr, liebe Ada.")
    alice.get_by_role("button", name="Zur Freigabe").click()
    alice.locator(".composer .note.acc").wait_for()
    lead.goto("/approvals/")
    lead.get_by_role("button", name="Freigeben und senden").click()
    alice.locator("#talk .msg.ours .chip.good").wait_for(timeout=60_000)
    opened(alice)

    answer = alice.locator(".msg.ours.beneath")
    assert "Um 15 Uhr" in answer.inner_text()
    seen(alice, ".msg.asks")
    seen(alice, ".msg.ours.beneath")
    more = alice.get_by_role("link", name="mehr zeigen").first
    more.scroll_into_view_if_needed()
    stood = question.bounding_box()["y"]
    more.click()
    alice.locator(".msg.other").nth(20).wait_for()
    assert abs(question.bounding_box()["y"] - stood) < 3  # what came above did not push it away
    assert (alice.faults, lead.faults) == ([], [])


def test_going_back_in_the_browser_s_history_breaks_nothing(house, sign_in):
    storm(house)
    alice = sign_in("alice", viewport=WIDE)
    opened(alice)

    alice.go_back()
    alice.locator(".row-case").first.wait_for()
    alice.go_forward()
    alice.locator("#case-title").wait_for()

    assert alice.faults == []
