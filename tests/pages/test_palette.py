"""Find and go: places, cases and people by what is typed; never what this person does not see."""

import pytest

from resonanz.casework.search import index_due
from tests import make

pytestmark = [pytest.mark.page]


def found(browser, query):
    page = browser.get("/palette/", {"q": query}, headers={"HX-Request": "true"})
    return [(one.label, one.url) for one in page.context["found"]]


def test_a_place_is_found_by_the_beginning_of_its_words_in_any_case(town, as_):
    assert found(as_(town.alice), "TEXTB") == [("Textbausteine", "/blocks/")]


def test_nothing_typed_offers_every_place_of_the_rail(town, as_):
    offered = found(as_(town.alice), "")

    assert ("Lage", "/") in offered
    assert ("Team", "/team/") not in offered


def test_a_case_is_found_by_its_number_and_by_its_words(town, as_):
    case = make.case(town, text="Der Aufzug am Südbahnhof steht")
    index_due()
    browser = as_(town.alice)

    assert found(browser, f"#{case.pk}") == [(f"#{case.pk}", f"/cases/{case.pk}/")]
    assert ("Ada Lohmann", f"/cases/{case.pk}/") in found(browser, "Aufzug")


def test_a_person_is_found_by_name(town, as_):
    make.case(town)

    assert ("Ada Lohmann", f"/people/{town.ada.pk}/") in found(as_(town.alice), "lohmann")


@pytest.mark.parametrize("query", ["#1", "Linie", "lohmann"])
def test_strangers_find_nothing_of_another_team(town, as_, query):
    case = make.case(town)

    assert found(as_(town.charlie), query.replace("1", str(case.pk))) == []


@pytest.mark.parametrize("query", ["\x00", "%", "' OR 1=1 --", "9" * 40, "🙂" * 200, "::", "from:"])
def test_wild_words_find_nothing_and_break_nothing(town, as_, query):
    make.case(town)

    page = as_(town.alice).get("/palette/", {"q": query}, headers={"HX-Request": "true"})

    assert page.status_code == 200
