"""Bluesky as the network's own software speaks it: post, answer, mention, keyed reply, find, like, delete, limits."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from resonanz.connectors.bluesky import connector
from resonanz.connectors.contract import Access, AuthExpired, Incoming, Mark, Outgoing, Rejected, TargetGone, Visibility
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from tests.real.bluesky import Network, Person, join

pytestmark = pytest.mark.real
PATIENCE_S = 20.0


@pytest.fixture
def us(bluesky: Network, client: Http) -> Person:
    return join(bluesky, client, "us")


@pytest.fixture
def ada(bluesky: Network, client: Http) -> Person:
    return join(bluesky, client, "ada")


@pytest.fixture
def access(us: Person) -> Iterator[Callable[[], Access]]:
    """An access as the house gives it, with what the connector had it keep."""
    kept, http = {"app_password": us.password}, Http()
    settings = {"base_url": us.pds, "handle": us.handle}

    def made() -> Access:
        secrets = {name: Secret(value) for name, value in kept.items()}
        return Access("a", settings, secrets, http, datetime.now(UTC), keep=kept.update)

    yield made
    http.close()


def until(found: Callable[[], object]) -> object:
    """The network shows things a moment later."""
    ends = time.monotonic() + PATIENCE_S
    while not (what := found()):
        if time.monotonic() > ends:
            raise AssertionError("it never came")
        time.sleep(0.3)
    return what


def news(access, cursor="") -> dict[str, Incoming]:
    page = connector.pull(access(), cursor)
    return {one.text: one for one in (connector.parse(access(), arrival) for arrival in page.arrivals)}


def test_an_answer_and_a_mention_come_in_and_a_reply_is_read_by_who_asked(access, us, ada):
    post = us.say("Störung im Netz Süd. Wir sind dran.")
    asked = ada.say("Wann ist der Strom wieder da? 👩‍👩‍👧", under=post)  # at once: there may be no notification
    until(lambda: "Wann ist der Strom wieder da? 👩‍👩‍👧" in news(access))

    found = news(access)["Wann ist der Strom wieder da? 👩‍👩‍👧"]
    words = f"Um 15 Uhr, @{ada.handle}. Mehr: https://example.org/a. #Strom"
    reply = Outgoing("key-1", words, Visibility.PUBLIC, in_reply_to=found.native_id, language="de")
    sent = connector.send(access(), reply)

    assert (found.native_id, found.parent_id, found.thread.native_id) == (asked["uri"], post["uri"], post["uri"])
    assert found.conversation == f"{post['uri']}|{ada.did}"
    until(lambda: ada.read("app.bsky.feed.getPosts", uris=sent.native_id)["posts"])
    shown = ada.read("app.bsky.feed.getPosts", uris=sent.native_id)["posts"][0]["record"]
    kinds = [one["features"][0]["$type"].rpartition("#")[2] for one in shown["facets"]]
    assert (shown["text"], shown["reply"]["parent"]["uri"], kinds) == (words, asked["uri"], ["mention", "link", "tag"])
    own = until(lambda: news(access).get(words))
    assert own.marks == {Mark.OWN}
    assert connector.recognises(reply, own.native_id, parent="", text="")
    whole = [connector.parse(access(), one) for one in connector.thread(access(), post["uri"])]
    assert {one.author.native_id for one in whole} == {us.did, ada.did}


def test_a_repeat_gives_no_second_post_and_what_was_not_sent_is_known(access, us, ada):
    post = us.say("Störung")
    until(lambda: us.read("app.bsky.feed.getPosts", uris=post["uri"])["posts"])
    reply = Outgoing("key-2", "Bald.", Visibility.PUBLIC, in_reply_to=post["uri"])

    before = connector.find(access(), reply, datetime.now(UTC))
    first, again = connector.send(access(), reply), connector.send(access(), replace(reply, text="Anders."))
    listed = us.read("com.atproto.repo.listRecords", repo=us.did, collection="app.bsky.feed.post")["records"]

    assert before is None
    assert first.native_id == again.native_id
    assert sorted(one["value"]["text"] for one in listed) == ["Bald.", "Störung"]
    assert connector.find(access(), reply, datetime.now(UTC)).native_id == first.native_id
    connector.act(access(), first.native_id, "delete")
    assert connector.find(access(), reply, datetime.now(UTC)) is None


def test_what_was_deleted_is_gone_and_cannot_be_answered(access, ada):
    asked = ada.say("Hallo")
    until(lambda: ada.read("app.bsky.feed.getPosts", uris=asked["uri"])["posts"])
    assert connector.parse(access(), connector.look(access(), asked["uri"])).text == "Hallo"
    connector.act(access(), asked["uri"], "like")
    connector.act(access(), asked["uri"], "like")

    ada.delete(asked["uri"])
    until(lambda: not ada.read("app.bsky.feed.getPosts", uris=asked["uri"])["posts"])

    for call in (
        lambda: connector.look(access(), asked["uri"]),
        lambda: connector.send(access(), Outgoing("key-3", "Ja?", Visibility.PUBLIC, in_reply_to=asked["uri"])),
        lambda: connector.thread(access(), asked["uri"]),
    ):
        with pytest.raises(TargetGone):
            call()


@pytest.mark.parametrize(
    ("text", "fits"), [("👩‍👩‍👧" * 166, True), ("👩‍👩‍👧" * 167, False), ("x" * 300, True), ("x" * 301, False)]
)
def test_our_count_is_the_servers_count(access, us, text, fits):
    post = us.say("Störung")
    until(lambda: us.read("app.bsky.feed.getPosts", uris=post["uri"])["posts"])
    reply = Outgoing("key-4", text, Visibility.PUBLIC, in_reply_to=post["uri"])

    assert (connector.check(reply, connector.manifest.limits) == []) is fits
    if fits:
        connector.send(access(), reply)
    else:
        with pytest.raises(Rejected):
            connector.send(access(), reply)


def test_the_past_comes_with_our_own_answers(access, us, ada):
    post = us.say("Störung")
    asked = ada.say("Wann?", under=post)
    us.say("Um drei.", under=asked, root=post)
    until(lambda: {"Wann?", "Um drei."} <= set(news(access)))
    since, cursor, more, found = datetime.now(UTC) - timedelta(days=1), "", True, set()

    while more:
        page = connector.backfill(access(), since, cursor)
        cursor, more = page.cursor, page.more
        found |= {connector.parse(access(), one).text for one in page.arrivals}

    assert found == {"Störung", "Wann?", "Um drei."}


def test_a_wrong_password_is_said(access, us):
    assert connector.health(access()).account_id == us.did

    wrong = replace(access(), secrets={"app_password": Secret("wrong")})
    assert connector.health(wrong).ok is False
    with pytest.raises(AuthExpired):
        connector.pull(wrong, "")
