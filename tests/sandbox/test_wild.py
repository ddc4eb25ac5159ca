"""Wild input: nothing that comes over a line makes the sandbox fall over."""

import io
import json
import socket

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.sandbox import World, make_app, seeds
from resonanz.sandbox.imap_grammar import BadCommand, members, read_command
from resonanz.sandbox.mailroom import mailroom
from resonanz.sandbox.mastodon_shapes import length
from resonanz.sandbox.wire import Vanish

LOOSE = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
PATHS = st.sampled_from(
    [
        *("/", "/write", "/private", "/oauth/token", "/{x}"),
        *("/api/v1/statuses", "/api/v1/statuses/{x}", "/api/v1/statuses/{x}/context"),
        *("/api/v1/accounts/{x}", "/api/v1/notifications"),
        *(
            "/square/v1/changes",
            "/square/v1/entries/{x}/answers",
            "/square/v1/directs",
            "/square/v1/people/{x}/directs",
        ),
        *("/control/faults", "/control/clock", "/control/write"),
    ]
)
FIELDS = st.sampled_from(
    ["text", "key", "to", "answers", "status", "in_reply_to_id", "limit", "min_id", "times", "seconds", "at", "as"]
)
BODIES = st.binary(max_size=80) | st.dictionaries(
    FIELDS, st.text(max_size=12) | st.integers() | st.none() | st.lists(st.integers(), max_size=2)
).map(lambda found: json.dumps(found).encode())
FORM, PARTS = "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"
KINDS = st.sampled_from(["application/json", FORM, PARTS, ""])
TOKENS = st.sampled_from([seeds.MASTODON_TOKEN, seeds.SQUARE_TOKEN, ""])


def asked(app, method, path, sent):
    said, (body, kind, token) = [], sent
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": path,
        "QUERY_STRING": "limit=99999999999999999999&after=x&as=9",
        "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80",
        "REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1", "CONTENT_TYPE": kind,
        "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "HTTP_AUTHORIZATION": f"Bearer {token}",
    }  # fmt: skip
    b"".join(app(environ, lambda status, _headers: said.append(int(status[:3]))))
    return said[0]


@LOOSE
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE"]),
    path=PATHS,
    part=st.text(max_size=12),
    sent=st.tuples(BODIES, KINDS, TOKENS),
)
def test_no_request_makes_the_sandbox_fail(method, path, part, sent):
    world = World()
    path = path.replace("{x}", part).encode("utf-8", "replace").decode("latin-1")

    try:
        status = asked(make_app(world), method, path, sent)
    except Vanish:
        status = 0
    world.close()

    assert status in {0, 200, 201, 204, 303, 400, 401, 403, 404, 405, 410, 413, 422}


@given(st.binary(max_size=120))
def test_any_bytes_are_a_command_or_refused(said):
    line = io.BytesIO(said)

    try:
        command = read_command(line.readline, line.read, lambda: None)
    except (BadCommand, EOFError):
        return
    assert command.tag
    assert command.name


@given(st.lists(st.integers(1, 50), unique=True).map(sorted), st.integers(1, 60), st.integers(1, 60))
def test_a_set_names_only_what_is_there(known, low, high):
    found = members(f"{low}:{high}", known)

    assert found == [one for one in known if min(low, high) <= one <= max(low, high)]


@given(st.text(max_size=60))
def test_a_text_never_counts_more_than_its_characters_and_addresses(text):
    assert length(text) <= len(text) + 23 * text.count("http")


def test_a_hostile_line_does_not_end_the_mail_room(world):
    with mailroom(world) as ports:
        for said in (b"\x00\xff\r\n", b"a LOGIN {99999999999}\r\n", b"a " + b"x" * 70_000, b"a SELECT ((((\r\n"):
            with socket.create_connection(("127.0.0.1", ports.imap), 5) as line:
                line.sendall(said)
        with socket.create_connection(("127.0.0.1", ports.imap), 5) as line:
            greeting = line.recv(4)

    assert greeting == b"* OK"
