"""``bench intake``: arrivals kept, settled, read and queued a second, against bare inserts of the very same rows.

The floor: the rows that our run left behind (arrivals, contacts, identities, threads, conversations, cases, messages,
readings, events) are read back and inserted bare, by prepared statements in batches of the same size, into an empty
database with the same tables, constraints and indexes. The peer: django-helpdesk taking e-mails in, where installed.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from resonanz.connectors.contract import Arrival
from resonanz.kit.collector import calm_for_batches
from resonanz.site.bench.shape import Figure, report
from resonanz.site.bench.speech import feed

BATCH = 1000
TABLES = (
    "model_arrival", "model_contact", "model_identity", "model_thread", "model_case", "model_conversation",
    "model_message", "model_reading", "model_event",
)  # fmt: skip
STANDING = ("model_queue", "model_account")
AHEAD = {
    "model_arrival": 3,
    "model_contact": 4,
    "model_identity": 3,
    "model_thread": 3,
    "model_case": 3,
    "model_conversation": 2,
}
ROUNDS = 7
GROWN, SMALL, WINDOW = 200_000, 5_000, 5_000
QUICK_GROWN, QUICK_SMALL, QUICK_WINDOW = 12_000, 2_000, 2_000


Rows = Mapping[str, Sequence[tuple[object, ...]]]


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--postgres", default="")
    parser.add_argument("--inner", action="store_true")
    given = parser.parse_args()
    if given.inner:
        print(json.dumps(_postgres_inner(given.quick)))
        return 0
    figures = _sqlite(quick=given.quick)
    peer = _peer()
    if peer:
        ours = figures[0].value
        figures.append(Figure("helpdesk_per_s", round(peer, 1), "1/s"))
        figures.append(Figure("ahead_of_helpdesk", round(ours / peer, 1), "x", goal=10))
    if given.postgres:
        figures.append(_postgres(given.postgres, quick=given.quick))
    print(json.dumps(report("intake", figures)))
    return 0


def _sqlite(*, quick: bool) -> list[Figure]:
    """A small house and a grown one take the same number of messages in turns with the floor, so that all three have
    the machine as it is.
    """
    grown, small, window = (QUICK_GROWN, QUICK_SMALL, QUICK_WINDOW) if quick else (GROWN, SMALL, WINDOW)
    _open()
    account = _account()
    messages, more = feed(), islice(feed(), small, None)
    _take(account, messages, small)
    path = Path(str(settings.DATABASES["default"]["NAME"])).with_name("young.sqlite3")
    old, young = connections["default"], _copy(path)
    _take(account, messages, grown - small)
    early, late, floors = [], [], []
    for number in range(1, ROUNDS + 1):
        connections["default"] = young
        early.append(_take(account, more, window))
        floors.append(_floor(path, small + number * window))
        connections["default"] = old
        late.append(_take(account, messages, window))
    growth = median(then / before for before, then in zip(early, late, strict=True))
    rounds = [(window / seconds, floor) for seconds, floor in zip(early, floors, strict=True)]
    rate, floor = sorted(rounds, key=lambda one: one[0] / one[1])[ROUNDS // 2]
    _tell(f"early: {[round(window / one) for one in early]} a second; floor {[round(one) for one in floors]}")
    _tell(f"late: {[round(window / one) for one in late]} a second")
    return [
        Figure("settled_per_s", round(window / median(early), 1), "1/s", goal=1500),
        Figure("settled_against_bare", round(rate, 1), "1/s", floor=round(floor, 1), goal=0.25, of_ratio=True),
        Figure("growth", round(growth, 3), "x", goal=1.2, at_most=True),
    ]


def _copy(path: Path) -> BaseDatabaseWrapper:
    """A copy of the house as it stands, and a connection to it of the same kind as our own."""
    connection.ensure_connection()
    with sqlite3.connect(path) as target:
        connection.connection.backup(target)
    copy = connections.create_connection("default")
    copy.settings_dict = {**copy.settings_dict, "NAME": path}
    return copy


def _open() -> None:
    django.setup()
    calm_for_batches()  # as the worker does
    call_command("migrate", verbosity=0, interactive=False)


def _account() -> Any:
    from resonanz.accounts.connect import connect_account  # noqa: PLC0415
    from resonanz.casework.team import create_queue  # noqa: PLC0415

    create_queue("Eingang", by=None, is_default=True)
    create_queue("Störungen", by=None, words=["strom", "störung", "outage", "power"])
    create_queue("Rechnung", by=None, words=["rechnung", "abschlag", "invoice", "bill"])
    return connect_account(
        channel="square", name="Bench", settings={"base_url": "http://127.0.0.1:9"}, secrets={"token": "x"}, by=None
    )


def _take(account: Any, messages: Iterator[Arrival], count: int) -> float:
    """Take ``count`` arrivals all the way; the seconds that took."""
    from resonanz.intake.settle import keep_raws  # noqa: PLC0415
    from resonanz.work.loop import run_until_idle  # noqa: PLC0415

    seconds, left = 0.0, count
    while left > 0:
        raws = list(islice(messages, min(BATCH, left)))  # inventing them is no part of the work
        left -= len(raws)
        started = time.perf_counter()
        with transaction.atomic():
            keep_raws(account, raws)
        if left % (BATCH * 20) == 0:
            run_until_idle(most_rounds=100_000)
        seconds += time.perf_counter() - started
    return seconds


def _floor(path: Path, count: int) -> float:
    """Messages a second when their rows are inserted bare into an empty copy of the tables."""
    with sqlite3.connect(path) as source:
        ours = "name NOT LIKE 'sqlite_%' AND name NOT LIKE 'case_text%'"  # the search index makes its own tables
        statement = f"SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND {ours}"  # noqa: S608 - a constant
        schema = [row[0] for row in source.execute(statement)]
        rows = {table: source.execute(f"SELECT * FROM {table} ORDER BY id").fetchall() for table in TABLES}  # noqa: S608 - our own tables
        others = {table: source.execute(f"SELECT * FROM {table}").fetchall() for table in STANDING}  # noqa: S608
    batches = list(_batches(rows, -(-count // BATCH)))
    return count / _bare(path.with_name(f"bare{count}.sqlite3"), schema, others, batches)


def _bare(path: Path, schema: Sequence[str], others: Rows, batches: Sequence[Rows]) -> float:
    """Seconds for inserting all batches, with the settings that our own connection has."""
    target = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "wal_autocheckpoint=16000", "cache_size=-64000"):
        target.execute(f"PRAGMA {pragma}")
    for statement in schema:
        target.execute(statement)
    for table, some in others.items():
        _insert(target, table, some)
    target.execute("PRAGMA foreign_keys=ON")
    started = time.perf_counter()
    for batch in batches:
        target.execute("BEGIN IMMEDIATE")
        for table, some in batch.items():
            _insert(target, table, some)
        target.execute("COMMIT")
    seconds = time.perf_counter() - started
    target.close()
    return seconds


def _batches(rows: Rows, number: int) -> Iterator[Rows]:
    """The rows in ``number`` shares; what others refer to (contacts, threads, cases, conversations) comes some
    shares ahead, so that every reference holds.
    """
    for at in range(number):
        yield {
            table: some[_edge(len(some), at, number, table) : _edge(len(some), at + 1, number, table)]
            for table, some in rows.items()
        }


def _edge(count: int, at: int, number: int, table: str) -> int:
    if at == 0:
        return 0
    return count * min(number, at + AHEAD.get(table, 0)) // number


def _insert(target: sqlite3.Connection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        marks = ",".join("?" * len(rows[0]))
        target.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)  # noqa: S608 - our own tables


def _postgres(url: str, *, quick: bool) -> Figure:
    """The same on PostgreSQL, in a database that is made and dropped for it."""
    import psycopg  # noqa: PLC0415 - optional

    name = f"resonanz_bench_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            parts = urlsplit(url)
            own = parts._replace(path=f"/{name}").geturl()
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", "resonanz.site.bench.intake", "--inner", *(["--quick"] if quick else [])],
                env={**os.environ, "RESONANZ_DATABASE_URL": own}, capture_output=True, text=True, check=False,
                timeout=1800,
            )  # fmt: skip
            if done.returncode:
                raise RuntimeError(done.stderr[-2000:])
            rate = json.loads(done.stdout.strip().splitlines()[-1])
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    return Figure("settled_per_s_pg", rate, "1/s", goal=1000)


def _postgres_inner(quick: bool) -> float:  # noqa: FBT001 - parsed from the command line
    small, window = (QUICK_SMALL, QUICK_WINDOW) if quick else (SMALL, WINDOW)
    _open()
    assert connection.vendor == "postgresql"
    account, messages = _account(), feed()
    _take(account, messages, small)
    times = sorted(_take(account, messages, window) for _ in range(3))
    return round(window / times[1], 1)


def _peer() -> float:
    """E-mails a second into django-helpdesk on SQLite, 0 where it is not installed."""
    done = subprocess.run(
        [sys.executable, "-m", "resonanz.site.bench.helpdesk"],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode:
        _tell(f"django-helpdesk left out: {done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '?'}")
        return 0.0
    return float(done.stdout.strip().splitlines()[-1])


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
