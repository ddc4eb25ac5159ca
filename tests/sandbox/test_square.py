"""The square's API: feed, answers with keys, hooks."""

import json
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from resonanz.kit.secrets import signed
from resonanz.sandbox import customers, hooks, seeds


@pytest.fixture
def door():
    """An address that takes hooks: shakes hands, keeps what came, and answers with the statuses it was told."""

    class Door(BaseHTTPRequestHandler):
        came, says = [], []

        def do_GET(self):
            challenge = parse_qs(urlsplit(self.path).query)["challenge"][0]
            self._answer(200, challenge.encode())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.came.append((body, self.headers["X-Square-Signature"]))
            self._answer(self.says.pop(0) if self.says else 204, b"")

        def _answer(self, status, body):
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            return

    server = HTTPServer(("127.0.0.1", 0), Door)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    Door.url = f"http://127.0.0.1:{server.server_port}/hooks"
    yield Door
    server.shutdown()
    server.server_close()
    thread.join(2)


def test_the_feed_tells_everything_in_order(call, world, post, comment):
    world.edit(comment, "Wann ist der Strom wieder da??")
    world.hide(comment, hidden=True)
    world.delete(comment)

    status, feed = call("GET", "/square/v1/changes")

    assert status == 200
    assert [(one["verb"], one["entry"]["text"]) for one in feed["events"]] == [
        ("add", "Störung im Netz Süd"),
        ("add", "Wann ist der Strom wieder da?"),
        ("edit", "Wann ist der Strom wieder da??"),
        ("hide", "Wann ist der Strom wieder da??"),
        ("delete", ""),
    ]
    assert (feed["cursor"], feed["more"]) == ("5", False)


def test_the_feed_goes_on_from_its_cursor(call, post, comment):
    _, first = call("GET", "/square/v1/changes?limit=1")
    _, second = call("GET", f"/square/v1/changes?limit=1&after={first['cursor']}")

    assert (first["more"], second["more"]) == (True, False)
    assert second["events"][0]["entry"]["kind"] == "comment"


def test_the_same_key_gives_the_same_comment(call, comment):
    asked = {"text": "Um 18 Uhr.", "key": "k1"}

    first = call("POST", f"/square/v1/entries/sq-{comment.id}/answers", asked)
    second = call("POST", f"/square/v1/entries/sq-{comment.id}/answers", asked)

    assert (first[0], second[0]) == (201, 200)
    assert first[1] == second[1]
    assert len(call("GET", f"/square/v1/entries/sq-{comment.id}/answers")[1]["entries"]) == 1


def test_nesting_is_one_level(call, world, comment):
    _, first = call("POST", f"/square/v1/entries/sq-{comment.id}/answers", {"text": "Um 18 Uhr.", "key": "k1"})
    back = customers.say(world, "comment", "Ada Lovelace", "Danke!", answers=first["id"])

    _, second = call("POST", f"/square/v1/entries/{back}/answers", {"text": "Gern.", "key": "k2"})

    assert first["parent"] == f"sq-{comment.id}"
    assert second["parent"] == f"sq-{comment.id}"
    assert second["answers"]["id"] == back


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"text": " ", "key": "k"}, "empty"),
        ({"text": "x" * 2001, "key": "k"}, "too_long"),
        ({"text": "Gut"}, "no_key"),
    ],
)
def test_a_bad_answer_is_refused(call, comment, body, code):
    status, said = call("POST", f"/square/v1/entries/sq-{comment.id}/answers", body)

    assert (status, said["error"]) == (422, code)


def test_a_deleted_comment_is_gone(call, world, comment):
    world.delete(comment)

    assert call("GET", f"/square/v1/entries/sq-{comment.id}")[0] == 410
    assert call("POST", f"/square/v1/entries/sq-{comment.id}/answers", {"text": "Oh", "key": "k"})[0] == 410


def test_a_direct_message_goes_both_ways(call, world):
    came = customers.say(world, "direct", "Ada Lovelace", "Meine Kundennummer ist 4711")
    author = call("GET", f"/square/v1/entries/{came}")[1]["author"]["id"]

    status, sent = call("POST", "/square/v1/directs", {"to": author, "answers": came, "text": "Danke!", "key": "k"})

    assert (status, sent["kind"], sent["to"]["id"]) == (201, "direct", author)
    assert [one["text"] for one in call("GET", f"/square/v1/entries/{came}/thread")[1]["entries"]] == [
        "Meine Kundennummer ist 4711",
        "Danke!",
    ]


def test_a_thread_is_the_post_and_everything_beneath(call, post, comment):
    _, thread = call("GET", f"/square/v1/entries/sq-{comment.id}/thread")

    assert [one["kind"] for one in thread["entries"]] == ["post", "comment"]


def test_hiding_and_liking(call, comment):
    path = f"/square/v1/entries/sq-{comment.id}"

    assert call("PUT", path + "/hidden")[1]["hidden"] is True
    assert call("DELETE", path + "/hidden")[1]["hidden"] is False
    assert call("PUT", path + "/like")[1]["likes"] == 1
    assert call("PUT", path + "/like")[1]["likes"] == 1
    assert call("DELETE", path + "/like")[1]["likes"] == 0
    assert call("DELETE", path)[0] == 204


def test_an_unknown_token_is_refused(call):
    assert call("GET", "/square/v1/me", token="nobody")[0] == 401


@pytest.mark.parametrize("path", ["entries/sq-999", "entries/x", "entries/sq-999999999999999999999", "nothing"])
def test_what_is_not_there_is_not_found(call, path):
    assert call("GET", "/square/v1/" + path)[0] == 404


def test_a_hook_is_signed_and_told_only_once(call, world, post, door):
    call("POST", "/square/v1/hooks", {"url": door.url, "secret": "s3cret"})
    customers.say(world, "comment", "Ada Lovelace", "Hallo?")

    taken = [hooks.push(world), hooks.push(world)]

    body, signature = door.came[0]
    assert taken == [1, 0]
    assert signature == "sha256=" + signed("s3cret", body)
    assert [one["entry"]["text"] for one in json.loads(body)["events"]] == ["Hallo?"]


def test_a_hook_that_fails_is_tried_again_after_a_pause(call, world, post, door):
    call("POST", "/square/v1/hooks", {"url": door.url, "secret": "s3cret"})
    customers.say(world, "comment", "Ada Lovelace", "Hallo?")
    door.says[:] = [500, 503]

    first = [hooks.push(world), hooks.push(world)]
    world.clock.advance(timedelta(seconds=1))
    second = [hooks.push(world), hooks.push(world)]
    world.clock.advance(timedelta(seconds=2))
    third = hooks.push(world)

    assert (first, second, third) == ([0, 0], [0, 0], 1)
    assert len(door.came) == 3
    assert len({body for body, _ in door.came}) == 1


def test_a_hook_carries_at_most_a_thousand_events(call, world, post, door):
    call("POST", "/square/v1/hooks", {"url": door.url, "secret": "s3cret"})
    with world.store.atomic():
        for number in range(1001):
            customers.say(world, "comment", "Ada Lovelace", f"Frage {number}")

    hooks.push(world)
    hooks.push(world)

    assert [len(json.loads(body)["events"]) for body, _ in door.came] == [1000, 1]


def test_garbage_and_a_wrong_signature_come_before_the_real_batch(call, world, post, door):
    call("POST", "/square/v1/hooks", {"url": door.url, "secret": "s3cret"})
    customers.say(world, "comment", "Ada Lovelace", "Hallo?")
    world.faults.plan("square", "garbage")
    world.faults.plan("square", "bad_signature")

    pushes = [hooks.push(world) for _ in range(3)]

    assert pushes == [0, 0, 1]
    assert door.came[0][0] == hooks.GARBAGE
    assert door.came[1][1] != "sha256=" + signed("s3cret", door.came[1][0])
    assert door.came[2][1] == "sha256=" + signed("s3cret", door.came[2][0])


def test_an_address_that_does_not_shake_hands_gets_no_hook(call, base):
    status, said = call("POST", "/square/v1/hooks", {"url": base + "/nowhere", "secret": "s"})

    assert (status, said["error"]) == (422, "no_handshake")


def test_a_second_start_keeps_everything(tmp_path):
    from resonanz.sandbox import World

    path = str(tmp_path / "town.sqlite")
    first = World(path)
    customers.say(first, "direct", "Ada", "Hallo")
    first.close()

    second = World(path)

    assert [one.text for one in second.entries("kind = 'direct'")] == ["Hallo"]
    assert second.us("square").token == seeds.SQUARE_TOKEN
    second.close()
