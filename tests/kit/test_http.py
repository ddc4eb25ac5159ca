"""The one door to the outside: limits, guarded addresses, named failures, no secret in any of them."""

import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from resonanz.kit.http import AddressRefused, Downgraded, Http, OutcomeUnknown, TooLarge, Unreached, onward

SECRET = "a-very-secret-token"
PUBLIC = "93.184.215.14"


class Room(BaseHTTPRequestHandler):
    """Says what its path asks for, and keeps who called."""

    def do_GET(self):
        self.server.seen.append((self.path, self.headers.get("Authorization")))
        self.server.headers.append({name.lower(): value for name, value in self.headers.items()})
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
            self.end_headers()
        elif self.path == "/slow":
            time.sleep(2)
        elif self.path == "/cut":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf")
        else:
            body = b"x" * int(self.path.removeprefix("/").split("?")[0] or 2)
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def do_POST(self):
        self.do_GET()

    def log_message(self, *_):
        pass


@pytest.fixture
def open_room():
    rooms = []

    def one():
        server = ThreadingHTTPServer(("127.0.0.1", 0), Room)
        server.seen, server.headers, server.daemon_threads = [], [], True
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        rooms.append(server)
        return server

    yield one
    for server in rooms:
        server.shutdown()
        server.server_close()


@pytest.fixture
def room(open_room):
    return open_room()


@pytest.fixture
def http():
    made = []

    def one(**parts):
        made.append(Http(**parts))
        return made[-1]

    yield one
    for caller in made:
        caller.close()


def base(room):
    return f"http://127.0.0.1:{room.server_port}"


def test_an_answer_is_read_whole(room, http):
    answer = http().call("GET", base(room) + "/5")

    assert (answer.status, answer.body, answer.ok) == (200, b"xxxxx", True)


def test_an_answer_over_the_limit_is_not_read(room, http):
    with pytest.raises(TooLarge):
        http(most_bytes=1000).call("GET", base(room) + "/1001")


def test_who_does_not_answer_in_time_leaves_the_outcome_unknown(room, http):
    with pytest.raises(OutcomeUnknown):
        http(timeout_s=0.2).call("POST", base(room) + "/slow", json={})


def test_who_hangs_up_leaves_the_outcome_unknown(room, http):
    with pytest.raises(OutcomeUnknown):
        http().call("GET", base(room) + "/cut")


def test_nobody_there_is_safe_to_repeat(room, http):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(Unreached):
        http().call("GET", f"http://127.0.0.1:{port}/")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::1]", "0.0.0.0", "[fe80::1]"]
)
def test_private_addresses_are_refused_to_outside_text(http, host):
    with pytest.raises(AddressRefused):
        http().call("GET", f"http://{host}/", trusted=False)


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org", "http://", "http://a:b@example.org", "x"])
def test_what_is_no_web_address_is_refused(http, url):
    with pytest.raises(AddressRefused):
        http().call("GET", url)


def test_an_operator_may_allow_a_private_host(room, http):
    allowed = frozenset({f"127.0.0.1:{room.server_port}"})

    assert http(private_hosts=allowed).call("GET", base(room) + "/1", trusted=False).status == 200


def test_a_redirect_to_a_private_address_is_refused(open_room, http):
    door, inner = open_room(), open_room()
    allowed = frozenset({f"127.0.0.1:{door.server_port}"})

    with pytest.raises(AddressRefused):
        http(private_hosts=allowed).call("GET", f"{base(door)}/to/{base(inner)}/1", trusted=False)

    assert inner.seen == []


def test_a_name_that_means_another_address_a_moment_later_reaches_nobody(room, http, monkeypatch):
    real, asked = socket.getaddrinfo, []

    def changing(host, *args, **parts):
        if host != "rebinding.example":
            return real(host, *args, **parts)
        asked.append(host)
        address = PUBLIC if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, room.server_port))]

    monkeypatch.setattr(socket, "getaddrinfo", changing)

    with pytest.raises(AddressRefused):
        http().call("GET", f"http://rebinding.example:{room.server_port}/1", trusted=False)

    assert (room.seen, len(asked)) == ([], 2)


def test_endless_redirects_end(room, http):
    with pytest.raises(AddressRefused):
        http().call("GET", f"{base(room)}/to//to//to//to//to//to/")


def test_a_redirect_elsewhere_does_not_take_the_token_along(open_room, http):
    door, other = open_room(), open_room()
    sent = {"Authorization": f"Bearer {SECRET}", "X-Api-Key": SECRET, "Cookie": SECRET, "Idempotency-Key": "17"}

    caller = http(private_hosts=frozenset({f"127.0.0.1:{other.server_port}"}))
    caller.call("GET", f"{base(door)}/to/{base(other)}/1", headers=sent, json={"token": SECRET})

    assert {name.lower() for name in sent} <= set(door.headers[0])
    assert set(other.headers[0]) == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert SECRET not in str(other.headers)


def test_a_redirect_within_the_same_place_keeps_the_token(room, http):
    http().call("GET", f"{base(room)}/to//1", headers={"X-Api-Key": SECRET})

    assert [headers.get("x-api-key") for headers in room.headers] == [SECRET, SECRET]


def test_a_trusted_server_cannot_send_us_to_another_private_address(open_room, http):
    door, inner = open_room(), open_room()

    with pytest.raises(AddressRefused):
        http().call("GET", f"{base(door)}/to/{base(inner)}/1")

    assert inner.seen == []


def test_whoever_was_sent_elsewhere_is_not_trusted_on_the_way_back(open_room, http):
    door, other = open_room(), open_room()
    caller = http(private_hosts=frozenset({f"127.0.0.1:{other.server_port}"}))

    with pytest.raises(AddressRefused):
        caller.call("GET", f"{base(door)}/to/{base(other)}/to/{base(door)}/1", headers={"X-Api-Key": SECRET})

    assert len(door.seen) == 1


@pytest.mark.parametrize(
    "target", ["http://example.org/", "http://EXAMPLE.org:443/", "http://other.example/", "HTTP://x.example"]
)
def test_a_way_from_https_to_http_is_refused(target):
    with pytest.raises(Downgraded):
        onward("https://example.org/a", target, trusted=True)


@pytest.mark.parametrize(
    ("came_from", "target", "there"),
    [
        ("https://example.org/a", "/b", ("https://example.org/b", True)),
        ("https://example.org/a", "https://EXAMPLE.org:443/b", ("https://EXAMPLE.org:443/b", True)),
        ("https://example.org/a", "//other.example/b", ("https://other.example/b", False)),
        ("https://example.org/a", "https://example.org:8443/b", ("https://example.org:8443/b", False)),
        ("http://example.org/a", "https://example.org/a", ("https://example.org/a", False)),
    ],
)
def test_trust_ends_where_another_place_begins(came_from, target, there):
    assert onward(came_from, target, trusted=True) == there
    assert onward(came_from, target, trusted=False) == (there[0], False)


def test_a_post_follows_no_redirect(open_room, http):
    door, other = open_room(), open_room()

    answer = http().call("POST", f"{base(door)}/to/{base(other)}/1", form={"a": "b"})

    assert (answer.status, other.seen) == (302, [])


def test_no_error_tells_a_secret(http):
    with pytest.raises(AddressRefused) as refused:
        http(secrets=(SECRET,)).call("GET", f"http://u:{SECRET}@example.org/")

    assert SECRET not in str(refused.value)
    assert SECRET not in repr(http(secrets=(SECRET,)))


@pytest.mark.parametrize(
    "target", ["http://[", "https://example.org:99999/", "https://example.org:x/", "file:///etc/passwd"]
)
def test_a_redirect_to_what_is_no_web_address_is_refused(room, http, target):
    with pytest.raises(AddressRefused):
        http().call("GET", f"{base(room)}/to/{target}")
