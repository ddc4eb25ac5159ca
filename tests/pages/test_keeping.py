"""The page on which data protection says how long words are kept."""

from datetime import timedelta

import pytest

from resonanz.casework.close import close_case
from resonanz.kit import clock
from resonanz.model.models import Case, CloseReason
from resonanz.privacy.retain import keeping, retain_due
from tests import make

pytestmark = [pytest.mark.page]


@pytest.fixture
def old(town):
    case = make.case(town)
    close_case(case, by=town.alice, reason=CloseReason.NO_ANSWER)
    Case.objects.filter(pk=case.pk).update(closed_at=clock.now() - timedelta(days=100))
    return case


@pytest.fixture
def page(town, as_):
    browser = as_(town.privacy)
    return lambda **values: browser.post("/keeping/", values, headers={"Accept-Language": "en"})


def test_what_would_go_at_once_is_said_and_asked_about_first(old, page):
    asked = page(words_days="90")

    assert "1 closed case loses its words." in asked.content.decode()
    assert keeping().words_days is None
    assert page(words_days="90", sure="yes")["Location"] == "/keeping/"
    assert keeping().words_days == 90


def test_a_rule_that_removes_nothing_now_is_saved_without_a_question(old, page):
    assert page(words_days="365")["Location"] == "/keeping/"
    assert keeping().words_days == 365


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"words_days": "7"}, "greater than or equal to 30"),
        ({"words_days": "ninety"}, "whole number"),
        ({"words_days": "40000"}, "less than or equal to 36500"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused_beside_its_field(page, values, said):
    answer = page(**values)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert keeping().words_days is None


def test_the_page_says_what_was_removed_and_the_case_says_why_nothing_stands_there(town, as_, old, page):
    page(words_days="90", sure="yes")
    retain_due()
    browser = as_(town.privacy)

    assert (
        "words of old cases were removed"
        in browser.get("/keeping/", headers={"Accept-Language": "en"}).content.decode()
    )
    assert (
        "as long as the house keeps words"
        in browser.get(f"/cases/{old.pk}/", headers={"Accept-Language": "en"}).content.decode()
    )
