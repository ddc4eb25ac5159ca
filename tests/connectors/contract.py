"""What every connector keeps, as tests to inherit.

A test module says ``class TestMastodon(ConnectorContract): channel = "mastodon"`` and gets all of this. The samples in
the connector's folder come in pairs: ``name.json`` (or .eml, …: the arrival as it came) and ``name.incoming.json``
(its meaning, as ``as_json`` writes it); ``samples/access.json`` may hold the settings under which they are read.
A connector that speaks HTTP names the setting of its address, and its refusals are tested against a server of ours
that answers as programmed.
"""

import base64
import io
import json
import logging
import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.connectors.contract import (
    Ability,
    Access,
    Arrival,
    AuthExpired,
    Author,
    ChannelError,
    Connector,
    Incoming,
    NotOurs,
    OutcomeUnclear,
    Outgoing,
    RateLimited,
    Rejected,
    Unreachable,
    Unsupported,
    Visibility,
)
from resonanz.connectors.registry import connectors
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from tests.connectors.programmed import Programmed, Reply, programmed

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "correct-horse-battery-7431"
DONE = {"done", "todo", "exempt"}
REPLIES = {Ability.PUBLIC_REPLY, Ability.DIRECT}
LOOSE = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WORDS = st.text(max_size=30) | st.sampled_from(
    ["https://example.org/a/rather/long/address?with=query", "@ada@example.org", "@ada", "👩‍👩‍👧", "é́́", "Störung"]
)
SHAPES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)


def as_json(incoming: Incoming) -> dict[str, Any]:
    """An Incoming as its .incoming.json shows it."""
    return json.loads(json.dumps(asdict(incoming), default=_plain))


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, frozenset | set):
        return sorted(value)
    raise TypeError(type(value))


class Samples:
    """The pairs in a connector's folder, and the access under which they are read."""

    def __init__(self, connector: Connector) -> None:
        self.connector = connector
        self.folder = connector.folder / "samples"

    def access(self, *, secrets: dict[str, str] | None = None, http: Http | None = None, **changed: str) -> Access:
        path = self.folder / "access.json"
        said = json.loads(path.read_text("utf-8")) if path.exists() else {}
        given_settings = {one.name: one.default for one in self.connector.manifest.settings if not one.secret}
        secret_names = [one.name for one in self.connector.manifest.settings if one.secret]
        kept = secrets if secrets is not None else dict.fromkeys(secret_names, PASSWORD)
        return Access(
            account=said.get("account", "account-1"),
            settings=given_settings | said.get("settings", {}) | changed,
            secrets={name: Secret(value) for name, value in kept.items()},
            http=http or Http(timeout_s=2, secrets=tuple(kept.values())),
            now=NOW,
        )

    def ahead(self) -> dict[str, Any]:
        """For a channel that asks before it sends (samples/ahead.json): what is answered (``in_reply_to``), and what
        the platform says to those calls (``answers``, by "METHOD /path"), so that the send itself is reached.
        """
        path = self.folder / "ahead.json"
        return json.loads(path.read_text("utf-8")) if path.exists() else {"in_reply_to": "7", "answers": {}}

    def outgoing(self, text: str) -> Outgoing:
        return replace(_outgoing(text), in_reply_to=self.ahead()["in_reply_to"])

    def pairs(self) -> Iterator[tuple[Path, Path]]:
        for meaning in sorted(self.folder.glob("*.incoming.json")):
            stem = meaning.name.removesuffix(".incoming.json")
            yield next(p for p in sorted(self.folder.glob(f"{stem}.*")) if p != meaning), meaning

    def arrivals(self) -> list[Arrival]:
        return [Arrival(raw.stem, raw.read_bytes()) for raw, _ in self.pairs()]


class ConnectorContract:
    channel = ""
    address_setting = ""  # the setting that holds the base address, where the channel speaks HTTP

    @pytest.fixture
    def connector(self) -> Connector:
        return connectors()[self.channel]

    @pytest.fixture
    def samples(self, connector: Connector) -> Samples:
        return Samples(connector)

    def test_the_manifest_is_complete(self, connector: Connector):
        manifest = connector.manifest

        assert re.fullmatch(r"[a-z][a-z0-9_]{1,31}", manifest.channel)
        assert manifest.name.strip() == manifest.name != ""
        assert 1 <= len(manifest.icon) <= 2
        assert manifest.limits.text_max > 0
        assert manifest.poll_every_s > 0
        assert manifest.api_read_on <= date(2100, 1, 1)
        assert len({one.name for one in manifest.settings}) == len(manifest.settings)
        assert [one.name for one in manifest.settings if not one.label] == []
        assert [one.name for one in manifest.settings if one.secret and one.default] == []
        assert [one.name for one in manifest.settings if one.choices and one.default not in one.choices] == []

    def test_what_the_manifest_promises_is_there(self, connector: Connector):
        needed = {
            Ability.PULL: "pull",
            Ability.WATCH: "watch",
            Ability.HOOK: "receive",
            Ability.BACKFILL: "backfill",
            Ability.PUBLIC_REPLY: "send",
            Ability.DIRECT: "send",
            Ability.FIND: "find",
            Ability.LOOK: "look",
            Ability.THREAD: "thread",
            Ability.LIKE: "act",
            Ability.HIDE: "act",
            Ability.DELETE_OWN: "act",
        }
        from resonanz.connectors.contract import Base

        missing = [
            a for a, name in needed.items() if a in connector.manifest.abilities and _is_base(connector, name, Base)
        ]

        assert missing == []

    def test_every_sample_means_what_its_pair_says(self, connector: Connector, samples: Samples):
        pairs = list(samples.pairs())

        meanings = {
            raw.name: as_json(connector.parse(samples.access(), Arrival(raw.stem, raw.read_bytes())))
            for raw, _ in pairs
        }

        assert meanings
        assert meanings == {raw.name: json.loads(meaning.read_text("utf-8")) for raw, meaning in pairs}

    def test_parsing_twice_is_the_same(self, connector: Connector, samples: Samples):
        for arrival in samples.arrivals():
            once = connector.parse(samples.access(), arrival)

            assert connector.parse(samples.access(), arrival) == once

    def test_ids_are_there_and_unique_and_times_are_aware(self, connector: Connector, samples: Samples):
        found = [connector.parse(samples.access(), arrival) for arrival in samples.arrivals()]
        keys = [(one.native_id, one.version, one.op) for one in found]

        assert len(set(keys)) == len(keys)
        for one in found:
            assert all((one.native_id, one.version, one.thread.native_id, one.conversation, one.author.native_id))
            assert one.occurred_at.utcoffset() is not None
            assert one.thread.posted_at is None or one.thread.posted_at.utcoffset() is not None
            assert one.reply_until is None or one.reply_until.utcoffset() is not None

    @LOOSE
    @given(body=st.binary(max_size=400))
    def test_random_bytes_are_not_ours(self, connector: Connector, samples: Samples, body: bytes):
        _parse_or_refuse(connector, samples, body)

    @LOOSE
    @given(shape=SHAPES)
    def test_wrong_shapes_are_not_ours(self, connector: Connector, samples: Samples, shape: object):
        _parse_or_refuse(connector, samples, json.dumps(shape).encode())

    @LOOSE
    @given(seed=st.integers(0, 2**32))
    def test_truncated_and_twisted_samples_parse_or_are_refused(
        self, connector: Connector, samples: Samples, seed: int
    ):
        chance = random.Random(seed)
        body = chance.choice(samples.arrivals()).body

        _parse_or_refuse(connector, samples, body[: chance.randrange(len(body) + 1)])
        _parse_or_refuse(connector, samples, _twisted(body, chance))

    def test_over_long_and_empty_texts_are_found_before_sending(self, connector: Connector):
        if not REPLIES & connector.manifest.abilities:
            pytest.skip("this channel takes no replies")
        limits = connector.manifest.limits

        long = connector.check(_outgoing("x" * (limits.text_max + 1)), limits)
        empty = connector.check(_outgoing(" \n"), limits)
        fine = connector.check(_outgoing("Guten Tag"), limits)
        assert "Guten Tag" in connector.appear(_outgoing(" Guten Tag ")).text

        assert "too_long" in {one.code for one in long}
        assert "empty" in {one.code for one in empty}
        assert list(fine) == []

    @LOOSE
    @given(words=st.lists(WORDS, max_size=30), most=st.integers(1, 400), way=st.sampled_from(Visibility))
    def test_the_length_shown_is_too_much_exactly_where_the_check_says_so(
        self, connector: Connector, words: list[str], most: int, way: Visibility
    ):
        limits = replace(connector.manifest.limits, text_max=most)
        outgoing = replace(_outgoing(" ".join(words)), visibility=way)

        length = connector.length(outgoing, limits)
        found = {one.code: one.places for one in connector.check(outgoing, limits)}

        assert (length.count > length.most) == ("too_long" in found)
        assert length.most <= most
        assert found.get("too_long", {"excess": 0}) == {"excess": length.excess}

    @pytest.mark.parametrize(
        ("reply", "reading", "sending"),
        [
            (Reply(401, {"error": "invalid token"}), {AuthExpired}, {AuthExpired}),
            (Reply(403, {"error": "not allowed"}), {AuthExpired, Rejected}, {AuthExpired, Rejected}),
            (Reply(422, {"error": "no"}), {Rejected, AuthExpired}, {Rejected}),
            (Reply(429, {"error": "slowly"}, {"retry-after": "17"}), {RateLimited}, {RateLimited}),
            (Reply(500, b"<h1>oh</h1>"), {Unreachable}, {OutcomeUnclear}),
            (Reply(503, b""), {Unreachable}, {OutcomeUnclear}),
            (Reply(200, b"<html>not the API</html>"), {Unreachable}, {OutcomeUnclear}),
            (Reply(cut=True), {Unreachable}, {OutcomeUnclear}),
            (Reply(200, [], hang_s=0.8), {Unreachable}, {OutcomeUnclear}),
        ],
        ids=["401", "403", "422", "429", "500", "503", "html", "reset", "time-out"],
    )
    def test_refusals_become_our_errors(self, connector: Connector, samples: Samples, reply, reading, sending):
        with self._server(samples) as (plan, access):
            plan.always(reply)

            if Ability.PULL in connector.manifest.abilities:
                assert _raised(lambda: connector.pull(access, "")) in reading
            if REPLIES & connector.manifest.abilities:
                plan.ahead = {path: Reply(200, said) for path, said in samples.ahead()["answers"].items()}
                assert _raised(lambda: connector.send(access, samples.outgoing("Guten Tag"))) in sending

    def test_the_wait_of_a_429_is_handed_on(self, connector: Connector, samples: Samples):
        with self._server(samples) as (plan, access):
            plan.always(Reply(429, {}, {"retry-after": "17"}))

            with pytest.raises(RateLimited) as caught:
                connector.pull(access, "")

        assert caught.value.retry_after == 17

    def test_nobody_there_is_unreachable_also_for_a_send(self, connector: Connector, samples: Samples):
        with self._server(samples) as (_, access):
            pass

        assert _raised(lambda: connector.pull(access, "")) is Unreachable
        if REPLIES & connector.manifest.abilities:
            assert _raised(lambda: connector.send(access, samples.outgoing("Guten Tag"))) is Unreachable

    def test_health_says_what_is_wrong_and_never_raises(self, connector: Connector, samples: Samples):
        with self._server(samples) as (plan, access):
            for reply in (Reply(401, {}), Reply(500, b""), Reply(200, b"no"), Reply(200, []), Reply(404, {})):
                plan.always(reply)

                assert connector.health(access).ok is False

    def test_no_secret_shows_in_errors_or_logs(self, connector: Connector, samples: Samples, caplog):
        caplog.set_level(logging.DEBUG)
        shown = io.StringIO()
        with self._server(samples) as (plan, access):
            for status in (401, 403, 422, 429, 500):
                plan.always(Reply(status, {"error": f"bad token {PASSWORD}"}))
                for call in (
                    lambda: connector.pull(access, ""),
                    lambda: connector.send(access, samples.outgoing("Tag")),
                ):
                    try:
                        call()
                    except ChannelError as error:
                        shown.write(f"{error!s} {error!r} {error.why} {error.places}")
            shown.write(repr(access) + repr(connector.health(access)))

        assert PASSWORD not in shown.getvalue() + caplog.text

    def test_the_same_key_twice_gives_one_post_or_the_manifest_does_not_promise_it(self, connector: Connector):
        abilities = connector.manifest.abilities
        if not REPLIES & abilities:
            pytest.skip("this channel takes no replies")

        assert Ability.KEYED_SEND in abilities or Ability.FIND in abilities

    def test_the_quality_list_names_every_rule_with_its_state(self, connector: Connector):
        found = tomllib.loads((connector.folder / "quality.toml").read_text("utf-8"))

        rules = found["rules"]

        assert rules
        assert [name for name, rule in rules.items() if rule["state"] not in DONE] == []
        assert [
            name for name, rule in rules.items() if rule["state"] != "done" and not rule.get("why", "").strip()
        ] == []
        assert found["tested_against"]

    def test_the_readme_says_when_the_interface_was_read(self, connector: Connector):
        readme = (connector.folder / "README.md").read_text("utf-8")

        assert connector.manifest.api_read_on.isoformat() in readme

    def _server(self, samples: Samples):
        if not self.address_setting:
            pytest.skip("this channel does not speak HTTP")
        return _Served(samples, self.address_setting)


class _Served:
    """A programmed server and an access that points at it, with a short time-out."""

    def __init__(self, samples: Samples, setting: str) -> None:
        self._samples, self._setting, self._server = samples, setting, programmed()

    def __enter__(self) -> tuple[Programmed, Access]:
        plan = self._server.__enter__()
        self._http = Http(timeout_s=0.4, secrets=(PASSWORD,))
        return plan, self._samples.access(http=self._http, **{self._setting: plan.base_url})

    def __exit__(self, *failed: object) -> None:
        self._http.close()
        self._server.__exit__(None, None, None)


def _is_base(connector: Connector, name: str, base: type) -> bool:
    return getattr(type(connector), name, None) is getattr(base, name)


def _outgoing(text: str) -> Outgoing:
    to = Author("42", name="Ada", handle="ada@example.org")
    to = replace(to, native_id="ada@example.org") if "@" in to.native_id else to
    return Outgoing("key-1", text, Visibility.PUBLIC, in_reply_to="7", thread="7", to=to)


def _raised(call) -> type[BaseException] | None:
    try:
        call()
    except ChannelError as error:
        return type(error)
    return None


def _parse_or_refuse(connector: Connector, samples: Samples, body: bytes) -> None:
    try:
        found = connector.parse(samples.access(), Arrival("wild", body))
    except (NotOurs, Unsupported):
        return
    assert found.native_id
    assert found.occurred_at.utcoffset() is not None
    assert not found.text.strip() or (found.fresh or found.text).strip()


def _twisted(body: bytes, chance: random.Random) -> bytes:
    """JSON with one value of another type; other formats with one stretch of other bytes."""
    try:
        tree = json.loads(body)
    except ValueError:
        at = chance.randrange(len(body) + 1)
        return body[:at] + chance.randbytes(chance.randrange(20)) + body[at + chance.randrange(20) :]
    spots = list(_spots(tree))
    if spots:
        holder, key = chance.choice(spots)
        holder[key] = chance.choice([None, True, 0, -1.5, "", "x", [], {}, [None], {"id": None}, "\ud800", 10**400])
    return json.dumps(tree).encode()


def _spots(tree: Any) -> Iterator[tuple[Any, Any]]:
    keys = list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    for key in keys:
        yield tree, key
        yield from _spots(tree[key])
