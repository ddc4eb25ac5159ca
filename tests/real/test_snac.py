"""Mastodon's API as a real snac2 speaks it: mention in, answer out, edit, delete, direct message, limits, find."""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from resonanz.connectors.contract import (
    Access,
    AuthExpired,
    Incoming,
    Outgoing,
    Page,
    TargetGone,
    Unreachable,
    Visibility,
)
from resonanz.connectors.mastodon import connector
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from tests.real.servers import SnacTown

pytestmark = pytest.mark.real
PATIENCE_S = 25.0
RECENTLY = timedelta(hours=1)


@pytest.fixture
def http() -> Iterator[Http]:
    one = Http()
    yield one
    one.close()


@pytest.fixture
def house(snac: SnacTown, http: Http) -> Access:
    settings = {"base_url": snac.base_url, "handle": snac.house}
    return Access("haus", settings, {"token": Secret(snac.tokens["haus"])}, http, datetime.now(UTC))


@pytest.fixture(scope="module")
def ada(snac: SnacTown) -> Iterator[Callable[..., Any]]:
    """What Ada does in her own client."""
    headers = {"authorization": f"Bearer {snac.tokens['ada']}", "connection": "close"}

    http = Http()

    def act(method: str, path: str, **form: str) -> Any:
        parts = {"form": form} if method != "GET" else {}
        answer = http.call(method, f"{snac.base_url}/api/v1{path}", headers=headers, **parts)
        return answer.json() if method != "DELETE" else None

    yield act
    http.close()


@pytest.fixture(scope="module")
def asked(ada) -> dict[str, tuple[str, str]]:
    """Ada's mentions, one for each test, written at once because snac takes nine seconds to deliver: id and word."""
    found = {}
    for name in ("answer", "thread", "direct", "edit", "delete", "find", "past"):
        word = uuid4().hex
        form = {"visibility": "direct"} if name == "direct" else {}
        found[name] = (ada("POST", "/statuses", status=f"@haus Wann fährt der Bus? {word}", **form)["id"], word)
    return found


def repeated(ask: Callable[[], Page]) -> Page:
    """As the house does it: snac resets a line now and then, and a reading call is simply repeated."""
    for _ in range(5):
        try:
            return ask()
        except Unreachable:
            time.sleep(0.2)
    return ask()


def pulled(access: Access, cursor: str) -> Page:
    return repeated(lambda: connector.pull(access, cursor))


def awaited(access: Access, word: str, cursor: str = "") -> Incoming:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        for arrival in pulled(access, cursor).arrivals:
            found = connector.parse(access, arrival)
            if word in found.text:
                return found
        time.sleep(0.2)
    raise AssertionError(f"no mention with {word!r} came")


def answer(to: Incoming, text: str) -> Outgoing:
    return Outgoing(
        uuid4().hex, text, to.visibility, in_reply_to=to.native_id, thread=to.thread.native_id, to=to.author
    )


def test_a_mention_comes_in_and_the_answer_stands_under_it_with_its_visibility(house, asked):
    _, word = asked["answer"]
    question = awaited(house, word)

    receipt = connector.send(house, answer(question, f"Um 9 Uhr. {word}"))
    reply = connector.parse(house, connector.look(house, receipt.native_id))

    assert (question.visibility, reply.visibility) == (Visibility.PUBLIC, Visibility.PUBLIC)
    assert (reply.parent_id, question.author.handle.partition("@")[0]) == (question.native_id, "ada")
    assert f"Um 9 Uhr. {word}" in reply.text
    assert [connector.parse(house, one).native_id for one in connector.thread(house, question.native_id)] == [
        question.native_id,
        receipt.native_id,
    ]


def test_her_answer_to_our_answer_is_the_same_conversation(house, ada, asked):
    (_, first), second = asked["thread"], uuid4().hex
    question = awaited(house, first)
    receipt = connector.send(house, answer(question, "Um 9 Uhr."))
    ada("POST", "/statuses", status=f"@haus Danke {second}", in_reply_to_id=receipt.native_id)

    thanks = awaited(house, second)

    assert (thanks.conversation, thanks.parent_id) == (question.conversation, receipt.native_id)


def test_a_direct_message_comes_in_private_and_is_answered_private(house, ada, asked):
    _, word = asked["direct"]
    question = awaited(house, word)

    receipt = connector.send(house, answer(question, f"Danke, wir sehen nach. {word}"))

    raw = ada("GET", f"/statuses/{receipt.native_id}")
    assert (question.visibility, raw["visibility"]) == (Visibility.PRIVATE, "private")


def test_an_edit_is_seen_by_looking_and_is_newer(house, ada, asked):
    posted, word = asked["edit"]
    before = awaited(house, word)
    time.sleep(1.1)
    ada("PUT", f"/statuses/{posted}", status=f"@haus anders {word}")

    after = connector.parse(house, connector.look(house, before.native_id))

    assert f"anders {word}" in after.text
    assert (after.native_id, after.version > before.version) == (before.native_id, True)


def test_a_deletion_is_seen_by_looking(snac, http, house, ada, asked):
    posted, word = asked["delete"]
    found = awaited(house, word)
    delete_by_hand(snac, http, "ada", ada("GET", f"/statuses/{posted}")["uri"])

    with pytest.raises(TargetGone):
        look_until_gone(house, found.native_id)


def delete_by_hand(snac: SnacTown, http: Http, name: str, uri: str) -> None:
    """snac deletes by its web page only, with the person's password."""
    basic = b64encode(f"{name}:{snac.passwords[name]}".encode()).decode()
    headers = {"authorization": f"Basic {basic}", "connection": "close"}
    http.call("POST", f"{snac.base_url}/{name}/admin/action", headers=headers, form={"id": uri, "action": "Delete"})


def look_until_gone(access: Access, native_id: str) -> None:
    """The deletion reaches the other person's side a few seconds later."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        connector.look(access, native_id)
        time.sleep(0.5)


def test_what_was_sent_is_found_and_what_was_not_is_not(house, asked):
    _, word = asked["find"]
    question = awaited(house, word)
    sent, never = (
        answer(question, f"Hier *klar* steht https://example.org/x?y=1 {word}"),
        answer(question, "nie gesendet"),
    )

    receipt = connector.send(house, sent)
    since = datetime.now(UTC) - RECENTLY

    assert connector.find(house, sent, since).native_id == receipt.native_id
    assert connector.find(house, never, since) is None


def test_pulling_again_from_the_cursor_gives_nothing_twice(house, asked):
    staying = {name: word for name, (_, word) in asked.items() if name != "delete"}
    for word in staying.values():
        awaited(house, word)

    page = pulled(house, '{"min_id": "0"}')
    after = pulled(house, page.cursor)

    assert len({one.external_id for one in page.arrivals}) == len(page.arrivals) >= len(staying)
    assert after.arrivals == []


def test_the_past_ends_and_brings_mentions_with_the_answers_given_there(house, asked):
    question = awaited(house, asked["past"][1])
    receipt = connector.send(house, answer(question, "Um 9 Uhr."))

    pages, more, cursor = [], True, ""
    while more and len(pages) < 20:
        pages.append(repeated(lambda at=cursor: connector.backfill(house, datetime.now(UTC) - RECENTLY, at)))
        more, cursor = pages[-1].more, pages[-1].cursor

    known = {one.native_id: one for one in (connector.parse(house, raw) for page in pages for raw in page.arrivals)}
    assert more is False
    assert known[receipt.native_id].author.is_self
    assert known[receipt.native_id].parent_id == question.native_id
    assert known[receipt.native_id].conversation == known[question.native_id].conversation


def test_limits_and_health_come_from_the_server(house):
    health = connector.health(house)

    assert (health.ok, health.account_name.partition("@")[0]) == (True, "haus")
    assert (health.limits.text_max, health.limits.counting) == (100_000, "characters")


def test_a_revoked_token_is_said(snac, http):
    wrong = Access("haus", {"base_url": snac.base_url}, {"token": Secret("wrong-token-1")}, http, datetime.now(UTC))

    with pytest.raises(AuthExpired):
        connector.pull(wrong, "")
    assert connector.health(wrong).ok is False
