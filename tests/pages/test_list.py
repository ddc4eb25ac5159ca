"""The list that goes on by itself: the next rows beneath, and all of them again when it is drawn anew."""

import pytest

from resonanz.casework.inbox import MOST_SHOWN
from resonanz.model.models import Contact
from tests import make

pytestmark = [pytest.mark.page]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def seven(town, monkeypatch):
    """Seven cases in a list of two to a page, as the list has them."""
    monkeypatch.setattr("resonanz.casework.inbox.page.__defaults__", ("", 2))
    monkeypatch.setattr("resonanz.web.pages.listing.PAGE", 2)
    made = []
    for n in range(7):
        who = make.identity(Contact.objects.create(name=f"Person {n}"), "square", f"u-{n}", f"Person {n}")
        made.append(make.case(town, who=who, waiting_since=make.NOON.replace(minute=n)).pk)
    return made


def ids(response):
    return [row.case.pk for row in response.context["list"].page.rows]


def more(response):
    return response.context["list"].more_url


def test_the_next_rows_come_without_the_page_around_them(town, as_, seven):
    browser = as_(town.alice)
    first = browser.get("/inbox/")

    response = browser.get(f"{more(first)}&part=next&shown=2", headers=HTMX)

    said = response.content.decode()
    assert ids(response) == seven[2:4]
    assert "<main" not in said
    assert "/inbox/?after=" in said
    assert "?after=" not in said.split('id="more"')[0]


def test_without_script_the_way_on_is_a_link_to_a_page_of_its_own(town, as_, seven):
    browser = as_(town.alice)

    response = browser.get(f"{more(browser.get('/inbox/'))}&part=next")

    assert ids(response) == seven[2:4]
    assert "<main" in response.content.decode()


@pytest.mark.parametrize(("shown", "expected"), [("5", 5), ("1", 2), ("-3", 2), ("many", 2), ("9" * 40, 2), ("600", 7)])
def test_a_list_drawn_anew_has_as_many_rows_as_before(town, as_, seven, shown, expected):
    response = as_(town.alice).get(f"/inbox/?part=rows&shown={shown}", headers=HTMX)

    assert ids(response) == seven[:expected]


def test_what_was_loaded_page_by_page_and_what_is_drawn_anew_are_the_same(town, as_, seven):
    browser = as_(town.alice)
    response = browser.get("/inbox/")
    loaded = ids(response)
    while more(response):
        response = browser.get(f"{more(response)}&part=next&shown={len(loaded)}", headers=HTMX)
        loaded += ids(response)

    anew = ids(browser.get(f"/inbox/?part=rows&shown={len(loaded)}", headers=HTMX))

    assert (loaded, anew) == (seven, seven)


def test_a_list_that_has_grown_long_goes_on_as_a_page_of_its_own(town, as_, seven):
    browser = as_(town.alice)
    url = more(browser.get("/inbox/"))

    growing = browser.get(f"{url}&part=next&shown={MOST_SHOWN - 3}", headers=HTMX).content.decode()
    grown = browser.get(f"{url}&part=next&shown={MOST_SHOWN - 2}", headers=HTMX).content.decode()

    assert 'hx-trigger="intersect once"' in growing
    assert 'rel="next"' in grown
    assert 'hx-trigger="intersect once"' not in grown


def test_the_head_of_the_list_is_told_anew_with_its_rows(town, as_, seven):
    browser = as_(town.alice)
    more_url = more(browser.get("/inbox/"))

    rows = browser.get("/inbox/?part=rows&shown=2", headers=HTMX).content.decode()
    following = browser.get(f"{more_url}&part=next&shown=2", headers=HTMX).content.decode()

    for said in (rows, following):
        assert '<span class="s dim n" id="list-told" hx-swap-oob="true">7 offen' in said
        assert '<span class="n" id="list-tab-1" hx-swap-oob="true">7</span>' in said
        assert '<span class="n" id="list-tab-2" hx-swap-oob="true"></span>' in said
