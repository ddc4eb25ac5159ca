"""The whole way of one comment: from a stranger's word on the square to an accounted, confirmed answer."""

from datetime import timedelta

import pytest

from resonanz.accounts.connect import connect_account
from resonanz.casework.assign import claim_case
from resonanz.casework.ledger import balance
from resonanz.compose.approve import release_draft, submit_draft
from resonanz.compose.draft import open_draft, preview, save_draft, words_hash
from resonanz.kit import clock
from resonanz.model.models import Case, Coverage, Delivery, DeliveryState, Message
from resonanz.sandbox import World, seeds, serving
from resonanz.work.loop import run_once


@pytest.fixture
def square():
    world = World(":memory:")
    with serving(world) as address:
        yield world, address


def connected(town, address):
    town.page.delete()
    return connect_account(
        channel="square",
        name="Auenwerke",
        settings={"base_url": address},
        secrets={"token": seeds.SQUARE_TOKEN, "hook_secret": seeds.SQUARE_HOOK_SECRET},
        by=None,
        queue=town.queue,
    )


def answer(case, text, town):
    target = Message.objects.inbound().filter(conversation__case=case).latest("occurred_at")
    draft = open_draft(case, target=target, by=town.alice)
    draft = save_draft(draft, text=text, revision=draft.revision, by=town.alice)
    draft = submit_draft(draft, by=town.alice, revision=draft.revision)
    return release_draft(draft, content_hash=preview(draft).content_hash, words=words_hash(draft.target), by=town.lead)


@pytest.mark.django_db(transaction=True)
def test_a_comment_is_settled_read_queued_answered_sent_confirmed_and_balanced(town, square):
    world, address = square
    post = world.write(world.us("square"), "Störung im Netz Süd. Wir sind dran.", kind="post")
    ada = world.join("square", "Ada Lohmann", "ada")
    world.write(ada, "Wann habt ihr wieder Strom für uns?", kind="comment", parent=post)
    connected(town, address)

    run_once()
    case = Case.objects.get()
    claim_case(case, by=town.alice)
    delivery = answer(case, "Hallo Ada, um 15 Uhr.", town)
    with clock.shifted(timedelta(seconds=30)):
        run_once()
    with clock.shifted(timedelta(minutes=3)):
        run_once()

    delivery = Delivery.objects.get(pk=delivery.pk)
    assert (delivery.state, delivery.said) == (DeliveryState.CONFIRMED, "")
    assert Message.objects.inbound().get().coverage == Coverage.ANSWERED
    found = balance(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    assert (found.unaccounted, found.open, found.answered) == (0, 0, 1)
