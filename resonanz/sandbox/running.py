"""Run everything for people: pages and APIs, hooks, mail room and the talking town, until told to stop."""

import logging
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

from resonanz.sandbox import hooks, seeds, town
from resonanz.sandbox.mailroom import mailroom
from resonanz.sandbox.serve import serving
from resonanz.sandbox.world import World

PACE_S = 6.0
LOOK_S = 0.1
ROOMY_QUOTA = 1500  # Mastodon promises 300 calls in five minutes, its servers commonly give this many
PORTS = (seeds.SMTP_PORT, seeds.IMAP_PORT)


def run(
    port: int = seeds.PORT,
    mail_ports: Sequence[int] = PORTS,
    path: str = "sandbox.sqlite",
    pace: float = PACE_S,
    ready: Callable[[], None] = lambda: None,
) -> int:
    """Block until SIGTERM or SIGINT; gives the exit status (0; 1 where a port is taken or the file is no good).

    ``mail_ports`` are SMTP and IMAP; ``path`` keeps the world (":memory:" for none); the town says something every
    ``pace`` seconds, nothing live where it is 0. ``ready`` is called once everything answers.
    """
    told: list[int] = []  # no Event: its lock could be held by the very thread that the signal interrupts
    before = {one: signal.signal(one, lambda number, _: told.append(number)) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        with opened(port, mail_ports, path, pace, threading.Event()):
            ready()
            while not told:
                time.sleep(LOOK_S)
    except OSError as error:
        ports = ", ".join(str(one) for one in (port, *mail_ports))
        sys.stderr.write(f"The sandbox cannot start: {error}. Is something else using a port of {ports}?\n")
        return 1
    except sqlite3.Error as error:
        sys.stderr.write(f"The sandbox cannot use {path}: {error}. Move the file away, or name another.\n")
        return 1
    finally:
        for number, act in before.items():
            signal.signal(number, act)
    return 0


def opened(port: int, mail_ports: Sequence[int], path: str, pace: float, stop: threading.Event) -> ExitStack:
    """Everything started; closing it ends everything. Raises OSError where a port is taken."""
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own old names
    with ExitStack() as stack:
        world = World(path)
        world.quota = ROOMY_QUOTA
        stack.callback(world.close)
        town.load(world)
        stack.enter_context(serving(world, port))
        stack.enter_context(mailroom(world, mail_ports[0], mail_ports[1]))
        threads = [threading.Thread(target=hooks.keep_pushing, args=(world, stop), daemon=True)]
        if pace > 0:
            threads.append(threading.Thread(target=town.keep_streaming, args=(world, pace, stop), daemon=True))
        for thread in threads:
            thread.start()
            stack.callback(thread.join, 2)
        stack.callback(stop.set)
        return stack.pop_all()
