"""From a stranger's comment to a personal, released, sent and accounted answer, in a real browser."""

import re

import pytest

pytestmark = [pytest.mark.e2e, pytest.mark.page]

WORDS = {
    "de": {
        "question": "Wann ist bei euch der Strom wieder da?",
        "take": "Übernehmen",
        "fill": "Einsetzen",
        "submit": "Zur Freigabe",
        "release": "Freigeben und senden",
        "answer": "Hallo Ada, um 15 Uhr.",
    },
    "en": {
        "question": "When will the power be back in our street, please?",
        "take": "Take",
        "fill": "Fill in",
        "submit": "Submit for release",
        "release": "Release and send",
        "answer": "Hi Ada, at 15.",
    },
}


def comment(house, text):
    world = house.world
    post = world.write(world.us("square"), "Störung im Netz Süd. Wir sind dran.", kind="post")
    return world.write(world.join("square", "Ada Lohmann", "ada"), text, kind="comment", parent=post)


@pytest.mark.parametrize("language", ["de", "en"])
def test_a_comment_becomes_an_answer_under_the_post_and_the_ledger_balances(house, sign_in, language):
    words = WORDS[language]
    alice, lead = sign_in("alice", language), sign_in("lena", language)
    alice.goto("/inbox/")
    comment(house, words["question"])

    row = alice.locator(".row-case", has_text="Ada Lohmann")
    row.wait_for(timeout=60_000)  # it appears by itself
    row.click()
    alice.get_by_role("button", name=re.compile(words["take"])).click()
    alice.locator("#bar", has_text="Alice Adler").wait_for()
    alice.locator("#text").press_sequentially("::ausf")
    alice.locator("[data-insert]").first.click()
    alice.locator("[name='gap:ask: Uhrzeit']").fill("15")
    alice.get_by_role("button", name=words["fill"]).click()
    alice.locator("#text", has_text=words["answer"]).wait_for()
    alice.get_by_role("button", name=words["submit"]).click()
    alice.locator(".composer .note.acc").wait_for()

    lead.goto("/approvals/")
    lead.get_by_role("button", name=words["release"]).click()
    lead.wait_for_url(re.compile("/approvals/.undo="))

    alice.locator("#talk .msg.ours .chip.good").wait_for(timeout=60_000)  # sent, seen without reload
    alice.locator(".composer .note.acc").wait_for(state="detached")  # the composer no longer waits
    public = alice.context.new_page()
    public.goto(house.square)
    assert words["answer"] in public.content()
    balance = house.ledger()
    assert (alice.faults, lead.faults) == ([], [])
    assert balance["unaccounted"] == 0
    assert balance["open"] == 0


def test_the_way_works_without_script(house, sign_in):
    words = WORDS["de"]
    comment(house, words["question"])
    alice, lead = (sign_in(name, "de", java_script_enabled=False) for name in ("alice", "lena"))
    for _ in range(120):
        alice.goto("/inbox/")
        if alice.locator(".row-case").count():
            break
        alice.wait_for_timeout(500)

    alice.locator(".row-case").click()
    alice.get_by_role("button", name=re.compile(words["take"])).click()
    alice.locator("#blocks-link").click()
    alice.get_by_role("button", name="In die Antwort einsetzen").click()
    alice.locator("[name='gap:ask: Uhrzeit']").fill("15")
    alice.get_by_role("button", name=words["fill"]).click()
    alice.get_by_role("button", name=words["submit"]).click()
    lead.goto("/approvals/")
    lead.get_by_role("button", name=words["release"]).click()

    alice.reload()
    assert words["answer"] in alice.locator("#talk").inner_text()


def test_what_is_written_is_kept_by_itself_and_is_there_after_a_reload(house, sign_in):
    comment(house, WORDS["de"]["question"])
    alice = sign_in("alice")
    alice.goto("/inbox/")
    alice.locator(".row-case").click(timeout=60_000)
    alice.locator("#text").fill("Um 15 Uhr.")
    alice.locator("#kept-told", has_text="gesichert").wait_for()

    alice.reload()

    assert alice.locator("#text").input_value() == "Um 15 Uhr."
    assert alice.faults == []


QUICK_HAND = """
new MutationObserver((changes, observer) => {
  const area = document.getElementById("text");
  if (!area) return;
  observer.disconnect();
  area.value = "Um 15 Uhr.";
  area.dispatchEvent(new Event("input", { bubbles: true }));
}).observe(document.getElementById("open"), { childList: true, subtree: true });
"""


def test_what_is_written_before_the_case_has_settled_is_kept_too(house, sign_in):
    comment(house, WORDS["de"]["question"])
    alice = sign_in("alice")
    alice.goto("/inbox/")
    alice.locator(".row-case").wait_for(timeout=60_000)
    alice.evaluate(QUICK_HAND)

    alice.locator(".row-case").click()

    alice.locator("#kept-told", has_text="gesichert").wait_for()
    assert alice.faults == []


def test_the_desk_is_worked_by_keyboard(house, sign_in):
    comment(house, WORDS["de"]["question"])
    alice = sign_in("alice")
    alice.goto("/inbox/")
    alice.locator(".row-case").wait_for(timeout=60_000)

    alice.keyboard.press("j")
    alice.keyboard.press("Enter")
    alice.locator("#case-title").wait_for()
    alice.wait_for_function("document.activeElement.id === 'case-title'")
    alice.keyboard.press("c")
    alice.locator("#bar", has_text="Alice Adler").wait_for()
    alice.keyboard.press("r")

    assert alice.evaluate("document.activeElement.id") == "text"
    alice.locator("#text").blur()
    alice.keyboard.press("?")
    assert alice.locator("#keys").is_visible()
    assert alice.faults == []
