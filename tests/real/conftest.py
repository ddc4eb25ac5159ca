"""Real servers for the tests here, skipped with a reason where they cannot run (REQUIRE_REAL=1 makes that an error)."""

import os
from collections.abc import Iterator

import pytest

from resonanz.kit.http import Http
from tests.real import bluesky as at
from tests.real.servers import MailTown, SnacTown, mail_town, missing, snac_town


def needs(what: str) -> None:
    if why := missing(what):
        if os.environ.get("REQUIRE_REAL") == "1":
            pytest.fail(f"REQUIRE_REAL is set, but: {why}")
        pytest.skip(why)


@pytest.fixture(scope="session")
def mail() -> MailTown:
    needs("mail")
    with mail_town() as town:
        yield town


@pytest.fixture(scope="session")
def snac() -> SnacTown:
    needs("snac")
    with snac_town() as town:
        yield town


@pytest.fixture(scope="session")
def bluesky() -> Iterator[at.Network]:
    """Asked for apart (REQUIRE_BLUESKY=1): its software takes minutes to install."""
    if why := at.missing():
        if os.environ.get("REQUIRE_BLUESKY") == "1":
            pytest.fail(f"REQUIRE_BLUESKY is set, but: {why}")
        pytest.skip(why)
    with at.network() as one:
        yield one


@pytest.fixture(scope="session")
def client() -> Iterator[Http]:
    one = Http()
    yield one
    one.close()
