"""The square's connector against the sandbox: the whole loop, faults and all."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from resonanz.connectors.contract import (
    Ability,
    Access,
    AuthExpired,
    Author,
    BadSignature,
    Mark,
    NotOurs,
    Op,
    OutcomeUnclear,
    Outgoing,
    RateLimited,
    TargetGone,
    Unsupported,
    Visibility,
)
from resonanz.connectors.square import connector
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret, signed
from resonanz.sandbox import World, customers, seeds, serving, town

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def world() -> Iterator[World]:
    one = World()
    one.clock.hold(NOON)
    one.write(one.us("square"), "Störung im Netz Süd", kind="post")
    yield one
    one.close()


@pytest.fixture
def access(world) -> Iterator[Access]:
    http = Http(timeout_s=5)
    with serving(world) as base:
        secrets = {"token": Secret(seeds.SQUARE_TOKEN), "hook_secret": Secret("s3cret")}
        yield Access("auenwerke", {"base_url": base}, secrets, http, NOON)
    http.close()


def reply(target: str, text: str = "Um 18 Uhr.", key: str = "k1", **more) -> Outgoing:
    return Outgoing(key, text, Visibility.PUBLIC, in_reply_to=target, thread="sq-1", **more)


def messages(access: Access):
    found = []
    for arrival in connector.pull(access, "").arrivals:
        try:
            found.append(connector.parse(access, arrival))
        except Unsupported:
            continue
    return found


def test_a_comment_is_pulled_answered_and_seen_as_our_own(world, access):
    asked = customers.say(world, "comment", "Ada Lovelace", "Wann ist der Strom wieder da?")

    receipt = connector.send(access, reply(asked))
    question, answer = messages(access)

    assert (question.text, question.marks) == ("Wann ist der Strom wieder da?", frozenset())
    assert (answer.native_id, answer.marks) == (receipt.native_id, {Mark.OWN})
    assert answer.conversation == question.conversation
    assert (question.parent_id, answer.parent_id) == ("", asked)


def test_a_pull_goes_on_where_it_stopped(world, access):
    first = connector.pull(access, "")
    customers.say(world, "comment", "Ada Lovelace", "Hallo?")

    second = connector.pull(access, first.cursor)

    assert [connector.parse(access, one).text for one in second.arrivals] == ["Hallo?"]
    assert (second.more, connector.pull(access, second.cursor).arrivals) == (False, [])


def test_a_long_history_comes_in_batches(world, access):
    with world.store.atomic():
        for number in range(1005):
            customers.say(world, "comment", "Ada Lovelace", f"Frage {number}")

    first = connector.pull(access, "")
    second = connector.pull(access, first.cursor)

    assert (len(first.arrivals), first.more, len(second.arrivals), second.more) == (1000, True, 6, False)
    assert len(connector.thread(access, "sq-1")) == 1005


def test_backfill_leaves_out_what_is_older(world, access):
    world.clock.advance(timedelta(hours=1))
    customers.say(world, "comment", "Ada Lovelace", "Hallo?")

    page = connector.backfill(access, NOON + timedelta(minutes=30), "")

    assert [connector.parse(access, one).text for one in page.arrivals] == ["Hallo?"]


def test_feed_hook_and_look_give_one_id_to_one_state(world, access):
    asked = customers.say(world, "comment", "Ada Lovelace", "Hallo?")
    pulled = connector.pull(access, "").arrivals[-1]

    pushed = connector.receive({}, b'{"events": [' + pulled.body + b"]}")[0]

    assert connector.look(access, asked).external_id == pulled.external_id == pushed.external_id


def test_an_edit_is_newer_and_a_deletion_is_told(world, access):
    asked = customers.say(world, "comment", "Ada Lovelace", "Hallo?")
    world.edit(customers.entry_of(world, asked), "Hallo?!")
    world.delete(customers.entry_of(world, asked))

    found = messages(access)

    assert [(one.op, one.text) for one in found] == [(Op.UPSERT, "Hallo?"), (Op.UPSERT, "Hallo?!"), (Op.DELETE, "")]
    assert sorted(one.version for one in found) == [one.version for one in found]
    with pytest.raises(TargetGone):
        connector.look(access, asked)


def test_the_same_key_twice_gives_one_comment(world, access):
    asked = customers.say(world, "comment", "Ada Lovelace", "Hallo?")

    first = connector.send(access, reply(asked))
    second = connector.send(access, reply(asked))

    assert first == second
    assert Ability.KEYED_SEND in connector.manifest.abilities


@pytest.mark.parametrize("kind", ["fail_after_commit", "vanish_after_commit"])
def test_an_unclear_send_is_found(world, access, kind):
    asked = customers.say(world, "comment", "Ada Lovelace", "Hallo?")
    world.faults.plan("square", kind)

    with pytest.raises(OutcomeUnclear):
        connector.send(access, reply(asked))
    found = connector.find(access, reply(asked), NOON)

    assert found == connector.send(access, reply(asked))


def test_a_send_that_never_was_is_not_found(world, access):
    asked = customers.say(world, "comment", "Ada Lovelace", "Hallo?")

    assert connector.find(access, reply(asked), NOON) is None


def test_an_answer_to_a_comment_that_goes_away_is_refused(world, access):
    asked = customers.say(world, "comment", "Ada Lovelace", "Hallo?")
    world.faults.plan("square", "target_gone")

    with pytest.raises(TargetGone):
        connector.send(access, reply(asked))


def test_a_rate_limit_says_how_long(world, access):
    world.faults.plan("square", "rate_limit", seconds=12)

    with pytest.raises(RateLimited) as caught:
        connector.pull(access, "")

    assert caught.value.retry_after == 12


def test_a_revoked_token_is_known_and_told(world, access):
    world.revoke("square")

    with pytest.raises(AuthExpired):
        connector.pull(access, "")
    assert connector.health(access).said == "The square does not accept the access token. Enter a new one."


def test_a_direct_message_stays_private_both_ways(world, access):
    asked = customers.say(world, "direct", "Ada Lovelace", "Meine Nummer ist 4711")
    question = messages(access)[-1]
    sent = replace(reply(asked, "Danke!"), visibility=Visibility.PRIVATE, to=question.author)

    connector.send(access, sent)
    answer = messages(access)[-1]

    assert (question.visibility, answer.visibility) == (Visibility.PRIVATE, Visibility.PRIVATE)
    assert question.conversation == answer.conversation == f"direct:{question.author.native_id}"
    assert len(connector.thread(access, question.thread.native_id)) == 2


def test_what_a_direct_message_needs_is_checked():
    limits = connector.manifest.limits
    private = replace(reply("sq-2", "x" * 1001), visibility=Visibility.PRIVATE)

    found = {one.code for one in connector.check(private, limits)}

    assert found == {"bad_address", "too_long"}
    assert connector.check(replace(private, text="Gut", to=Author("p-3")), limits) == []
    assert [one.code for one in connector.check(Outgoing("k", "Gut", Visibility.PUBLIC), limits)] == ["not_possible"]


def test_acts_are_seen_on_the_square(world, access):
    asked = customers.say(world, "comment", "Ada Lovelace", "Hallo?")
    entry = customers.entry_of(world, asked)

    connector.act(access, asked, "like")
    connector.act(access, asked, "hide")
    hidden = world.entry(entry.id).hidden
    connector.act(access, asked, "unhide")

    assert (world.likes(entry.id), hidden, world.entry(entry.id).hidden) == (1, True, False)
    connector.act(access, asked, "delete")
    with pytest.raises(TargetGone):
        connector.look(access, asked)


def test_limits_and_health_come_from_the_square(access):
    health = connector.health(access)

    assert (health.ok, health.account_name, connector.limits(access).text_max) == (True, "Auenwerke", 2000)


def test_a_hook_is_verified_over_its_raw_bytes(access):
    body = '{"events": [], "ö": 1}'.encode()
    good = {"X-Square-Signature": "sha256=" + signed("s3cret", body)}

    connector.verify(access, good, body)

    for headers, raw in ((good, body + b" "), ({}, body), ({"X-Square-Signature": "sha256=00"}, body)):
        with pytest.raises(BadSignature):
            connector.verify(access, headers, raw)
    with pytest.raises(BadSignature):
        connector.verify(replace(access, secrets={}), good, body)


def test_the_handshake_answers_a_challenge_and_nothing_else(access):
    assert connector.handshake(access, {"mode": "subscribe", "challenge": "abc-1"}) == "abc-1"
    assert connector.handshake(access, {"mode": "subscribe", "challenge": "<b>"}) is None
    assert connector.handshake(access, {"challenge": "abc"}) is None


@pytest.mark.parametrize("body", [b"", b"[]", b'{"events": 1}', b'{"events": [{"seq": '])
def test_a_garbage_hook_is_not_ours(body):
    with pytest.raises(NotOurs):
        connector.receive({}, body)


def test_a_damaged_event_in_a_good_batch_is_kept_and_the_rest_goes_on(access):
    found = connector.receive({}, b'{"events": [{"oh": 1}, {"oh": 1}, {"oh": 2}]}')

    assert len({one.external_id for one in found}) == 2
    with pytest.raises(NotOurs):
        connector.parse(access, found[0])


def test_everything_that_the_town_says_can_be_read(world, access):
    town.load(world)
    while town.say_next(world):
        pass

    found = messages(access)

    assert len(found) == len(world.entries("platform = 'square' AND kind != 'post'"))
    assert len({one.native_id for one in found}) == len(found)
    assert {one.conversation.split(":")[-1] for one in found} == {
        one.author.native_id for one in found if not one.author.is_self
    }
