"""How arrivals come in: pushed through the hook, or fetched; each kept once, with its cursor."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import orjson
import pytest
from django.db import connections
from django.test import Client

from resonanz.accounts.access import vault
from resonanz.api import hooks
from resonanz.intake import collect, envelopes
from resonanz.intake.envelopes import open_envelopes
from resonanz.intake.settle import settle_due
from resonanz.kit import clock
from resonanz.kit.secrets import signed
from resonanz.model.models import Account, AccountState, Arrival, ArrivalState, Cursor, Envelope, Message
from resonanz.sandbox import World, seeds, serving
from tests.crash import own_file
from tests.intake.square import Said

SECRET = "a hook secret"


@pytest.fixture
def hook(town):
    Account.objects.update(locked_secrets=vault().lock({"token": "t", "hook_secret": SECRET}))
    return f"/hooks/{town.page.hook_key}/"


def body_of(*said):
    return orjson.dumps({"events": [orjson.loads(one.body()) for one in said]})


def push(hook, body, signature=None):
    said = "sha256=" + signed(SECRET, body) if signature is None else signature
    return Client().post(hook, body, content_type="application/json", headers={"X-Square-Signature": said}).status_code


def test_a_signed_call_is_kept_raw_opened_and_settled_later(hook):
    body = body_of(Said(id=1), Said(id=2, version=2))

    status = push(hook, body)
    kept = Envelope.objects.get()
    opened = open_envelopes()
    settle_due()

    assert (status, bytes(kept.body), opened) == (200, body, 1)
    assert (Message.objects.count(), Envelope.objects.count()) == (2, 0)
    assert set(Arrival.objects.values_list("received_at", flat=True)) == {kept.received_at}


def test_a_repeated_call_is_kept_once_and_brings_nothing_new_later(hook):
    body = body_of(Said(id=1))

    kept = [push(hook, body), push(hook, body), Envelope.objects.count()]
    open_envelopes()
    push(hook, body)
    open_envelopes()

    assert kept == [200, 200, 1]
    assert (Arrival.objects.count(), Envelope.objects.count()) == (1, 0)


@pytest.fixture
def door(town, tmp_path):
    """The bare door before a real file, where SQLite is at work."""
    with own_file(tmp_path / "house.sqlite3"):
        account = Account.objects.get()
        account.locked_secrets = vault().lock({"token": "t", "hook_secret": SECRET})
        account.save()
        hooks._lines.clear()
        yield f"/hooks/{account.hook_key}/"
        hooks._lines.clear()
        envelopes.ONE_LINE.close()


def call_door(path, body):
    said = []
    environ = {
        "REQUEST_METHOD": "POST", "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)), "wsgi.input": BytesIO(body),
        "HTTP_X_SQUARE_SIGNATURE": "sha256=" + signed(SECRET, body),
    }  # fmt: skip
    hooks.door(environ, lambda status, _headers: said.append(status))
    return said[0]


@pytest.mark.django_db(transaction=True)
def test_many_threads_at_the_bare_door_keep_every_body_once(door):
    bodies = [body_of(Said(id=number)) for number in range(1, 41)]

    def call(body):
        try:
            return call_door(door, body)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        said = list(threads.map(call, [*bodies, *bodies]))
    kept = Envelope.objects.count()
    open_envelopes()

    assert set(said) == {"200 OK"}
    assert (kept, Arrival.objects.count()) == (40, 40)


@pytest.mark.django_db(transaction=True)
def test_a_body_of_unknown_length_is_asked_for_again_with_its_length(door):
    said = []

    hooks.door(
        {"REQUEST_METHOD": "POST", "PATH_INFO": door, "wsgi.input": BytesIO(b"{}")},
        lambda status, _headers: said.append(status),
    )

    assert said == ["411 Length Required"]


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_kept_is_not_answered_with_yes_and_the_next_is_kept_again(door):
    account = Account.objects.get()
    call_door(door, body_of(Said(id=1)))
    Account.objects.all().delete()  # the door remembers it for some seconds

    refused = call_door(door, body_of(Said(id=2)))
    account.save()
    again = call_door(door, body_of(Said(id=2)))

    assert (refused, again) == ("503 Service Unavailable", "200 OK")
    assert Envelope.objects.count() == 1


def test_a_crash_between_opening_and_forgetting_changes_nothing(hook, monkeypatch):
    push(hook, body_of(Said(id=1), Said(id=2, version=2)))

    def die(*_args, **_told):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(envelopes, "record", die)
        with pytest.raises(KeyboardInterrupt):
            open_envelopes()
    after_crash = (Arrival.objects.count(), Envelope.objects.count())
    open_envelopes()

    assert after_crash == (0, 1)
    assert (Arrival.objects.count(), Envelope.objects.count()) == (2, 0)


def test_more_bytes_than_fit_well_are_opened_in_several_goes(hook, monkeypatch):
    monkeypatch.setattr(envelopes, "MOST_BYTES", 1)
    for number in range(1, 4):
        push(hook, body_of(Said(id=number)))

    assert [open_envelopes() for _ in range(4)] == [1, 1, 1, 0]


@pytest.mark.parametrize("signature", ["", "sha256=", "sha256=" + "0" * 64, "nonsense", "sha256=ä"])
def test_a_wrong_signature_is_refused_and_nothing_is_kept(hook, signature):
    status = push(hook, body_of(Said(id=1)), signature)

    assert (status, Envelope.objects.count()) == (403, 0)


def test_a_changed_body_does_not_fit_its_signature(hook):
    body = body_of(Said(id=1))

    assert push(hook, body + b" ", "sha256=" + signed(SECRET, body)) == 403


def test_a_body_over_the_limit_is_refused(hook, settings):
    body = b" " * (settings.CONFIG.hook_most_bytes + 1)

    assert (push(hook, body), Envelope.objects.count()) == (413, 0)


def test_an_unknown_address_is_not_there(town):
    assert push("/hooks/nobody/", b"{}") == 404


def test_signed_garbage_is_kept_and_shown(hook):
    status = push(hook, b"\x00 not json")
    open_envelopes()
    settle_due()
    kept = Arrival.objects.get()

    assert (status, kept.state, bytes(kept.body)) == (200, ArrivalState.UNREADABLE, b"\x00 not json")


def test_the_platforms_challenge_is_answered(hook):
    good = Client().get(hook, {"mode": "subscribe", "challenge": "abc-1"})
    bad = Client().get(hook, {"mode": "subscribe", "challenge": "<b>"})

    assert (good.status_code, good.content, bad.status_code) == (200, b"abc-1", 400)


def test_no_header_with_a_secret_is_kept(hook):
    body = body_of(Said(id=1))
    said = {"X-Square-Signature": "sha256=" + signed(SECRET, body), "Authorization": "Bearer very-secret-word"}

    Client().post(hook, body, content_type="application/json", headers=said)

    assert "very-secret-word" not in str(Envelope.objects.get().headers)


@pytest.fixture
def world():
    one = World(":memory:")
    post = one.write(one.us("square"), "Störung im Netz Süd", kind="post")
    ada = one.join("square", "Ada Lohmann")
    for number in range(3):
        one.write(ada, f"Frage {number}?", kind="comment", parent=post, answers=post)
    yield one
    one.close()


@pytest.fixture
def cursor(town, world):
    with serving(world) as address:
        Account.objects.update(
            settings={"base_url": address}, locked_secrets=vault().lock({"token": seeds.SQUARE_TOKEN})
        )
        yield Cursor.objects.create(account=Account.objects.get(), due_at=clock.now())


def test_arrivals_and_cursor_are_kept_in_one_transaction(cursor, monkeypatch):
    def die(*_args, **_told):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(collect, "record", die)
        with pytest.raises(KeyboardInterrupt):
            collect.collect_due()
    after_crash = (Arrival.objects.count(), Cursor.objects.get().value)
    Cursor.objects.update(claimed_until=None)
    collect.collect_due()

    assert after_crash == (0, "")
    assert (Arrival.objects.count(), Cursor.objects.get().value) == (4, "4")


def test_a_poll_that_repeats_itself_keeps_nothing_twice(cursor):
    collect.collect_due()
    Cursor.objects.update(value="", due_at=clock.now(), claimed_until=None)
    collect.collect_due()

    assert Arrival.objects.count() == 4


def test_duplicates_and_disorder_of_a_bad_day_change_nothing(cursor, world):
    world.faults.plan("square", "duplicates")
    world.faults.plan("square", "shuffle")

    collect.collect_due()
    settle_due()

    assert (Arrival.objects.count(), Message.objects.count()) == (4, 3)


def test_a_revoked_token_breaks_the_account_and_says_so(cursor, world):
    world.revoke("square")

    collect.collect_due()

    account = Account.objects.get()
    assert (account.state, bool(account.health_said)) == (AccountState.BROKEN, True)
    assert "square-auenwerke-demo" not in account.health_said


@pytest.mark.parametrize("fault", ["rate_limit", "fail"])
def test_a_platform_that_is_busy_is_asked_again_later(cursor, world, fault):
    world.faults.plan("square", fault, times=1)

    collect.collect_due()
    first = (Arrival.objects.count(), Cursor.objects.get().tries, Cursor.objects.get().due_at > clock.now())
    Cursor.objects.update(due_at=clock.now())
    collect.collect_due()

    assert first == (0, 1, True)
    assert (Arrival.objects.count(), Cursor.objects.get().tries) == (4, 0)
