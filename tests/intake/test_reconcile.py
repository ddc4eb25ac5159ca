"""Edits and deletions on a platform that tells nothing of them come in while a case is open."""

from datetime import timedelta

import pytest

from resonanz.accounts.connect import connect_account
from resonanz.compose.draft import open_draft
from resonanz.intake.collect import collect_due
from resonanz.intake.reconcile import reconcile_due
from resonanz.kit import clock
from resonanz.model.models import Approval, Arrival, Coverage, Cursor, Delivery, Message
from resonanz.outbox.deliver import GONE
from resonanz.sandbox import World, customers, seeds, serving
from resonanz.work.loop import run_until_idle


@pytest.fixture
def world():
    one = World()
    yield one
    one.close()


@pytest.fixture
def base(world, town):
    with serving(world) as address:
        connect_account(
            channel="mastodon", name="Ours", settings={"base_url": address},
            secrets={"token": seeds.MASTODON_TOKEN}, by=town.operator, queue=town.queue,
        )  # fmt: skip
        yield address


def asked(world, text: str):
    entry = customers.entry_of(world, customers.toot(world, "Ada Lovelace", text))
    Cursor.objects.update(due_at=clock.now())
    collect_due()
    run_until_idle()
    return entry


def look_again() -> None:
    Cursor.objects.filter(stream="look").update(due_at=clock.now())
    assert reconcile_due() == 1
    run_until_idle()


def test_a_deleted_question_is_withdrawn(world, base):
    world.delete(asked(world, "Wann fährt der Bus?"))

    look_again()

    found = Message.objects.get()
    assert (found.deleted_at is not None, found.coverage) == (True, Coverage.WITHDRAWN)


def test_an_edited_question_says_what_it_says_now(world, base):
    entry = asked(world, "Wann fährt der Bus?")
    world.edit(entry, "Wann fährt die Bahn?")

    look_again()

    found = Message.objects.get()
    assert ("die Bahn?" in found.text, found.edited_at is not None) == (True, True)


def test_what_did_not_change_brings_nothing_in(world, base):
    asked(world, "Wann fährt der Bus?")
    before = Arrival.objects.count()

    look_again()
    look_again()

    assert Arrival.objects.count() == before


def test_everything_open_has_its_turn(world, base, monkeypatch):
    monkeypatch.setattr("resonanz.intake.reconcile.MOST_LOOKS", 2)
    entries = [asked(world, f"Frage {number}?") for number in range(5)]
    for entry in entries:
        world.delete(entry)

    for _ in range(3):
        look_again()

    assert Message.objects.filter(deleted_at__isnull=True).count() == 0


def test_a_server_that_knows_nothing_any_more_deletes_nothing(world, base):
    asked(world, "Wann fährt der Bus?")
    account = Message.objects.get().account
    account.settings = account.settings | {"base_url": f"{base}/elsewhere"}
    account.save()

    look_again()

    assert Message.objects.get().deleted_at is None


def test_looking_is_once_a_minute(world, base):
    asked(world, "Wann fährt der Bus?")
    look_again()

    assert reconcile_due() == 0
    with clock.shifted(timedelta(seconds=61)):
        assert reconcile_due() == 1


def test_what_a_sending_found_deleted_is_marked_deleted(world, base, town):
    entry = asked(world, "Wann fährt der Bus?")
    target = Message.objects.get()
    case = target.conversation.case
    draft = open_draft(case, target=target, by=town.alice)
    approval = Approval.objects.create(draft=draft, by=town.lead, decision="released", content_hash="x")
    Delivery.objects.create(
        account=target.account, conversation=target.conversation, target=target, approval=approval, key="k",
        content_hash="x", content={"text": "Um 9 Uhr.", "visibility": "public"}, state="refused", said=GONE,
    )  # fmt: skip
    type(case).objects.filter(pk=case.pk).update(state="closed", close_reason="no_answer", closed_at=clock.now())
    world.delete(entry)

    look_again()

    assert Message.objects.get().deleted_at is not None
