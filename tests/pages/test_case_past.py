"""What lies behind a case: its journal and its customer's history, narrowed, as parts and as pages of their own."""

import pytest

from resonanz.casework.assign import claim_case, move_case
from resonanz.casework.note import add_note
from resonanz.journal.record import record
from tests import make

pytestmark = [pytest.mark.page]
PART = {"HX-Request": "true", "Accept-Language": "en"}


@pytest.fixture
def case(town):
    return make.case(town)


def part(browser, address, **query):
    return browser.get(address, query, headers=PART).content.decode()


@pytest.mark.parametrize(
    ("what", "told"),
    [("", {"taken", "a note was written"}), ("state", {"taken"}), ("rest", {"a note was written"}), ("replies", set())],
)
def test_the_journal_of_a_case_is_narrowed_by_what_happened(town, as_, case, what, told):
    claim_case(case, by=town.alice)
    add_note(case, text="Wartet auf den Netzbetrieb.", by=town.alice)

    shown = part(as_(town.alice), f"/cases/{case.pk}/journal/", what=what)

    assert {one for one in ("taken", "a note was written") if f"· {one}" in shown} == told
    assert ("Nothing of this kind happened." in shown) == (not told)


def test_an_unknown_narrowing_shows_everything(town, as_, case):
    claim_case(case, by=town.alice)

    assert "· taken" in part(as_(town.alice), f"/cases/{case.pk}/journal/", what="\x00nonsense")


def test_a_long_journal_comes_in_pages_that_hold_each_event_once(town, as_, case):
    for _ in range(35):
        record("case.tagged", case, by=town.alice)
    browser = as_(town.alice)

    first = part(browser, f"/cases/{case.pk}/journal/", what="state")
    before = first.rpartition("before=")[2].partition('"')[0]
    second = part(browser, f"/cases/{case.pk}/journal/", what="state", before=before)

    assert first.count("· tagged") + second.count("· tagged") == 35
    assert "what=state&amp;before=" in first


def test_details_name_people_instead_of_numbers(town, as_, case):
    record("case.assigned", case, by=town.alice, to=town.bob.pk)

    assert "Bob Brandt" in part(as_(town.alice), f"/cases/{case.pk}/journal/")


def test_without_script_the_journal_is_a_page_and_the_history_is_the_persons(town, as_, case):
    browser = as_(town.alice)

    whole = browser.get(f"/cases/{case.pk}/journal/")
    assert "<h1>" in whole.content.decode()
    history = browser.get(f"/cases/{case.pk}/past/", {"who": "out"})
    assert history["Location"] == f"/people/{town.ada.pk}/?who=out#history-title"


def test_the_history_beside_a_case_is_narrowed_by_channel_and_by_who_spoke(town, as_, case):
    letter = make.account("email")
    talk = make.conversation(letter, town.ada_by_mail, case=case)
    make.message(talk, "Bitte schicken Sie mir den Plan.")
    make.message(talk, "Hier ist der Plan.", direction="out", author=None, coverage="")
    browser, address = as_(town.alice), f"/cases/{case.pk}/past/"

    assert [
        ("Linie 2" in shown, "schicken Sie" in shown, "Hier ist" in shown)
        for shown in (
            part(browser, address),
            part(browser, address, channel="email"),
            part(browser, address, channel="email", who="out"),
            part(browser, address, who="out"),
        )
    ] == [(True, True, True), (False, True, True), (False, False, True), (False, False, True)]


def test_the_history_says_where_everything_stands_once_it_is_long(town, as_, case):
    browser = as_(town.alice)
    assert "Everything that was said" not in part(browser, f"/cases/{case.pk}/past/")

    for number in range(13):
        make.message(case.conversations.get(), f"Und noch etwas: {number}")

    assert f"/people/{town.ada.pk}/?#history-title" in part(browser, f"/cases/{case.pk}/past/")


def test_the_journal_of_a_case_that_went_to_another_team_is_gone(town, as_, case):
    browser = as_(town.alice)
    move_case(case, to=town.other_queue, by=town.lead)

    assert browser.get(f"/cases/{case.pk}/journal/").status_code == 404
