"""The team page offers only what the person who looks may give."""

import re

import pytest

from resonanz.model.models import Agent
from tests import make

pytestmark = [pytest.mark.page]


def offered(response, field):
    return set(re.findall(rf'name="{field}" value="([^"]+)"', response.content.decode()))


@pytest.mark.parametrize(("who", "roles"), [
    ("lead", {"agent", "lead", "editor"}),
    ("operator", {"agent", "lead", "editor", "privacy", "operator"}),
])  # fmt: skip
def test_a_form_offers_only_the_roles_that_one_may_give(town, as_, who, roles):
    browser = as_(getattr(town, who))

    assert offered(browser.get("/team/people/"), "roles") == roles
    assert offered(browser.get(f"/team/people/{town.bob.pk}/"), "roles") == roles


@pytest.mark.parametrize("who", ["lead", "operator"])
def test_one_s_own_form_offers_no_further_role(town, as_, who):
    one = getattr(town, who)

    assert offered(as_(one).get(f"/team/people/{one.pk}/"), "roles") == set(one.roles)


def test_a_lead_chooses_among_their_own_teams(town, as_):
    assert offered(as_(town.lead).get("/team/people/"), "teams") == {str(town.red.pk)}
    assert offered(as_(town.operator).get("/team/people/"), "teams") == {str(town.red.pk), str(town.blue.pk)}


@pytest.mark.parametrize(("who", "status"), [("bob", 200), ("charlie", 403), ("privacy", 403), ("operator", 403)])
def test_a_lead_opens_only_the_pages_of_people_they_may_change(town, as_, who, status):
    other, browser = getattr(town, who), as_(town.lead)

    linked = f"/team/people/{other.pk}/" in browser.get("/team/").content.decode()

    assert browser.get(f"/team/people/{other.pk}/").status_code == status
    assert linked is (status == 200)


def test_a_role_that_was_not_offered_is_refused_beside_the_form(town, as_):
    typed = {"name": "Bob", "roles": ["operator"], "teams": [town.red.pk], "is_active": "on"}

    response = as_(town.lead).post(f"/team/people/{town.bob.pk}/", typed)

    assert response.status_code == 422
    assert Agent.objects.get(pk=town.bob.pk).roles == ["agent"]


def test_the_last_operator_is_told_why_the_role_stays(town, as_):
    Agent.objects.filter(pk=town.operator.pk).update(roles=["operator", "lead"])

    typed = {"name": "Otto", "roles": ["lead"], "is_active": "on"}
    response = as_(Agent.objects.get(pk=town.operator.pk)).post(
        f"/team/people/{town.operator.pk}/", typed, headers={"accept-language": "en"}
    )

    assert response.status_code == 422
    assert "last operator" in response.content.decode()


@pytest.mark.parametrize(("language", "said"), [("en", "1 open case waits there."), ("de", "Dort wartet 1 offener")])
def test_a_queue_that_nobody_works_is_named_on_the_page(town, as_, language, said):
    make.case(town, queue=town.other_queue)
    Agent.objects.filter(pk=town.charlie.pk).update(is_active=False)

    page = as_(town.operator).get("/team/", headers={"accept-language": language}).content.decode()

    assert said in page
    assert "Tram" in page


def test_a_team_page_with_everybody_at_work_warns_of_nothing(town, as_):
    assert "note hot" not in as_(town.operator).get("/team/").content.decode()


@pytest.mark.parametrize(
    ("by", "of", "is_there"), [("operator", "bob", True), ("lead", "bob", False), ("operator", "operator", False)]
)
def test_the_address_stands_in_the_form_of_operators_for_others(town, as_, by, of, is_there):
    page = as_(getattr(town, by)).get(f"/team/people/{getattr(town, of).pk}/").content.decode()

    assert ('name="email"' in page) is is_there


def test_an_operator_gives_somebody_a_new_address(town, as_):
    typed = {"name": "Bob", "email": "bob.neu@auenwerke.example", "roles": ["agent"], "is_active": "on"}

    response = as_(town.operator).post(f"/team/people/{town.bob.pk}/", typed)

    assert response.status_code == 302
    assert Agent.objects.get(pk=town.bob.pk).email == "bob.neu@auenwerke.example"


def test_an_address_that_a_lead_smuggles_in_changes_nothing(town, as_):
    typed = {"name": "Bob", "email": "x@y.example", "roles": ["agent"], "teams": [town.red.pk], "is_active": "on"}

    as_(town.lead).post(f"/team/people/{town.bob.pk}/", typed)

    assert Agent.objects.get(pk=town.bob.pk).email == town.bob.email


def test_a_person_is_away_and_there_again_by_their_own_page(town, as_):
    make.case(town, assignee=town.alice)
    browser = as_(town.alice)

    browser.post("/me/absence/", {"until": "2027-01-08T08:00", "give_back": "on"})
    away = browser.get("/me/absence/").content.decode()
    team = as_(town.lead).get("/team/").content.decode()
    browser.post("/me/absence/", {"_method": "delete"})

    assert ("abwesend bis" in away or "ist bis" in away, "abwesend bis" in team) == (True, True)
    assert Agent.objects.get(pk=town.alice.pk).is_away is False
    assert town.alice.cases.count() == 0


def test_a_team_s_hours_come_back_where_they_make_no_sense(town, as_):
    browser, days = as_(town.lead), {f"day_{n}": "08:00-18:00" for n in range(7)}

    wrong = browser.post(f"/team/teams/{town.red.pk}/", {"name": "Red", **days, "day_6": "nie"})
    right = browser.post(
        f"/team/teams/{town.red.pk}/", {"name": "Red", **days, "day_6": "", "closed_days": "2026-12-25"}
    )

    town.red.refresh_from_db()
    assert (wrong.status_code, right.status_code) == (422, 302)
    assert (town.red.hours, town.red.closed_days) == (["08:00-18:00"] * 6 + [""], ["2026-12-25"])


def test_a_queue_gives_out_from_its_page(town, as_):
    as_(town.lead).post(
        f"/team/queues/{town.queue.pk}/",
        {"name": "Everyday", "team": town.red.pk, "is_default": "on", "spread": "round", "keeps_customer": "on"},
    )

    town.queue.refresh_from_db()
    assert (town.queue.spread, town.queue.keeps_customer) == ("round", True)
