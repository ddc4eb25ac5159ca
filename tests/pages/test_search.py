"""The search above the list: words, phrases in quotes and operators."""

from urllib.parse import urlencode

import pytest

from resonanz.casework.close import close_case
from resonanz.casework.search import index_due
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
    index_due()
    close_case(made[2], by=town.alice, reason=CloseReason.NO_ANSWER)
    return [case.pk for case in made]


def found(browser, search, view=""):
    response = browser.get(f"/inbox/?{urlencode({'q': search, 'view': view})}")
    return [row.case.pk for row in response.context["list"].page.rows]


def test_a_phrase_is_found_in_its_order_and_words_in_any(town, as_, three):
    browser = as_(town.alice)

    assert found(browser, '"kein Licht"') == [three[2], three[0]]
    assert found(browser, "kein Licht is:open") == three[1::-1]


def test_closed_cases_are_found_where_they_are_asked_for(town, as_, three):
    browser = as_(town.alice)

    assert found(browser, "is:closed licht") == three[2:]
    assert found(browser, "ist:geschlossen") == three[2:]
    assert found(browser, "licht", "closed") == three[2:]
    assert found(browser, "is:open licht") == three[1::-1]
    assert found(browser, "licht") == three[::-1]
    assert found(browser, "is:later") == []


def test_a_topic_is_a_tag_or_a_queue(town, as_, three):
    browser = as_(town.alice)
    tag_case(Case.objects.get(pk=three[1]), name="Wasserrohr", by=town.alice)
    index_due()

    assert found(browser, "topic:WASSER") == three[1:2]
    assert found(browser, "thema:gas") == []


def test_a_name_of_two_words_is_one(town, as_, three):
    browser = as_(town.alice)

    assert found(browser, 'from:"Person 1"') == three[1:2]
    assert found(browser, 'from:"1 Person"') == []


def test_what_was_found_is_marked_and_its_state_said(town, as_, three):
    said = as_(town.alice).get("/inbox/?q=gluck").content.decode()

    assert "zum <mark>Glück</mark>" in said
    assert "geschlossen" in said or "closed" in said


def test_a_state_that_there_is_none_of_is_told(town, as_, three):
    response = as_(town.alice).get("/inbox/?q=is:blue+licht")

    (hint,) = response.context["list"].hints
    assert "blue" in hint


def test_a_long_search_takes_as_many_questions_as_a_short_one(town, as_, three, django_assert_max_num_queries):
    browser = as_(town.alice)
    counts = []
    for words in ("wasser", "licht"):
        with django_assert_max_num_queries(40) as asked:
            browser.get(f"/inbox/?q={words}")
        counts.append(len(asked))

    assert counts[0] == counts[1]


def test_a_search_looks_again_while_words_wait_for_the_index_and_no_longer(town, as_, three):
    browser = as_(town.alice)
    make.case(town, text="Kein Licht mehr")

    before = browser.get("/inbox/?q=licht").content.decode(), browser.get("/stamp?list=1&due=1").json()["due"]
    index_due()
    after = browser.get("/inbox/?q=licht").content.decode(), browser.get("/stamp?list=1&due=1").json()["due"]

    assert ("data-due" in before[0], before[1], "3 gefunden" in before[0]) == (True, True, True)
    assert ("data-due" in after[0], after[1], "4 gefunden" in after[0]) == (False, False, True)
    assert "data-due" not in browser.get("/inbox/").content.decode()
    assert "due" not in browser.get("/stamp?list=1").json()
