"""E-mail and Mastodon against the sandbox: the loop that people see with `make run`, and its faults."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from resonanz.connectors.contract import Access, AuthExpired, Author, Mark, Outgoing, TargetGone, Visibility
from resonanz.connectors.email import connector as email
from resonanz.connectors.mastodon import connector as mastodon
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from resonanz.sandbox import World, customers, mailboxes, seeds, serving
from resonanz.sandbox.mailroom import mailroom

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    one = World()
    one.clock.hold(NOON)
    yield one
    one.close()


@pytest.fixture
def toots(world: World) -> Iterator[Access]:
    http = Http(timeout_s=5)
    with serving(world) as base:
        yield Access("haus", {"base_url": base}, {"token": Secret(seeds.MASTODON_TOKEN)}, http, NOON)
    http.close()


@pytest.fixture
def post(world: World) -> Iterator[Access]:
    with mailroom(world) as ports:
        settings = {"address": seeds.MAIL_ADDRESS, "imap_user": seeds.MAIL_LOGIN}
        settings |= {"imap_host": "127.0.0.1", "imap_port": str(ports.imap), "imap_protection": "plain"}
        settings |= {"smtp_host": "127.0.0.1", "smtp_port": str(ports.smtp), "smtp_protection": "plain"}
        yield Access("mail", settings, {"password": Secret(seeds.MAIL_PASSWORD)}, Http(), NOON)


def test_a_toot_is_answered_found_and_mirrored(world, toots):
    customers.toot(world, "Ada Lovelace", "Wann fährt der Bus?")
    [question] = [mastodon.parse(toots, one) for one in mastodon.pull(toots, "").arrivals]
    outgoing = Outgoing("k1", "Um 9 Uhr.", question.visibility, question.native_id, to=question.author)

    receipt = mastodon.send(toots, outgoing)
    found = mastodon.find(toots, outgoing, NOON - timedelta(hours=1))
    reply = mastodon.parse(toots, mastodon.look(toots, receipt.native_id))

    assert found is not None
    assert (found.native_id, reply.parent_id) == (receipt.native_id, question.native_id)
    assert (mastodon.health(toots).ok, mastodon.limits(toots).text_max) == (True, 500)


def test_what_a_customer_deletes_is_gone_at_the_next_look(world, toots):
    entry = customers.toot(world, "Ada Lovelace", "Wann fährt der Bus?")
    [question] = [mastodon.parse(toots, one) for one in mastodon.pull(toots, "").arrivals]
    world.delete(customers.entry_of(world, entry))

    with pytest.raises(TargetGone):
        mastodon.look(toots, question.native_id)


def test_a_mail_is_pulled_answered_kept_and_found(world, post):
    raw = b"From: Ada <ada@post.auental.example>\nSubject: Strom\nMessage-ID: <1@a>\n"
    raw += b"Date: Mon, 23 Nov 2026 11:00:00 +0000\n\nWeg."
    mailboxes.deliver(world, seeds.MAIL_ADDRESS, raw)
    page = email.pull(post, "")
    [question] = [email.parse(post, one) for one in page.arrivals]
    outgoing = Outgoing("k1", "Um 18 Uhr.", Visibility.PRIVATE, question.native_id, to=question.author, subject="Strom")

    receipt = email.send(post, outgoing)
    found = email.find(post, outgoing, NOON - timedelta(hours=1))

    [arrived] = mailboxes.mails(world, "ada@post.auental.example")
    assert found is not None
    assert found.native_id == receipt.native_id
    assert b"In-Reply-To: <1@a>\r\n" in arrived.raw
    after = email.pull(post, page.cursor)
    [kept] = [email.parse(post, one) for one in after.arrivals]
    assert (kept.native_id, kept.marks) == (receipt.native_id, {Mark.OWN})  # the copy in the folder of sent mail
    assert email.pull(post, after.cursor).arrivals == []
    assert email.pull(replace(post, settings=post.settings | {"read_sent": "no"}), page.cursor).arrivals == []
    assert email.health(post).ok is True


def test_our_own_mail_is_known_as_ours(world, post):
    email.send(post, Outgoing("k1", "An uns", Visibility.PRIVATE, to=Author(seeds.MAIL_ADDRESS), subject="x"))

    [own] = [email.parse(post, one) for one in email.pull(post, "").arrivals]

    assert own.marks == {Mark.OWN}


def test_a_wrong_password_is_said(world, post):
    wrong = Access("mail", post.settings, {"password": Secret("wrong-1")}, post.http, NOON)

    with pytest.raises(AuthExpired):
        email.pull(wrong, "")
