"""The town: its script holds together, is loaded once, and is said live in order."""

import threading
from collections import Counter
from email import message_from_bytes, policy

from resonanz.sandbox import World, mailboxes, seeds, town
from resonanz.sandbox.town.stream import script


def test_every_line_that_is_answered_was_said_before():
    said: set[str] = set()
    early = []

    for line in script():
        if line.to and line.to not in said:
            early.append(line.text)
        if line.name:
            said.add(line.name)

    assert early == []


def test_nobody_repeats_a_text():
    assert [text for text, often in Counter(line.text for line in script()).items() if often > 1] == []


def test_there_is_enough_of_everything():
    storm = [line for line in script() if line.to in {"storm", "s_jonas", "s_renate", "s_gas"} and line.by]
    quiet = [line for line in script() if line.channel == "comment" and line not in storm]
    channels = Counter(line.channel for line in script())

    assert len(storm) >= 60
    assert len(quiet) >= 40
    assert channels["mention"] >= 15
    assert channels["mastodon_direct"] >= 5
    assert channels["direct"] >= 10
    assert channels["mail"] >= 8
    assert channels["post"] == 4


def test_some_people_write_on_two_channels():
    used: dict[str, set[str]] = {}
    for line in script():
        used.setdefault(line.by, set()).add({"mastodon_direct": "mention"}.get(line.channel, line.channel))

    both = [name for name, channels in used.items() if len(channels - {"us", "post"}) > 1]

    assert len(both) >= 8


def test_the_past_is_loaded_once(world):
    first = town.load(world)

    assert first == sum(line.at < 0 for line in script())
    assert town.load(world) == 0
    assert len(world.entries("kind = 'post'")) == 4


def test_loaded_entries_lie_in_the_past_in_order(world):
    town.load(world)

    times = [entry.at for entry in world.entries("platform = 'square' ORDER BY id")]

    assert times == sorted(times)
    assert max(times) < world.clock.now()


def test_the_rest_is_said_one_by_one_until_nothing_is_left(world):
    town.load(world)
    left = len(town.waiting(world))

    said = sum(town.say_next(world) for _ in range(left + 3))

    assert said == left > 30
    assert town.waiting(world) == ()


def test_streaming_ends_by_itself_and_on_request(world):
    town.load(world)
    while len(town.waiting(world)) > 5:
        town.say_next(world)
    told = threading.Event()
    told.set()

    town.keep_streaming(world, 60.0, told)
    before = len(town.waiting(world))
    town.keep_streaming(world, 0.001, threading.Event())

    assert (before, len(town.waiting(world))) == (5, 0)


def test_a_second_start_goes_on_where_the_first_stopped(tmp_path):
    path = str(tmp_path / "town.sqlite")
    first = World(path)
    town.load(first)
    town.say_next(first)
    left = len(town.waiting(first))
    first.close()

    second = World(path)
    town.load(second)

    assert len(town.waiting(second)) == left
    second.close()


def test_the_mails_are_real_letters(world):
    town.load(world)

    mails = [message_from_bytes(one.raw, policy=policy.default) for one in mailboxes.mails(world, seeds.MAIL_ADDRESS)]
    kinds = Counter(mail.get_content_type() for mail in mails)
    thread = next(mail for mail in mails if mail["Message-ID"] == "<ostwald-2@post.auental.example>")

    assert kinds == {"text/plain": 6, "multipart/alternative": 1, "multipart/report": 1}
    assert all(not mail.defects for mail in mails)
    assert thread["In-Reply-To"] == "<ostwald-antwort-1@auenwerke.example>"
    assert "\n> bitte nennen Sie uns" in thread.get_content()
    assert [mail["Auto-Submitted"] for mail in mails if mail["Auto-Submitted"]] == ["auto-replied"] * 2


def test_the_bounce_says_who_and_what_failed(world):
    town.load(world)
    raw = next(one.raw for one in mailboxes.mails(world, seeds.MAIL_ADDRESS) if b"multipart/report" in one.raw)

    _, state, original = message_from_bytes(raw, policy=policy.default).iter_parts()

    assert state.get_content_type() == "message/delivery-status"
    assert state.get_payload()[1]["Final-Recipient"] == "rfc822; k.lorenz@post.auental.example"
    assert original.get_content()["Message-ID"] == "<lorenz-antwort-1@auenwerke.example>"
