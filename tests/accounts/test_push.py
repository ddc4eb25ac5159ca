"""A platform that can push is subscribed, kept subscribed, and says on the account's page whether it is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from resonanz.accounts.access import vault
from resonanz.accounts.connect import change_account, connect_account
from resonanz.accounts.push import hook_address, keep_subscribed, look_at_push, subscribe_account
from resonanz.intake.collect import handshake
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import Account, Event
from resonanz.sandbox import World, seeds, serving
from tests import make
from tests.connectors.programmed import Reply, programmed


@pytest.fixture
def world() -> Iterator[World]:
    one = World(":memory:")
    yield one
    one.close()


@pytest.fixture
def account(town, world, settings) -> Iterator[Account]:
    """Connected to a sandbox that reaches our door; what stands behind the door answers as the house does."""
    Account.objects.all().delete()
    with serving(world) as base, programmed() as door:
        settings.CONFIG = replace(settings.CONFIG, public_url=door.base_url)
        secrets = {"token": seeds.SQUARE_TOKEN, "hook_secret": seeds.SQUARE_HOOK_SECRET}
        one = connect_account(channel="square", name="A", settings={"base_url": base}, secrets=secrets, by=None)

        def answered(asked):
            query = dict(part.split("=") for part in asked.path.partition("?")[2].split("&"))
            said = handshake(one, query) if asked.path.startswith(f"/hooks/{one.hook_key}/") else None
            return Reply(200, said.encode()) if said else Reply(404, {})

        door.answer = answered
        yield one


def push() -> str:
    return Account.objects.get().push


def subscriptions(world: World) -> list[tuple[str, str]]:
    return [(row["url"], row["secret"]) for row in world.store.rows("SELECT * FROM hook")]


def test_our_address_is_subscribed_with_the_account_s_secret(town, account, world):
    subscribe_account(account, by=town.operator)

    assert subscriptions(world) == [(hook_address(account), seeds.SQUARE_HOOK_SECRET)]
    assert (push(), Event.objects.get(kind="account.subscribed").by) == ("subscribed", town.operator)


def test_the_loop_subscribes_a_new_account_and_one_that_the_platform_forgot(account, world):
    keep_subscribed()
    first = push()
    world.store.run("DELETE FROM hook")
    with clock.shifted(timedelta(minutes=31)):
        keep_subscribed()

    assert (first, push(), len(subscriptions(world))) == ("subscribed", "subscribed", 1)


def test_the_loop_looks_once_in_half_an_hour_where_all_is_well(account, world):
    keep_subscribed()
    world.store.run("DELETE FROM hook")

    with clock.shifted(timedelta(minutes=29)):
        keep_subscribed()

    assert subscriptions(world) == []


def test_an_address_that_is_not_reached_is_missing_and_tried_again_each_minute(account, world, settings):
    good = settings.CONFIG
    settings.CONFIG = replace(good, public_url="http://127.0.0.1:9")
    keep_subscribed()
    during = push()
    settings.CONFIG = good

    with clock.shifted(timedelta(minutes=2)):
        keep_subscribed()

    assert (during, push()) == ("missing", "subscribed")


def test_another_hook_secret_is_told_to_the_platform(town, account, world):
    keep_subscribed()
    change_account(account, name="A", settings=account.settings, secrets={"hook_secret": "another"}, by=town.operator)

    keep_subscribed()

    assert subscriptions(world) == [(hook_address(account), "another")]


def test_a_look_says_what_the_platform_knows(account, world):
    before = look_at_push(account).push
    subscribe_account(account, by=None)

    assert (before, look_at_push(account).push) == ("missing", "subscribed")


def test_without_a_hook_secret_the_reason_is_said(town, account):
    Account.objects.update(locked_secrets=vault().lock({"token": seeds.SQUARE_TOKEN}))

    with pytest.raises(Refused, match="no hook secret"):
        subscribe_account(Account.objects.get(), by=town.operator)
    assert push() == "missing"


def test_a_channel_that_cannot_push_is_refused_and_left_alone(town):
    mastodon = make.account("mastodon", base_url="http://127.0.0.1:9")

    with pytest.raises(Refused):
        subscribe_account(mastodon, by=town.operator)


@pytest.mark.parametrize("who", ["alice", "charlie", "lead", "editor", "privacy"])
def test_only_operators_subscribe(town, account, world, who):
    with pytest.raises(NotAllowed):
        subscribe_account(account, by=getattr(town, who))
    assert subscriptions(world) == []


@pytest.mark.page
@pytest.mark.parametrize(("who", "offers"), [("operator", True), ("lead", False)])
def test_the_page_says_it_and_offers_the_button_to_operators(town, account, client, who, offers):
    client.force_login(getattr(town, who))
    subscribed = f"/accounts/{account.pk}/push/"

    before = client.get(f"/accounts/{account.pk}/", headers={"accept-language": "en"}).content.decode()
    subscribe_account(account, by=None)
    after = client.get(f"/accounts/{account.pk}/", headers={"accept-language": "en"}).content.decode()

    assert (subscribed in before, "not known" in before) == (offers, True)
    assert (subscribed in after, ">subscribed<" in after) == (False, True)


@pytest.mark.page
def test_the_button_subscribes_and_says_so(town, account, world, client):
    client.force_login(town.operator)

    page = client.post(f"/accounts/{account.pk}/push/", follow=True, headers={"accept-language": "de"})

    assert "Die Plattform meldet uns jetzt Neues von selbst." in page.content.decode()
    assert len(subscriptions(world)) == 1
