"""A channel from the Accounts page to the reply that a stranger's client reads there."""

import re

import pytest
from atproto import Client, models
from playwright.sync_api import expect

from resonanz.sandbox import bluesky_records, customers, seeds
from tests.e2e.test_composer import opened

pytestmark = [pytest.mark.e2e, pytest.mark.page]


def connect(page, channel, **given):
    """As an operator does it: choose the channel, read what it needs, fill in, connect."""
    page.goto("/accounts/")
    page.locator(f"a[href='/accounts/new/{channel}/']").click()
    expect(page.locator("details[open] .guide ol")).to_be_visible()
    for name, value in given.items():
        page.locator(f"[name={name}]").fill(value)
    page.locator("main form .btn.main").click()
    page.wait_for_url(re.compile(r"/accounts/\d+/$"))


def answered(page, lead, who, text):
    """Answer this person's case from the inbox by keyboard, and have it released."""
    opened(page, who)
    page.keyboard.type(text)
    page.keyboard.press("Control+Enter")
    page.locator(".composer .note.acc").wait_for()
    lead.goto("/approvals/")
    lead.locator("main form .btn.main").first.click()
    lead.wait_for_url(re.compile("/approvals/.undo="))
    page.locator("#talk .msg.ours .chip.good").wait_for(timeout=60_000)


@pytest.mark.filterwarnings("ignore")  # the stranger's library has its own
def test_bluesky_is_connected_asked_answered_and_read_there(house, sign_in):
    world, otto = house.world, sign_in("otto", "de")
    given = {"name": "Himmel", "base_url": house.square, "handle": seeds.BLUESKY_HANDLE, "app_password": "falsch"}
    connect(otto, "bluesky", **given)
    expect(otto.locator("main .note.hot")).to_contain_text("Der Server nimmt das App-Passwort nicht an.")
    otto.locator("[name=app_password]").fill(seeds.BLUESKY_PASSWORD)
    otto.locator("main form .btn.main").last.click()
    expect(otto.locator("main .chip.good").first).to_be_visible()
    expect(otto.locator("main .note.hot")).to_have_count(0)

    us = world.us("bluesky")
    post = bluesky_records.keep(world, us, bluesky_records.by_client(world, "Störung im Netz Süd.", None))
    customers.skeet(world, "Ada Lohmann", "Guten Morgen.")
    ada = Client(f"{house.square}/xrpc")
    ada.login("ada-lohmann.auental.example", seeds.BLUESKY_CUSTOMER_PASSWORD)
    head = models.ComAtprotoRepoStrongRef.Main(**bluesky_records.ref(world, post))
    asked = ada.send_post("Wann ist der Strom da?", reply_to=models.AppBskyFeedPost.ReplyRef(root=head, parent=head))

    alice, lena = sign_in("alice", "de"), sign_in("lena", "de")
    answered(alice, lena, "Ada Lohmann", "Um 15 Uhr ist es wieder hell.")

    thread = ada.get_post_thread(asked.uri).thread
    assert [one.post.record.text for one in thread.replies] == ["Um 15 Uhr ist es wieder hell."]
    assert [one.reason for one in ada.app.bsky.notification.list_notifications().notifications] == ["reply"]
    assert house.ledger()["unaccounted"] == 0
    assert (otto.faults, alice.faults, lena.faults) == ([], [], [])
