"""``resonanz demo`` as a newcomer starts it, stops it, starts it again; and what a killed process does to it."""

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from tests.site.house import Demo, command_line, demo, descendants, free_port, until

pytestmark = [
    pytest.mark.load,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks at processes through /proc"),
]


def is_gone(pid: int) -> bool:
    return command_line(pid) == ""


def kill_all(pids: list[int]) -> None:
    for pid in pids:
        if not is_gone(pid):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def house(tmp_path) -> Iterator[Demo]:
    one = demo(tmp_path / "home", free_port(), "--pace", "0.5")
    below = descendants(one.process.pid)
    yield one
    below += descendants(one.process.pid)
    if one.process.poll() is None:
        one.process.kill()
        one.process.wait()
    kill_all(below)


def test_it_opens_streams_closes_cleanly_and_keeps_its_contents(tmp_path, house):
    alive, sign_in = house.get("/alive"), house.get("/doors/login/")
    first = house.ledger()["messages"]
    until(lambda: house.ledger()["messages"] > first)
    below = descendants(house.process.pid)

    ended = house.stop(signal.SIGINT)

    kept = house.ledger()
    assert (alive[0], sign_in[0], 'name="password"' in sign_in[1]) == (200, 200, True)
    assert f"http://127.0.0.1:{house.port}" in house.said
    assert "alina@auenwerke.example" in house.said
    assert ended == 0
    assert [command_line(pid) for pid in below if not is_gone(pid)] == []
    again = demo(house.home, house.port, "--pace", "0")
    try:
        assert again.ledger()["messages"] >= kept["messages"] > first
        assert again.ledger()["unaccounted"] == 0
    finally:
        assert again.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("name", ["worker", "pages"])
def test_a_killed_process_is_started_again_and_nothing_is_lost(house, name):
    before, pid = house.ledger()["messages"], house.children()[name]

    os.kill(pid, signal.SIGKILL)
    until(lambda: house.children().get(name, pid) != pid)
    until(house.is_alive)
    until(lambda: house.ledger()["messages"] > before)

    assert house.ledger()["unaccounted"] == 0
    assert f"{name} stopped (-9); starting it again" in house.said
    assert house.stop(signal.SIGINT) == 0


def test_a_killed_process_of_the_page_server_is_started_again(house):
    [pid] = descendants(house.children()["pages"], generations=1)

    os.kill(pid, signal.SIGKILL)
    until(lambda: is_gone(pid) and house.is_alive())

    assert house.get("/doors/login/")[0] == 200


def test_after_a_killed_supervisor_nothing_stays_behind_and_the_house_opens_again(house):
    below = descendants(house.process.pid)
    before = house.ledger()["messages"]

    house.process.kill()
    house.process.wait()
    until(lambda: all(is_gone(pid) for pid in below), 30)

    again = demo(house.home, house.port, "--pace", "0")
    try:
        assert again.ledger()["messages"] >= before
    finally:
        assert again.stop(signal.SIGINT) == 0
