"""The page of an account: leads see how it stands, operators change it; and what could not be read is tried again."""

import pytest

from resonanz.accounts.connect import check_account, connect_account
from resonanz.model.models import Account, AccountState, Arrival, ArrivalState, Budget
from resonanz.sandbox import World, seeds, serving
from tests import make

pytestmark = [pytest.mark.page]


def test_a_lead_sees_the_budget_but_no_settings_and_no_hook_address(town, as_):
    page = as_(town.lead).get(f"/accounts/{town.page.pk}/", headers={"accept-language": "en"}).content.decode()

    assert "60 replies left this minute" in page
    assert '<form class="form"' not in page
    assert town.page.hook_key not in page


def test_a_lead_changes_nothing_on_it(town, as_):
    response = as_(town.lead).post(f"/accounts/{town.page.pk}/", {"name": "Anders", "base_url": "http://x.example"})

    assert response.status_code == 403
    assert Account.objects.get(pk=town.page.pk).name == "Auenwerke"


def test_an_operator_sets_how_much_leaves_in_a_minute(town, as_):
    response = as_(town.operator).post(f"/accounts/{town.page.pk}/budget/", {"per_minute": "12"})

    assert response.status_code == 302
    assert Budget.objects.get(account=town.page).most == 12
    assert 'value="12"' in as_(town.operator).get(f"/accounts/{town.page.pk}/").content.decode()


def test_a_budget_that_is_no_number_is_said_beside_its_field(town, as_):
    response = as_(town.operator).post(f"/accounts/{town.page.pk}/budget/", {"per_minute": "viele"})

    assert response.status_code == 422
    assert 'id="id_per_minute_error"' in response.content.decode()


def test_an_account_that_sends_nothing_has_no_budget_to_set(town, as_):
    archive = make.account("file", name="Archiv")

    page = as_(town.operator).get(f"/accounts/{archive.pk}/").content.decode()

    assert "per_minute" not in page


def test_everything_unreadable_of_an_account_is_tried_again_with_one_button(town, as_):
    for number in range(3):
        Arrival.objects.create(account=town.page, external_id=str(number), body=b"{", state=ArrivalState.UNREADABLE)
    browser = as_(town.operator)

    page = browser.get("/arrivals/", headers={"accept-language": "en"}).content.decode()
    browser.post(f"/accounts/{town.page.pk}/arrivals/retry/")

    assert "Try again: all 3 of Auenwerke" in page
    assert Arrival.objects.filter(state=ArrivalState.NEW).count() == 3


def test_a_sandbox_s_channel_is_offered_only_where_the_demo_brought_it(town, as_):
    browser = as_(town.operator)
    with_it = browser.get("/accounts/").content.decode()
    Account.objects.update(channel="mastodon")

    without = browser.get("/accounts/").content.decode()

    assert ("/accounts/new/square/" in with_it, "/accounts/new/square/" in without) == (True, False)
    assert "/accounts/new/mastodon/" in without
    assert browser.get("/accounts/new/square/").status_code == 404


def test_a_case_says_how_often_its_customer_has_asked_lately(town, as_):
    make.case(town, who=town.ada_by_mail)
    case = make.case(town)

    page = as_(town.alice).get(f"/cases/{case.pk}/", headers={"accept-language": "de"}).content.decode()

    assert "Fragt zum 2. Mal in 30 Tagen" in page


@pytest.mark.parametrize(("password", "state", "said"), [
    (seeds.BLUESKY_PASSWORD, AccountState.ACTIVE, "Verbunden."),
    ("also wrong", AccountState.BROKEN, "Der Server nimmt das App-Passwort nicht an."),
])  # fmt: skip
def test_a_new_password_is_tried_as_soon_as_it_is_saved(town, as_, password, state, said):
    world = World()
    with serving(world) as address:
        settings = {"base_url": address, "handle": seeds.BLUESKY_HANDLE}
        account = connect_account(
            channel="bluesky", name="Himmel", settings=settings, secrets={"app_password": "wrong"}, by=None
        )
        check_account(account, by=None)
        Account.objects.filter(pk=account.pk).update(state=AccountState.BROKEN)
        account.cursors.update(tries=9)

        form = {"name": "Himmel", "queue": "", **settings, "app_password": password}
        page = as_(town.operator).post(f"/accounts/{account.pk}/", form, follow=True).content.decode()

    world.close()
    account.refresh_from_db()
    assert (account.state, said in page) == (state, True)
    assert account.cursors.get().tries == (0 if state == AccountState.ACTIVE else 9)
