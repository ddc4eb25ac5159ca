"""The town: Alice and Bob work in one team, Charlie in another, Ada writes to us under three names."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.conf import settings

from resonanz.model.models import Account, Agent, Contact, Identity, Queue, Team
from tests import make


def pytest_configure() -> None:
    """Two checkouts on one PostgreSQL server must not take each other's test database away."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("postgresql"):
        place = hashlib.sha256(str(Path(__file__).resolve()).encode()).hexdigest()[:8]
        database.setdefault("TEST", {})["NAME"] = f"test_resonanz_{place}"


@dataclass(frozen=True)
class Town:
    """Everybody and everything that most tests need."""

    red: Team
    blue: Team
    alice: Agent
    bob: Agent
    charlie: Agent
    lead: Agent
    editor: Agent
    privacy: Agent
    operator: Agent
    queue: Queue
    other_queue: Queue
    page: Account
    ada: Contact
    ada_on_square: Identity
    ada_on_mastodon: Identity
    ada_by_mail: Identity


@pytest.fixture
def town(db) -> Town:
    red, blue = Team.objects.create(name="Red"), Team.objects.create(name="Blue")
    queue = Queue.objects.create(name="Everyday", slug="everyday", team=red, is_default=True)
    other = Queue.objects.create(name="Tram", slug="tram", team=blue, position=1)
    ada = Contact.objects.create(name="Ada Lohmann")
    return Town(
        red=red,
        blue=blue,
        alice=make.agent("Alice Adler", roles=["agent"], teams=[red]),
        bob=make.agent("Bob Brandt", roles=["agent"], teams=[red]),
        charlie=make.agent("Charlie Conrad", roles=["agent"], teams=[blue]),
        lead=make.agent("Lena Lead", roles=["lead"], teams=[red]),
        editor=make.agent("Emil Editor", roles=["editor"], teams=[red]),
        privacy=make.agent("Paula Privacy", roles=["privacy"], teams=[red]),
        operator=make.agent("Otto Operator", roles=["operator"], teams=[red]),
        queue=queue,
        other_queue=other,
        page=make.account(queue=queue),
        ada=ada,
        ada_on_square=make.identity(ada, "square", "u-ada", "Ada L."),
        ada_on_mastodon=make.identity(ada, "mastodon", "acct:ada@example.social", "ada"),
        ada_by_mail=make.identity(ada, "email", "ada@example.org", "Ada Lohmann"),
    )
