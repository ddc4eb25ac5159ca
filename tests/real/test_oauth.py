"""Signing in by XOAUTH2 to real Dovecot and, through its log-in, real Postfix; the sandbox gives the tokens."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from resonanz.connectors.contract import Access, AuthExpired, Author, Outgoing, Visibility
from resonanz.connectors.email import connector
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from resonanz.sandbox import World, mail_tokens, seeds, serving
from tests.real.conftest import needs
from tests.real.servers import MailTown, mail_town

pytestmark = pytest.mark.real


@dataclass
class Provider:
    """Real mail servers that ask the sandbox about tokens; ``kept`` is what the house would keep."""

    mail: MailTown
    world: World
    tokens: str
    kept: dict[str, str] = field(default_factory=dict)
    http: Http = field(default_factory=Http)

    def access(self, **secrets: str) -> Access:
        told = {"refresh_token": seeds.MAIL_REFRESH_TOKEN, "client_secret": seeds.MAIL_CLIENT_SECRET} | secrets
        settings = self.mail.settings(
            seeds.MAIL_LOGIN, sign_in="oauth2", token_url=self.tokens, client_id=seeds.MAIL_CLIENT
        )
        found = {name: Secret(value) for name, value in (told | self.kept).items()}
        return Access("house", settings, found, self.http, datetime.now(UTC), self.kept.update)


@pytest.fixture(scope="module")
def towns() -> Iterator[tuple[MailTown, World, str]]:
    needs("mail")
    world = World(":memory:")
    with serving(world) as base, mail_town(f"{base}/mail/oauth/introspect", more=[seeds.MAIL_LOGIN]) as mail:
        _until_ready(Provider(mail, world, f"{base}/mail/oauth/token"))
        yield mail, world, f"{base}/mail/oauth/token"
    world.close()


def _until_ready(first: Provider) -> None:
    """Both servers listen before their log-in does."""
    end = time.monotonic() + 30
    while not connector.health(first.access()).ok and time.monotonic() < end:
        time.sleep(0.5)
    first.http.close()


@pytest.fixture
def provider(towns) -> Iterator[Provider]:
    mail, world, tokens = towns
    mail_tokens.revoke(world, revoked=False)
    one = Provider(mail, world, tokens)
    yield one
    one.http.close()


def test_both_real_servers_let_us_in_with_a_fetched_token(provider):
    health = connector.health(provider.access())

    assert (health.ok, health.said) == (True, "Connected.")
    assert set(provider.kept) == {"kept_access", "refresh_token"}


def test_a_mail_leaves_and_comes_in_with_a_token_alone(provider):
    word = uuid4().hex
    to = Author(seeds.MAIL_LOGIN, handle=seeds.MAIL_LOGIN)

    connector.send(provider.access(), Outgoing(word, f"Guten Tag {word}", Visibility.PRIVATE, to=to, subject="An uns"))

    sent = connector.find(provider.access(), Outgoing(word, "", Visibility.PRIVATE), datetime.now(UTC))
    assert sent is not None


def test_a_token_that_was_revoked_is_refused_by_the_servers_and_the_refresh_by_the_provider(provider):
    connector.health(provider.access())
    mail_tokens.revoke(provider.world)

    with pytest.raises(AuthExpired):
        connector.pull(provider.access(), "")
    with pytest.raises(AuthExpired):
        connector.limits(provider.access())


def test_a_made_up_token_is_refused(provider):
    access = provider.access(access_token="made-up", refresh_token="", client_secret="")

    health = connector.health(access)

    assert health.ok is False
    assert "OAuth was refused" in health.said
