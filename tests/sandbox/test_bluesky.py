"""The sandbox's Bluesky: as strict as the network, whole loops by a stranger's client library and by our connector."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from atproto import Client, models
from atproto.exceptions import BadRequestError, UnauthorizedError

from resonanz.connectors.bluesky import connector
from resonanz.connectors.contract import (
    Access,
    AuthExpired,
    Mark,
    OutcomeUnclear,
    Outgoing,
    RateLimited,
    TargetGone,
    Unreachable,
    Visibility,
)
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from resonanz.sandbox import World, bluesky_records, customers, seeds
from tests.sandbox.conftest import NOON

LEXICONS = Path(__file__).parents[3] / "shared/contracts/bluesky/lexicons"


@pytest.fixture
def access(base: str, world: World) -> Iterator[Callable[[], Access]]:
    http, kept = Http(timeout_s=2), {"app_password": seeds.BLUESKY_PASSWORD}
    settings = {"base_url": base, "handle": seeds.BLUESKY_HANDLE}

    def made() -> Access:
        secrets = {name: Secret(value) for name, value in kept.items()}
        return Access("haus", settings, secrets, http, world.clock.now(), keep=kept.update)

    yield made
    http.close()


@pytest.fixture
def post(world):
    us = world.us("bluesky")
    return bluesky_records.keep(world, us, bluesky_records.by_client(world, "Störung im Netz Süd.", None))


def uri(world, entry):
    return bluesky_records.uri(world, entry)


def answer_to(world, entry, key="key-1", text="Um 15 Uhr."):
    return Outgoing(key, text, Visibility.PUBLIC, in_reply_to=uri(world, entry))


def texts_of_us(world):
    return [one.text for one in world.entries("platform = 'bluesky' AND author_id = ?", world.us("bluesky").id)]


def stranger(base, world, name="Ada Lohmann"):
    customers.skeet(world, name, "Ich bin neu hier.")
    client = Client(f"{base}/xrpc")
    client.login(f"{name.lower().replace(' ', '-')}.auental.example", seeds.BLUESKY_CUSTOMER_PASSWORD)
    return client


@pytest.mark.filterwarnings("ignore")  # the stranger's own
def test_a_strangers_client_asks_and_reads_our_answer(base, world, access, post):
    ada = stranger(base, world)
    head = models.ComAtprotoRepoStrongRef.Main(**bluesky_records.ref(world, post))
    asked = ada.send_post("Wann ist der Strom da?", reply_to=models.AppBskyFeedPost.ReplyRef(root=head, parent=head))

    [question] = [connector.parse(access(), one) for one in connector.pull(access(), "").arrivals]
    sent = connector.send(
        access(),
        Outgoing("k", "Um 15 Uhr, @ada-lohmann.auental.example.", Visibility.PUBLIC, in_reply_to=question.native_id),
    )
    thread = ada.get_post_thread(asked.uri).thread
    notices = ada.app.bsky.notification.list_notifications().notifications

    assert (question.native_id, question.thread.text) == (asked.uri, "Störung im Netz Süd.")
    assert [(one.post.uri, one.post.record.text) for one in thread.replies] == [
        (sent.native_id, "Um 15 Uhr, @ada-lohmann.auental.example.")
    ]
    assert thread.replies[0].post.record.facets[0].features[0].did == ada.me.did
    assert [(one.reason, one.uri) for one in notices] == [("reply", sent.native_id)]


@pytest.mark.filterwarnings("ignore")
def test_a_strangers_client_is_refused_what_the_network_refuses(base, world):
    ada = stranger(base, world)

    with pytest.raises(BadRequestError, match="grapheme too big"):
        ada.send_post("x" * 301)
    with pytest.raises(UnauthorizedError):
        Client(f"{base}/xrpc").login("ada-lohmann.auental.example", "wrong")
    made = ada.send_post("Weg damit")
    ada.delete_post(made.uri)
    assert ada.get_posts([made.uri]).posts == []


@pytest.mark.parametrize("kind", ["fail_after_commit", "vanish_after_commit"])
def test_an_unclear_send_is_found_and_never_sent_twice(world, access, post, kind):
    asked = customers.skeet(world, "Ada", "Wann?", post)
    outgoing = answer_to(world, asked)
    connector.health(access())
    world.faults.plan("bluesky", kind)

    with pytest.raises(OutcomeUnclear):
        connector.send(access(), outgoing)
    found = connector.find(access(), outgoing, NOON)
    again = connector.send(access(), outgoing)

    assert found is not None
    assert found.native_id == again.native_id
    assert texts_of_us(world).count("Um 15 Uhr.") == 1


def test_each_bad_day_has_its_name(world, access, post):
    asked = customers.skeet(world, "Ada", "Wann?", post)
    connector.health(access())

    world.faults.plan("bluesky", "rate_limit", seconds=40)
    with pytest.raises(RateLimited) as limited:
        connector.pull(access(), "")
    world.faults.plan("bluesky", "fail")
    with pytest.raises(Unreachable):
        connector.pull(access(), "")
    world.revoke("bluesky")
    with pytest.raises(AuthExpired):
        connector.pull(access(), "")
    assert connector.health(access()).ok is False
    world.revoke("bluesky", revoked=False)
    world.delete(asked)
    with pytest.raises(TargetGone):
        connector.send(access(), answer_to(world, asked))

    assert limited.value.retry_after == 40
    assert texts_of_us(world) == ["Störung im Netz Süd."]


def test_what_is_shown_late_twice_and_out_of_order_comes_in_once(world, access, post):
    for number in range(7):
        customers.skeet(world, f"Person {number}", f"Frage {number}", post)
    world.faults.plan("bluesky", "delay", times=2, seconds=30)
    world.faults.plan("bluesky", "duplicates")
    world.faults.plan("bluesky", "shuffle")

    first = connector.pull(access(), "")
    world.clock.advance(timedelta(seconds=31))
    second = connector.pull(access(), first.cursor)
    third = connector.pull(access(), second.cursor)
    found = {one.external_id: connector.parse(access(), one).text for one in [*second.arrivals, *third.arrivals]}

    assert list(first.arrivals) == []
    assert sorted(found.values()) == [f"Frage {number}" for number in range(7)]


def test_our_own_answer_by_a_colleague_comes_as_ours(world, access, post):
    asked = customers.skeet(world, "Ada", "Wann?", post)
    us = world.us("bluesky")
    bluesky_records.keep(world, us, bluesky_records.by_client(world, "Schon erledigt.", asked))

    found = [connector.parse(access(), one) for one in connector.pull(access(), "").arrivals]

    assert {(one.text, Mark.OWN in one.marks) for one in found} == {("Wann?", False), ("Schon erledigt.", True)}
    assert len({one.conversation for one in found}) == 1


def test_points_are_counted_and_the_token_ends_with_its_time(world, access, post):
    asked = customers.skeet(world, "Ada", "Wann?", post)
    for number in range(3):
        connector.send(access(), answer_to(world, asked, key=f"k{number}"))
    us = world.us("bluesky")
    world.store.keep(f"bluesky points {us.id}", json.dumps([(NOON.isoformat(), 4998)]))

    with pytest.raises(RateLimited) as limited:
        connector.send(access(), answer_to(world, asked, key="one too many"))
    world.clock.advance(timedelta(hours=3))
    connector.send(access(), answer_to(world, asked, key="one too many"))

    assert limited.value.retry_after == 3600
    assert len(texts_of_us(world)) == 5


@pytest.mark.skipif(not LEXICONS.is_dir(), reason="the network's lexicons lie beside a developer's checkout only")
def test_what_it_says_has_what_the_lexicons_require(world, access, post, base):
    customers.skeet(world, "Ada", f"@{seeds.BLUESKY_HANDLE} Wann?", post)
    connector.health(access())
    session = json.loads(access().secrets["session"].reveal())
    http = Http()
    headers = {"authorization": f"Bearer {session['access']}"}

    def required(name, part):
        found = json.loads((LEXICONS / f"app/bsky/{name}.json").read_text("utf-8"))["defs"][part]
        found = found["output"]["schema"] if part == "main" else found
        return set(found["required"])

    notices = http.call("GET", f"{base}/xrpc/app.bsky.notification.listNotifications", headers=headers).json()
    thread = http.call(
        "GET", f"{base}/xrpc/app.bsky.feed.getPostThread", headers=headers, params={"uri": uri(world, post)}
    ).json()
    http.close()

    assert required("notification/listNotifications", "main") <= set(notices)
    assert required("notification/listNotifications", "notification") <= set(notices["notifications"][0])
    assert required("feed/getPostThread", "main") <= set(thread)
    assert required("feed/defs", "postView") <= set(thread["thread"]["post"])
    assert required("actor/defs", "profileViewBasic") <= set(thread["thread"]["post"]["author"])
