"""Bluesky's own ways: what a text becomes, the session, the sweep beneath our posts, and the key that repeats."""

import base64
import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.connectors.bluesky import connector
from resonanz.connectors.bluesky.client import KEPT
from resonanz.connectors.bluesky.words import facets, length, names, record_key
from resonanz.connectors.contract import Access, Mark, Outgoing, RateLimited, Visibility
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from tests.connectors.programmed import Reply, programmed

pytestmark = pytest.mark.contract

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
US, ADA = "did:plc:auenwerke", "did:plc:ada"
OPEN, RENEW = "POST /xrpc/com.atproto.server.createSession", "POST /xrpc/com.atproto.server.refreshSession"
NOTICES, FEED = "GET /xrpc/app.bsky.notification.listNotifications", "GET /xrpc/app.bsky.feed.getAuthorFeed"
POSTS, THREAD = "GET /xrpc/app.bsky.feed.getPosts", "GET /xrpc/app.bsky.feed.getPostThread"
PUT, GET = "POST /xrpc/com.atproto.repo.putRecord", "GET /xrpc/com.atproto.repo.getRecord"
REPLY = Outgoing("key-1", "Um 15 Uhr.", Visibility.PUBLIC, in_reply_to=f"at://{ADA}/app.bsky.feed.post/3lada")


def token(ends: datetime) -> str:
    middle = base64.urlsafe_b64encode(json.dumps({"exp": int(ends.timestamp())}).encode()).decode().rstrip("=")
    return f"e30.{middle}.x"


def session(name="first", ends=NOW + timedelta(hours=2)):
    return Reply(200, {"did": US, "handle": "us.example", "accessJwt": token(ends), "refreshJwt": f"refresh-{name}"})


def view(did, key, text, *, at="2026-11-23T09:00:00.000Z", replies=0, parent="", root=""):
    record = {"text": text, "createdAt": at}
    if parent:
        record["reply"] = {"parent": {"uri": parent, "cid": "c"}, "root": {"uri": root or parent, "cid": "c"}}
    uri = f"at://{did}/app.bsky.feed.post/{key}"
    author = {"did": did, "handle": f"{did[8:]}.example"}
    return {"uri": uri, "cid": f"c-{key}", "author": author, "record": record, "indexedAt": at, "replyCount": replies}


@pytest.fixture
def served():
    """A programmed server, and how to come to an access whose renewed secrets are kept."""
    with programmed() as plan:
        http, kept = Http(timeout_s=2), {"app_password": "pass"}

        def access(now=NOW) -> Access:
            settings = {"base_url": plan.base_url, "handle": "us.example"}
            secrets = {name: Secret(value) for name, value in kept.items()}
            return Access("a", settings, secrets, http, now, keep=kept.update)

        yield plan, access
        http.close()


def calls(plan):
    return [f"{one.method} {one.path.partition('?')[0]}" for one in plan.asked]


@given(st.text(max_size=60))
def test_a_key_is_always_the_same_and_of_the_networks_form(key):
    found = record_key(key)

    assert found == record_key(key)
    assert re.fullmatch(r"[234567abcdefghij][234567a-z]{12}", found)


@given(st.sets(st.text(max_size=20), max_size=50))
def test_two_keys_are_never_one(keys):
    assert len({record_key(key) for key in keys}) == len(keys)


def test_links_names_and_tags_are_found_by_their_bytes():
    text = "Für @ada.example: https://example.org/ä(b). 👩‍👩‍👧 #Strom, @nobody.example a@b.example"

    found = facets(text, {"ada.example": ADA})
    shown = {text.encode()[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode() for one in found}

    assert shown == {"@ada.example", "https://example.org/ä(b)", "#Strom"}
    assert names(text) == ["ada.example", "nobody.example"]


@given(
    st.text(max_size=80), st.sampled_from(["https://a.example/x?y#z.", "@ada.example", "#Tag", "(https://b.example)"])
)
def test_facets_lie_in_the_text_in_order_and_apart(text, piece):
    whole = f"{text} {piece} {text}"

    ends = [(one["index"]["byteStart"], one["index"]["byteEnd"]) for one in facets(whole, {"ada.example": ADA})]

    assert all(start < end for start, end in ends)
    assert all(end <= start for (_, end), (start, _) in pairwise(ends))
    assert all(whole.encode()[start:end].decode() for start, end in ends)


def test_graphemes_and_bytes_both_count():
    assert length("👩‍👩‍👧" * 300, 300) == 300 + 2400
    assert length("e" + "́" * 1499, 300) == 1
    assert length("e" + "́" * 1500, 300) == 301
    assert length("x" * 301, 300) == 301


def test_a_session_is_kept_renewed_in_time_and_opened_anew_where_that_fails(served):
    plan, access = served
    plan.routes({OPEN: session(), RENEW: session("second"), NOTICES: Reply(200, {"notifications": []}),
                 FEED: Reply(200, {"feed": []})})  # fmt: skip

    connector.pull(access(), "")
    connector.pull(access(), "")
    connector.pull(access(NOW + timedelta(hours=2)), "")
    assert [one for one in calls(plan) if "server" in one] == [OPEN, RENEW]
    assert plan.asked[-3].headers["authorization"] == "Bearer refresh-first"

    plan.ahead = {RENEW: Reply(400, {"error": "ExpiredToken"})}
    connector.pull(access(NOW + timedelta(days=90)), "")
    assert [one for one in calls(plan) if "server" in one] == [OPEN, RENEW, RENEW, OPEN]
    assert access().secrets[KEPT].reveal()


def test_a_call_with_an_ended_token_is_made_once_more(served):
    plan, access = served
    plan.routes(
        {OPEN: session(), RENEW: session("second"), POSTS: Reply(200, {"posts": [view(ADA, "3lada", "Hallo")]})}
    )
    said = iter([Reply(400, {"error": "ExpiredToken"}), Reply(200, {"uri": f"at://{US}/app.bsky.feed.post/3l"})])
    rest = plan.answer
    plan.answer = lambda asked: next(said) if asked.path.endswith("putRecord") else rest(asked)

    receipt = connector.send(access(), REPLY)

    assert receipt.native_id.startswith(f"at://{US}/")
    assert calls(plan).count(PUT) == 2


def test_a_slow_down_while_renewing_opens_no_new_session(served):
    plan, access = served
    plan.routes({OPEN: session(ends=NOW), NOTICES: Reply(200, {"notifications": []}), FEED: Reply(200, {"feed": []})})
    connector.pull(access(), "")
    plan.ahead = {RENEW: Reply(429, {}, {"ratelimit-reset": str(int(NOW.timestamp()) + 90)})}

    with pytest.raises(RateLimited) as caught:
        connector.pull(access(), "")

    assert caught.value.retry_after == 90
    assert calls(plan).count(OPEN) == 1


def test_an_answer_without_a_notification_is_found_beneath_our_post_and_only_once_looked_for(served):
    plan, access = served
    head = view(US, "3lroot", "Störung", replies=1)
    answer = view(ADA, "3lada", "Wann?", at="2026-11-23T09:00:00.050Z", parent=head["uri"])
    own = view(US, "3lown", "Bald.", at="2026-11-23T09:01:00.000Z", parent=answer["uri"], root=head["uri"])
    below = {"post": head, "replies": [{"post": answer, "replies": [{"post": own}, {"notFound": True}]}]}
    plan.routes({OPEN: session(), NOTICES: Reply(200, {"notifications": []}), POSTS: Reply(200, {"posts": [head]}),
                 FEED: Reply(200, {"feed": [{"post": own}, {"post": head}]}),
                 THREAD: Reply(200, {"thread": below})})  # fmt: skip

    first = connector.pull(access(), "")
    again = connector.pull(access(), first.cursor)
    found = [connector.parse(access(), one) for one in first.arrivals]

    assert [(one.text, one.thread.text, Mark.OWN in one.marks) for one in found] == [
        ("Wann?", "Störung", False),
        ("Bald.", "Störung", True),
    ]
    assert {one.conversation for one in found} == {f"{head['uri']}|{ADA}"}
    assert calls(plan).count(THREAD) == 1
    assert {one.external_id for one in again.arrivals} <= {one.external_id for one in first.arrivals}


def test_news_of_several_pages_are_read_to_where_the_last_reading_ended(served):
    plan, access = served
    notices = [
        {**view(ADA, f"3l{n:03}", f"{n}", at=f"2026-11-23T{10 + n // 60}:{n % 60:02}:00.000Z"), "reason": "mention"}
        for n in range(60)
    ]
    newest = list(reversed(notices))

    def answer(asked):
        if "listNotifications" in asked.path:
            at = int((re.search(r"cursor=(\d+)", asked.path) or [0, 0])[1])
            return Reply(200, {"notifications": newest[at : at + 20], "cursor": str(at + 20)})
        return Reply(200, {"feed": []}) if "getAuthorFeed" in asked.path else session()

    plan.answer = answer
    cursor, seen, more = json.dumps({"since": "2026-11-23T10:05:00.000000+00:00"}), set(), True
    while more:
        page = connector.pull(access(), cursor)
        cursor, more = page.cursor, page.more
        seen |= {connector.parse(access(), one).text for one in page.arrivals}

    assert seen >= {str(n) for n in range(5, 60)}
    assert json.loads(cursor)["since"] == "2026-11-23T10:59:00.000000+00:00"


def test_a_repeat_finds_the_post_that_is_there(served):
    plan, access = served
    uri = f"at://{US}/app.bsky.feed.post/{record_key('key-1')}"
    there = {"uri": uri, "cid": "c", "value": {"createdAt": "2026-11-23T11:59:00.000Z"}}
    plan.routes({OPEN: session(), POSTS: Reply(200, {"posts": [view(ADA, "3lada", "Hallo")]}),
                 PUT: Reply(400, {"error": "InvalidSwap"}), GET: Reply(200, there)})  # fmt: skip

    receipt = connector.send(access(), REPLY)

    put = next(json.loads(one.body) for one in plan.asked if one.path.endswith("putRecord"))
    assert (receipt.native_id, receipt.sent_at) == (uri, datetime(2026, 11, 23, 11, 59, tzinfo=UTC))
    assert (put["rkey"], put["swapRecord"]) == (record_key("key-1"), None)
    assert connector.recognises(REPLY, uri, parent="", text="anything")
    assert not connector.recognises(replace(REPLY, key="key-2"), uri, parent="", text=REPLY.text)


def test_what_was_not_sent_is_known_for_certain(served):
    plan, access = served
    plan.routes({OPEN: session(), GET: Reply(400, {"error": "RecordNotFound", "message": "Could not locate record"})})

    assert connector.find(access(), REPLY, NOW) is None
