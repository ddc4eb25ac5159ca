"""The search above the list: words, phrases in quotes and operators."""

from urllib.parse import urlencode

import pytest

from resonanz.casework.close import close_case
from resonanz.casework.tag import tag_case
from resonanz.model.models import Case, CloseReason, Contact
from tests import make

pytestmark = [pytest.mark.page]


@pytest.fixture
def three(town):
    """One that says it in this order, one in another, one that is closed."""
    made = []
    for n, text in enumerate(("Wir haben kein Licht im Haus", "Licht haben wir, kein Wasser", "kein Licht, zum Glück")):
        who = make.identity(Contact.objects.create(name=f"Person {n}"), "square", f"u-{n}", f"Person {n}")
        made.append(make.case(town, who=who, text=text))
    close_case(made[2], by=town.alice, reason=CloseReason.NO_ANSWER)
    return [case.pk for case in made]


def found(browser, search, view=""):
    response = browser.get(f"/inbox/?{urlencode({'q': search, 'view': view})}")
    return [row.case.pk for row in response.context["list"].page.rows]


def test_a_phrase_is_found_in_its_order_and_words_in_any(town, as_, three):
    browser = as_(town.alice)

    assert found(browser, '"kein Licht"') == three[:1]
    assert found(browser, "kein Licht") == three[:2]


def test_closed_cases_are_found_where_they_are_asked_for(town, as_, three):
    browser = as_(town.alice)

    assert found(browser, "is:closed licht") == three[2:]
    assert found(browser, "ist:geschlossen") == three[2:]
    assert found(browser, "licht", "closed") == three[2:]
    assert found(browser, "is:open licht") == three[:2]
    assert found(browser, "is:later") == []


def test_a_topic_is_a_tag_or_a_queue(town, as_, three):
    browser = as_(town.alice)
    tag_case(Case.objects.get(pk=three[1]), name="Wasserrohr", by=town.alice)

    assert found(browser, "topic:WASSER") == three[1:2]
    assert found(browser, "thema:gas") == []


def test_a_name_of_two_words_is_one(town, as_, three):
    browser = as_(town.alice)

    assert found(browser, 'from:"Person 1"') == three[1:2]
    assert found(browser, 'from:"1 Person"') == []
