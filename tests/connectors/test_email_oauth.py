"""E-mail with OAuth: tokens are fetched, kept, fetched again; and each refusal means what it should."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from resonanz.accounts.access import access_to, vault
from resonanz.accounts.connect import change_account
from resonanz.connectors.contract import (
    Access,
    AuthExpired,
    Author,
    ChannelError,
    Outgoing,
    RateLimited,
    Rejected,
    Unreachable,
    Visibility,
)
from resonanz.connectors.email import connector
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from resonanz.model.models import Account, Event
from resonanz.sandbox import World, mail_tokens, seeds, serving
from resonanz.sandbox.mailroom import mailroom
from tests import make
from tests.connectors.programmed import Reply, programmed

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass
class Provider:
    """The sandbox's mail room and its tokens; ``kept`` counts what the house was given to keep."""

    world: World
    settings: dict[str, str]
    secrets: dict[str, str] = field(
        default_factory=lambda: {
            "refresh_token": seeds.MAIL_REFRESH_TOKEN, "client_secret": seeds.MAIL_CLIENT_SECRET,
        }
    )  # fmt: skip
    kept: list[dict[str, str]] = field(default_factory=list)
    http: Http = field(default_factory=Http)

    def access(self, **changed: str) -> Access:
        secrets = {name: Secret(value) for name, value in (self.secrets | changed).items()}

        def keep(renewed) -> None:
            self.kept.append(dict(renewed))
            self.secrets |= renewed
            secrets.update({name: Secret(value) for name, value in renewed.items()})

        return Access("mail", self.settings, secrets, self.http, self.world.clock.now(), keep)


@pytest.fixture
def provider() -> Iterator[Provider]:
    world = World()
    world.clock.hold(NOON)
    with serving(world) as base, mailroom(world) as ports:
        settings = {"address": seeds.MAIL_ADDRESS, "sign_in": "oauth2", "client_id": seeds.MAIL_CLIENT}
        settings |= {"imap_host": "127.0.0.1", "imap_port": str(ports.imap), "imap_protection": "plain"}
        settings |= {"smtp_host": "127.0.0.1", "smtp_port": str(ports.smtp), "smtp_protection": "plain"}
        one = Provider(world, settings | {"token_url": f"{base}/mail/oauth/token"})
        yield one
        one.http.close()
    world.close()


def to_ada() -> Outgoing:
    return Outgoing("k1", "Guten Tag", Visibility.PRIVATE, to=Author("ada@kunde.example"), subject="Strom")


def test_both_ways_in_take_a_token_that_is_fetched_once_and_kept(provider):
    health = connector.health(provider.access())

    connector.send(provider.access(), to_ada())
    connector.pull(provider.access(), "")

    assert (health.ok, len(provider.kept), set(provider.kept[0])) == (True, 1, {"kept_access", "refresh_token"})


def test_a_token_is_fetched_anew_before_it_ends(provider):
    connector.pull(provider.access(), "")
    provider.world.clock.advance(timedelta(minutes=59))

    connector.pull(provider.access(), "")

    assert len(provider.kept) == 2
    assert provider.kept[0]["refresh_token"] != provider.kept[1]["refresh_token"]


@pytest.mark.parametrize("act", [lambda access: connector.pull(access, ""), connector.limits])
def test_a_kept_token_that_ended_early_is_fetched_once_more(provider, act):
    connector.pull(provider.access(), "")
    provider.world.store.run("DELETE FROM kept WHERE name LIKE 'mail-access:%'")

    act(provider.access())

    assert len(provider.kept) == 2


@pytest.mark.parametrize(
    "act", [lambda access: connector.pull(access, ""), lambda access: connector.send(access, to_ada())]
)
def test_a_refused_refresh_is_an_expired_log_in(provider, act):
    connector.pull(provider.access(), "")
    mail_tokens.revoke(provider.world)

    with pytest.raises(AuthExpired, match="invalid_grant"):
        act(provider.access())


def test_health_says_what_to_do(provider):
    mail_tokens.revoke(provider.world)

    health = connector.health(provider.access())

    assert (health.ok, health.places["name"]) == (False, "IMAP")
    assert "Enter a new refresh token" in health.said


def test_the_client_s_own_credentials_are_enough(provider):
    del provider.secrets["refresh_token"]

    connector.pull(provider.access(), "")

    assert [set(one) for one in provider.kept] == [{"kept_access"}]


def test_an_access_token_alone_serves_while_it_lasts(provider):
    connector.pull(provider.access(), "")
    lasting = mail_tokens._new(provider.world, "access")
    alone = {"refresh_token": "", "client_secret": "", "kept_access": "", "access_token": lasting}

    connector.pull(provider.access(**alone), "")
    provider.world.clock.advance(timedelta(hours=2))

    with pytest.raises(AuthExpired):
        connector.pull(provider.access(**alone), "")


def test_nothing_entered_is_an_expired_log_in(provider):
    with pytest.raises(AuthExpired, match="neither a refresh token nor an access token"):
        connector.pull(provider.access(refresh_token="", client_secret=""), "")


def test_another_client_makes_a_kept_token_void(provider):
    connector.pull(provider.access(), "")
    provider.settings["client_id"] = "another"

    with pytest.raises(AuthExpired, match="invalid_client"):
        connector.pull(provider.access(), "")


REFUSALS = [
    (Reply(400, {"error": "invalid_grant", "error_description": "AADSTS70008: expired"}), AuthExpired),
    (Reply(401, {"error": "invalid_client"}), AuthExpired),
    (Reply(429, {}, {"retry-after": "120"}), RateLimited),
    (Reply(503, {"error": "temporarily_unavailable"}), Unreachable),
    (Reply(400, {"error": "temporarily_unavailable"}), Unreachable),
    (Reply(200, {"token_type": "Bearer"}), Unreachable),
    (Reply(200, b"<html>"), Unreachable),
    (Reply(200, [1]), Unreachable),
    (Reply(302, {}, {"location": "http://127.0.0.1:1/"}), Rejected),
    (Reply(cut=True), Unreachable),
]


@pytest.mark.parametrize(("reply", "error"), REFUSALS)
def test_what_the_token_address_answers_means_what_it_should(provider, reply, error):
    with programmed() as plan:
        plan.always(reply)
        provider.settings["token_url"] = f"{plan.base_url}/token"

        with pytest.raises(ChannelError) as caught:
            connector.pull(provider.access(), "")

    assert type(caught.value) is error
    assert not any(secret in str(caught.value) for secret in provider.secrets.values())


def test_a_send_without_a_token_certainly_did_not_leave(provider):
    with programmed() as plan:
        plan.always(Reply(503, {}))
        provider.settings["token_url"] = f"{plan.base_url}/token"

        with pytest.raises(Unreachable) as caught:
            connector.send(provider.access(), to_ada())

    assert caught.value.unknown is False


@pytest.mark.parametrize("address", ["http://login.example.org/token", "ftp://127.0.0.1/token", "token"])
def test_secrets_leave_only_over_https_or_to_this_machine(provider, address):
    provider.settings["token_url"] = address

    with pytest.raises(Rejected, match="https://"):
        connector.pull(provider.access(), "")


@pytest.mark.parametrize("name", ["büro@auenwerke.example", "a@b.example\x01auth=Bearer x"])
def test_a_name_that_the_protocols_cannot_carry_is_named(provider, name):
    provider.settings["imap_user"] = name

    with pytest.raises(Rejected, match="plain letters"):
        connector.pull(provider.access(), "")


def test_a_server_without_the_mechanism_is_named(provider, monkeypatch):
    monkeypatch.setattr("resonanz.sandbox.imap.ABILITIES", "IMAP4rev1 AUTH=PLAIN")

    with pytest.raises(Rejected, match="does not offer XOAUTH2"):
        connector.pull(provider.access(), "")


@pytest.fixture
def account(town, provider) -> Account:
    made = make.account("email", queue=town.queue, **provider.settings)
    made.locked_secrets = vault().lock(provider.secrets)
    made.save()
    return made


def stored(account: Account) -> dict[str, Secret]:
    return vault().unlock(bytes(Account.objects.get(pk=account.pk).locked_secrets))


def used(account: Account, act) -> None:
    access = access_to(account)
    act(access)
    access.http.close()


def test_the_house_keeps_what_was_renewed_locked(account, provider):
    used(account, lambda access: connector.pull(access, ""))

    assert "kept_access" in stored(account)
    assert stored(account)["refresh_token"] != seeds.MAIL_REFRESH_TOKEN
    assert Event.objects.filter(kind="account.secrets_renewed", by=None).count() == 1


def test_one_access_fetches_once_for_both_ways(account, provider):
    used(account, lambda access: connector.send(access, to_ada()))

    assert Event.objects.filter(kind="account.secrets_renewed").count() == 1


def test_a_refresh_token_that_a_person_entered_meanwhile_stays(account, town, provider):
    access = access_to(account)
    change_account(
        account, name="Mail", settings=account.settings | {"smtp_host": "127.0.0.1"},
        secrets={"refresh_token": "entered-by-hand"}, by=town.operator,
    )  # fmt: skip

    connector.pull(access, "")
    access.http.close()

    assert stored(account)["refresh_token"] == "entered-by-hand"
    assert "kept_access" not in stored(account)
