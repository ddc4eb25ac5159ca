"""Mastodon: how it reads, counts, sends, finds and keeps its place."""

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.connectors.contract import (
    Access,
    Arrival,
    AuthExpired,
    Author,
    Limits,
    OutcomeUnclear,
    Outgoing,
    RateLimited,
    Rejected,
    TargetGone,
    Unreachable,
    Unsupported,
    Visibility,
)
from resonanz.connectors.mastodon import connector
from resonanz.connectors.mastodon.words import composed, length, trace
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from tests.connectors.programmed import Programmed, Reply, programmed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ME = {"id": "1", "username": "haus", "acct": "haus"}
ADA = Author("2", name="Ada", handle="ada@far.example")
INSTANCE = {"version": "4.5.2", "configuration": {"statuses": {"max_characters": 700}}}


@pytest.fixture
def server():
    with programmed() as plan:
        yield plan


LINES: list[Http] = []


@pytest.fixture(autouse=True)
def _hang_up():
    yield
    while LINES:
        LINES.pop().close()


def access(plan: Programmed) -> Access:
    http = Http(timeout_s=2)
    LINES.append(http)
    return Access("haus", {"base_url": plan.base_url + "/"}, {"token": Secret("tok-123456")}, http, NOW)


def status(number: int, *, author: str = "2", parent: str | None = None, content: str = "<p>Hallo</p>", **more):
    account = {"id": author, "username": f"u{author}", "acct": f"u{author}"}
    at = (NOW - timedelta(hours=1) + timedelta(seconds=number)).isoformat().replace("+00:00", "Z")
    start = {"id": str(number), "created_at": at, "edited_at": None, "in_reply_to_id": parent, "visibility": "public"}
    return start | {"content": content, "account": account, "url": f"https://s.example/{number}"} | more


def note(number: int, about: dict, kind: str = "mention"):
    return {"id": str(number), "type": kind, "created_at": about["created_at"], "status": about}


def pages(plan: Programmed, notes: list[dict], more: dict[str, Reply] | None = None):
    """Notifications as Mastodon pages them: min_id gives those right above it, newest first."""

    def answer(asked):
        path, query = urlsplit(asked.path).path, parse_qs(urlsplit(asked.path).query)
        if path == "/api/v1/notifications":
            above = int(query.get("min_id", ["0"])[0])
            known = sorted((n for n in notes if int(n["id"]) > above), key=lambda n: int(n["id"]))
            size = int(query["limit"][0])
            known = known[:size] if "min_id" in query else known[-size:]
            return Reply(200, known[::-1])
        table = {"/api/v1/accounts/verify_credentials": ME, "/api/v2/instance": INSTANCE}
        if path in table:
            return Reply(200, table[path])
        return (more or {}).get(path, Reply(404, {"error": "Record not found"}))

    plan.answer = answer


def test_pulling_pages_through_all_mentions_oldest_first_and_loses_none(server):
    notes = [note(n, status(n)) for n in range(100, 330)]
    pages(server, notes[:5])
    here = access(server)

    first = connector.pull(here, "")
    pages(server, notes)
    cursor, found = first.cursor, []
    for _ in range(10):
        page = connector.pull(here, cursor)
        cursor = page.cursor
        found += [connector.parse(here, one).native_id for one in page.arrivals]
        if not page.more:
            break

    assert [connector.parse(here, one).native_id for one in first.arrivals] == [str(n) for n in range(100, 105)]
    assert found == [str(n) for n in range(105, 330)]
    assert connector.pull(here, cursor).arrivals == []


def test_an_empty_first_pull_misses_nothing_that_comes_after_it(server):
    pages(server, [])
    here = access(server)
    first = connector.pull(here, "")
    pages(server, [note(n, status(n)) for n in range(1, 201)])

    second = connector.pull(here, first.cursor)

    assert (len(second.arrivals), second.more) == (80, True)


def test_the_root_of_a_storm_is_asked_for_once_a_parent(server):
    root = status(1, author="1", content="<p>Stromausfall</p>")
    notes = [note(n, status(n, parent="1")) for n in range(10, 40)]
    context = Reply(200, {"ancestors": [root], "descendants": []})
    pages(server, notes, {f"/api/v1/statuses/{n}/context": context for n in range(10, 40)})
    here = access(server)

    found = [connector.parse(here, one) for one in connector.pull(here, "").arrivals]

    assert {one.thread.title for one in found} == {"Stromausfall"}
    assert {one.conversation for one in found} == {"1|2"}
    assert len([one for one in server.asked if one.path.endswith("/context")]) == 1


def test_without_a_root_the_parent_is_the_thread(server):
    pages(server, [note(10, status(10, parent="5"))])
    here = access(server)

    [found] = [connector.parse(here, one) for one in connector.pull(here, "").arrivals]

    assert (found.thread.native_id, found.parent_id) == ("5", "5")


def test_a_damaged_mention_is_kept_and_does_not_stop_the_pull(server):
    pages(server, [note(10, status(10)), note(11, status(11) | {"created_at": "soon"})])
    here = access(server)

    page = connector.pull(here, "")

    assert [one.external_id.split("@")[0] for one in page.arrivals] == ["10", "notification:11"]


def test_an_edit_is_a_new_arrival_and_a_repeat_is_none(server):
    here = access(server)
    server.routes({"GET /api/v1/statuses/10": Reply(200, status(10))})
    before, repeat = connector.look(here, "10"), connector.look(here, "10")
    edited = status(10, content="<p>anders</p>", edited_at="2026-11-23T11:59:00.000Z")
    server.routes({"GET /api/v1/statuses/10": Reply(200, edited)})

    after = connector.look(here, "10")

    assert before == repeat
    assert after.external_id != before.external_id
    assert connector.parse(here, after).version > connector.parse(here, before).version


def test_looking_at_a_deleted_status_says_that_it_is_gone(server):
    with pytest.raises(TargetGone):
        connector.look(access(server), "10")


def test_a_wrong_address_is_not_called_a_deleted_target(server):
    with pytest.raises(Rejected) as caught:
        connector.pull(access(server), "")

    assert type(caught.value) is Rejected


def test_looking_keeps_the_thread_that_is_already_known(server):
    server.routes({"GET /api/v1/statuses/10": Reply(200, status(10, parent="9"))})
    here = access(server)

    found = connector.parse(here, connector.look(here, "10", thread="1"))

    assert found.thread.native_id == "1"


@pytest.mark.parametrize(
    ("visibility", "said"),
    [
        (Visibility.PUBLIC, "public"),
        (Visibility.UNLISTED, "unlisted"),
        (Visibility.FOLLOWERS, "private"),
        (Visibility.PRIVATE, "direct"),
    ],
)
def test_a_reply_keeps_the_visibility_names_the_person_and_carries_the_key(server, visibility, said):
    server.routes({"POST /api/v1/statuses": Reply(200, status(50, author="1"))})

    receipt = connector.send(access(server), Outgoing("k-1", "Danke!", visibility, "10", to=ADA, language="de-DE"))

    [asked] = server.asked
    form = dict(parse_qsl(asked.body.decode()))
    assert form == {
        "status": "@ada@far.example Danke!",
        "visibility": said,
        "in_reply_to_id": "10",
        "language": "de",
    }
    assert (asked.headers["idempotency-key"], asked.headers["authorization"]) == ("k-1", "Bearer tok-123456")
    assert (receipt.native_id, receipt.permalink) == ("50", "https://s.example/50")


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        (Reply(404, {"error": "in reply to: not found"}), TargetGone),
        (Reply(403, {"error": "This action is outside the authorized scopes"}), AuthExpired),
        (Reply(403, {"error": "This action is not allowed"}), Rejected),
        (Reply(422, {"error": "Validation failed"}), Rejected),
        (Reply(200, {"no": "id"}), OutcomeUnclear),
    ],
)
def test_refused_sends_are_told_apart(server, reply, error):
    server.always(reply)

    with pytest.raises(error) as caught:
        connector.send(access(server), Outgoing("k", "Danke", Visibility.PUBLIC, "10", to=ADA))

    assert type(caught.value) is error


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "30"}, 30),
        ({"retry-after": "Mon, 23 Nov 2026 12:02:00 GMT"}, 120),
        ({"x-ratelimit-reset": "2026-11-23T12:04:00.000000Z"}, 240),
        ({"x-ratelimit-reset": "2026-11-23T11:00:00Z"}, 1),
        ({"retry-after": "soon"}, 60),
        ({}, 60),
    ],
)
def test_the_wait_is_read_from_either_header(server, headers, seconds):
    server.always(Reply(429, {"error": "Too many requests"}, headers))

    with pytest.raises(RateLimited) as caught:
        connector.pull(access(server), "")

    assert caught.value.retry_after == seconds


def answer_of(number: int, content: str, parent: str = "10"):
    return status(number, author="1", parent=parent, content=content)


def findable(server, under: list[dict], own: list[dict]):
    server.routes(
        {
            "GET /api/v1/accounts/verify_credentials": Reply(200, ME),
            "GET /api/v2/instance": Reply(200, INSTANCE),
            "GET /api/v1/statuses/10": Reply(200, status(10)),
            "GET /api/v1/statuses/10/context": Reply(200, {"ancestors": [], "descendants": under}),
            "GET /api/v1/accounts/1/statuses": Reply(200, own),
        }
    )


SENT = Outgoing("k", "Danke für den *Hinweis*: https://www.example.org/a?b=c", Visibility.PUBLIC, "10", to=ADA)
SHOWN = (
    '<p><span class="h-card"><a href="https://far.example/@ada" class="u-url mention">@<span>ada</span></a></span> '
    'Danke für den <i>Hinweis</i>: <a href="https://www.example.org/a?b=c"><span class="invisible">https://www.</span>'
    "<span>example.org/a?b=c</span></a></p>"
)


@pytest.mark.parametrize("place", ["under", "own"])
def test_what_was_sent_is_found_under_the_target_or_among_our_own(server, place):
    findable(server, **{"under": [], "own": []} | {place: [answer_of(49, "<p>Andere</p>"), answer_of(50, SHOWN)]})

    found = connector.find(access(server), SENT, NOW - timedelta(hours=1))

    assert found is not None
    assert found.native_id == "50"


def test_what_was_not_sent_is_not_found(server):
    strangers = [status(51, author="3", parent="10", content=SHOWN), answer_of(52, SHOWN, parent="11")]
    findable(server, under=strangers, own=[answer_of(49, "<p>Andere</p>")])

    assert connector.find(access(server), SENT, NOW - timedelta(hours=1)) is None


def test_too_many_own_posts_to_look_through_is_said_not_guessed(server):
    findable(server, under=[], own=[answer_of(n, "<p>Andere</p>") for n in range(100, 140)])

    with pytest.raises(Unsupported):
        connector.find(access(server), SENT, NOW - timedelta(days=3))


@pytest.mark.parametrize(
    ("v2", "v1", "most", "counting"),
    [
        (Reply(200, INSTANCE), Reply(404), 700, "graphemes"),
        (Reply(404, {}), Reply(200, {"version": "3.1", "max_toot_chars": 1000}), 1000, "graphemes"),
        (Reply(404, {}), Reply(200, {"version": "2.7.2 (compatible; Other 1)"}), 500, "characters"),
    ],
)
def test_limits_come_from_the_server(server, v2, v1, most, counting):
    server.routes({"GET /api/v2/instance": v2, "GET /api/v1/instance": v1})

    limits = connector.limits(access(server))

    assert (limits.text_max, limits.counting) == (most, counting)


def test_addresses_count_23_and_mentions_without_their_server():
    limits = Limits(500, "graphemes")

    counted = length("@ada@far.example siehe https://example.org/" + "x" * 300 + " 👨‍👩‍👧", limits)

    assert counted == len("@ada siehe ") + 23 + 2


def test_the_mention_counts_towards_the_limit():
    outgoing = Outgoing("k", "x" * 496, Visibility.PUBLIC, "10", to=ADA)

    [violation] = connector.check(outgoing, Limits(500, "graphemes"))

    assert (violation.code, violation.places) == ("too_long", {"excess": 1})


def test_a_direct_message_without_a_name_is_found_before_sending():
    outgoing = Outgoing("k", "Hallo", Visibility.PRIVATE, "10", to=Author("2"))

    assert [one.code for one in connector.check(outgoing, Limits(500))] == ["bad_address"]


@given(st.text(), st.sampled_from(["ada", "ada@far.example", "", "@x"]))
def test_composing_twice_adds_one_mention_only(text, handle):
    once = composed(Outgoing("k", text, Visibility.PUBLIC, to=Author("2", handle=handle)))

    assert composed(Outgoing("k", once, Visibility.PUBLIC, to=Author("2", handle=handle))) == once


@given(st.text(alphabet=st.characters(exclude_characters="<>&", exclude_categories=["Cc", "Cs", "Cf"])))
def test_the_trace_of_plain_text_survives_the_server(text):
    assert trace(f"<p>{text}</p>", html=True) == trace(text, html=False)


def test_health_names_the_account_and_its_limits(server):
    pages(server, [])

    health = connector.health(access(server))

    assert (health.ok, health.account_id, health.account_name) == (True, "1", "haus")
    assert health.limits is not None
    assert health.limits.text_max == 700


def test_backfill_walks_back_to_the_day_and_stops(server):
    notes = [note(n, status(n)) for n in range(1, 11)]

    def answer(asked):
        query = parse_qs(urlsplit(asked.path).query)
        if not asked.path.startswith("/api/v1/notifications"):
            return Reply(200, ME | INSTANCE)
        below = [n for n in notes if int(n["id"]) < int(query.get("max_id", ["999"])[0])]
        return Reply(200, below[::-1][:80])

    server.answer = answer
    since = NOW - timedelta(hours=1) + timedelta(seconds=6)

    page = connector.backfill(access(server), since, "")

    assert [one.external_id.split("@")[0] for one in page.arrivals] == ["6", "7", "8", "9", "10"]
    assert page.more is False


def test_backfill_brings_our_own_answers_and_keeps_what_is_damaged_or_gone(server):
    damaged = {"id": "3", "type": "mention", "created_at": "gestern", "status": {"content": "kaputt"}}
    ours = status(11, author="1", parent="1", in_reply_to_account_id="2")
    table = {
        "GET /api/v1/accounts/verify_credentials": Reply(200, ME),
        "GET /api/v2/instance": Reply(200, INSTANCE),
        "GET /api/v1/notifications": Reply(200, [damaged, note(2, status(2)), note(1, status(1))]),
        "GET /api/v1/statuses/1/context": Reply(
            200, {"ancestors": [], "descendants": [ours, status(12, author="1", parent="11"), status(13, parent="1")]}
        ),
        "GET /api/v1/statuses/2/context": Reply(404, {"error": "Record not found"}),
    }
    server.routes(table)

    page = connector.backfill(access(server), NOW - timedelta(days=7), "")

    assert [one.external_id.split("@")[0] for one in page.arrivals] == ["1", "11", "2", "notification:3"]
    answer = connector.parse(access(server), page.arrivals[1])
    question = connector.parse(access(server), page.arrivals[0])
    assert (answer.author.is_self, answer.parent_id, answer.conversation) == (True, "1", question.conversation)


def test_the_whole_thread_comes_oldest_first(server):
    findable(server, under=[status(12, parent="10")], own=[])

    found = connector.thread(access(server), "10")

    assert [json.loads(one.body)["status"]["id"] for one in found] == ["10", "12"]


def test_a_favourite_and_a_deletion_go_to_their_addresses(server):
    server.always(Reply(200, status(10)))
    here = access(server)

    connector.act(here, "10", "like")
    connector.act(here, "10/../11", "delete")

    assert [(one.method, one.path) for one in server.asked] == [
        ("POST", "/api/v1/statuses/10/favourite"),
        ("DELETE", "/api/v1/statuses/10%2F..%2F11"),
    ]
    with pytest.raises(Unsupported):
        connector.act(here, "10", "hide")


def test_other_kinds_of_notification_are_ignored_on_purpose():
    body = json.dumps({"id": "5", "type": "favourite", "status": status(10)}).encode()

    with pytest.raises(Unsupported):
        connector.parse(Access("haus", {}, {}, Http(), NOW), Arrival("x", body))


def test_a_list_that_is_none_is_unreachable_not_a_crash(server):
    server.always(Reply(200, {"id": "1"}))

    with pytest.raises(Unreachable):
        connector.pull(access(server), "5")


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Danke!", "@ada Danke!"),
        ("Hallo @ada@social.example, danke!", "Hallo @ada, danke!"),
        ("https://www.auenwerke.example/netz", "@ada auenwerke.example/netz"),
        ("https://auenwerke.example/stoerungen/sued/gerberstrasse", "@ada auenwerke.example/stoerungen/s…"),
    ],
)
def test_an_answer_appears_as_the_pages_of_a_server_show_it(text, seen):
    to = Author("2", handle="ada@social.example")

    found = connector.appear(Outgoing("k", text, Visibility.PUBLIC, "10", to=to))

    assert (found.kind, found.text) == ("comment", seen)
    assert connector.appear(Outgoing("k", text, Visibility.PRIVATE, "10", to=to)).kind == "message"
