"""What came earlier, on the pages: asked for when an account is connected, shown, stopped and gone on with later."""

from datetime import timedelta

import pytest

from resonanz.accounts.past import begin_past, past_of
from resonanz.kit import clock
from resonanz.model.models import Account, Cursor, CursorEnd
from resonanz.sandbox import World, seeds, serving
from tests import make

pytestmark = [pytest.mark.page]
EN, DE = {"accept-language": "en"}, {"accept-language": "de"}
ASKED = 'name="past_days"'


@pytest.fixture
def base():
    world = World()
    with serving(world) as address:
        yield address
    world.close()


def connect(browser, base, **fields):
    return browser.post(
        "/accounts/new/mastodon/", {"name": "Haus", "base_url": base, "token": seeds.MASTODON_TOKEN} | fields
    )


def page(browser, account, headers=EN) -> str:
    return browser.get(f"/accounts/{account.pk}/", headers=headers).content.decode()


@pytest.mark.parametrize(("channel", "asked"), [("mastodon", True), ("email", False), ("square", False)])
def test_connecting_asks_for_the_past_where_the_first_pull_does_not_go_back_itself(town, as_, channel, asked):
    form = as_(town.operator).get(f"/accounts/new/{channel}/").content.decode()

    assert (ASKED in form) is asked


@pytest.mark.parametrize(("days", "begun"), [("7", True), ("0", False), ("", False)])
def test_what_is_asked_for_at_connecting_begins(town, as_, base, days, begun):
    response = connect(as_(town.operator), base, past_days=days)

    account = Account.objects.get(channel="mastodon")
    assert (response.status_code, past_of(account) is not None) == (302, begun)


@pytest.mark.parametrize("days", ["-1", "366", "viele", "1.5", "9" * 40])
def test_a_senseless_number_of_days_is_said_beside_its_field(town, as_, base, days):
    response = connect(as_(town.operator), base, past_days=days)

    assert (response.status_code, Account.objects.filter(channel="mastodon").count()) == (422, 0)
    assert 'id="id_past_days_error"' in response.content.decode()


def test_a_channel_without_a_past_shows_nothing_of_it(town, as_):
    assert 'id="past"' not in page(as_(town.operator), make.account("file"))


def test_an_operator_begins_stops_and_goes_on(town, as_):
    browser, path = as_(town.operator), f"/accounts/{town.page.pk}/past/"

    begun = browser.post(path, {"past_days": "30"})
    running = page(browser, town.page)
    browser.post(path, {"_method": "delete"})
    stopped = page(browser, town.page)
    browser.post(path, {"_method": "put"})

    assert begun.status_code == 302
    assert ("Coming in, back to" in running, "Stop bringing in</button>" in running, ASKED in running) == (
        True,
        True,
        False,
    )
    assert ("Stopped on the way back" in stopped, "Go on from there" in stopped, ASKED in stopped) == (True, True, True)
    assert past_of(town.page).ended == ""


def test_one_that_runs_is_not_begun_again_and_says_so(town, as_):
    browser = as_(town.operator)
    begin_past(town.page, days=7, by=town.operator)

    response = browser.post(f"/accounts/{town.page.pk}/past/", {"past_days": "30"}, headers=EN)

    assert response.status_code == 422
    assert "is being brought in already" in response.content.decode()


def test_a_lead_sees_how_far_it_is_and_changes_nothing(town, as_):
    browser = as_(town.lead)
    before = page(browser, town.page)
    begin_past(town.page, days=7, by=town.operator)

    answers = [browser.post(f"/accounts/{town.page.pk}/past/", {"_method": verb}) for verb in ("post", "put", "delete")]
    after = page(browser, town.page)

    assert [one.status_code for one in answers] == [403, 403, 403]
    assert ("has been asked for" in before, "Coming in, back to" in after) == (True, True)
    assert ("Stop bringing in</button>" in after, ASKED in before) == (False, False)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ({"ended": CursorEnd.FINISHED, "brought": 1}, "1 neuer Eingang (fertig"),
        ({"ended": CursorEnd.FAILED, "said": "The channel gives the same page again and again."}, "immer wieder"),
        ({"said": "The channel asks us to wait (429)."}, "Der Kanal bittet uns zu warten (429)."),
        ({"account": "paused"}, "sobald das Konto wieder verbunden ist"),
    ],
)
def test_each_state_is_said_in_words(town, as_, state, said):
    begin_past(town.page, days=7, by=town.operator)
    Account.objects.update(state=state.pop("account", "active"))
    Cursor.objects.update(**state, due_at=clock.now() + timedelta(minutes=5), ended_at=clock.now())

    assert said in page(as_(town.operator), town.page, DE)
