"""``bench pages``: how long the server needs for the list, a case and a search in a grown house, against a young one.

Two houses are filled (see ``grown.py``): 200,000 cases with 1,000,000 messages, and 5,000 cases with as many messages
each. Both answer the same addresses in turns, signed in, through the whole middleware and all templates. ``*_p95_ms``
are of the grown house over all its addresses of that kind; ``growth`` compares the sums of the medians of all
addresses. The floor is a bare indexed SELECT of the fifty cases that stand first, in the same rounds, rendered by
nothing.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import median, quantiles
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from django.test.utils import CaptureQueriesContext

from resonanz.kit import clock
from resonanz.kit.collector import calm_for_pages
from resonanz.site.bench.shape import Figure, report
from resonanz.web.warm import compile_pages

if TYPE_CHECKING:
    from resonanz.site.bench.grown import Grown

YOUNG, GROWN, ROUNDS = 5_000, 200_000, 20
QUICK_YOUNG, QUICK_GROWN, QUICK_ROUNDS = 1_000, 8_000, 6
BACKLOG, QUICK_BACKLOG = (4_000, 300), (700, 60)  # open, put off
WARM = 2
POLLERS, PAUSE_S = 20, 3
BARE = (
    "SELECT id, title, urgency, waiting_since FROM model_case WHERE state = 'open' AND queue_id = {queue}"
    " ORDER BY urgency DESC, waiting_since LIMIT 50"
)
SECOND = "BENCH_SECOND_DATABASE"  # no RESONANZ_ name: an unknown setting stops the start


@dataclass(frozen=True, slots=True)
class Asked:
    """One address, what kind it is of, and who asks for it."""

    kind: str
    name: str
    url: str
    is_lead: bool = False
    is_part: bool = False  # as htmx asks for it


@dataclass(frozen=True, slots=True)
class House:
    """A filled house: its connection, its people and what is asked of it."""

    line: BaseDatabaseWrapper
    people: "Grown"
    asked: tuple[Asked, ...]


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--postgres", default="")
    parser.add_argument("--inner", action="store_true")
    given = parser.parse_args()
    figures = _measure(quick=given.quick)
    if given.inner:
        print(json.dumps([vars_of(one) for one in figures]))
        return 0
    if given.postgres:
        figures += _postgres(given.postgres, quick=given.quick)
    print(json.dumps(report("pages", figures)))
    return 0


def vars_of(one: Figure) -> dict[str, Any]:
    """A figure as it is handed from the process that measures on PostgreSQL."""
    return {
        "name": f"{one.name}_pg", "value": one.value, "unit": one.unit, "floor": one.floor, "goal": one.goal,
        "at_most": one.at_most,
    }  # fmt: skip


def _measure(*, quick: bool) -> list[Figure]:
    young, grown, rounds = (QUICK_YOUNG, QUICK_GROWN, QUICK_ROUNDS) if quick else (YOUNG, GROWN, ROUNDS)
    backlog = QUICK_BACKLOG if quick else BACKLOG
    django.setup()
    settings.ALLOWED_HOSTS = ["testserver"]
    call_command("collectstatic", interactive=False, verbosity=0)
    houses = [_house(line, cases, backlog) for line, cases in ((connections["default"], grown), (_second(), young))]
    times: list[dict[str, list[float]]] = [{}, {}]
    bare: list[float] = []
    clients = [_clients(house) for house in houses]
    compile_pages()
    calm_for_pages()  # both as a process that serves pages does
    for number in range(WARM + rounds):
        for house, (lead, agent), kept in zip(houses, clients, times, strict=True):
            with _at(house.line):
                for asked in house.asked:
                    took = _time(lead if asked.is_lead else agent, asked)
                    if number >= WARM:
                        kept.setdefault(f"{asked.kind}/{asked.name}", []).append(took)
                if house is houses[0]:
                    bare.append(_bare(house.people.full.pk))
    _tell_all(*times)
    with _at(houses[0].line):
        figures = _figures(times, bare)
        return [*figures, *_queries(clients[0][0], houses[0].people), _idle(houses[0].people)]


def _house(line: BaseDatabaseWrapper, cases: int, backlog: tuple[int, int]) -> House:
    from resonanz.site.bench.grown import grow  # noqa: PLC0415 - after set-up

    with _at(line):
        started = time.perf_counter()
        call_command("migrate", verbosity=0, interactive=False)
        people = grow(cases, *backlog)
        _ready()
        _tell(f"{cases} cases in {time.perf_counter() - started:.0f} s")
        return House(line, people, tuple(_asked(people)))


def _ready() -> None:
    """What the house does by itself in the background is done before anything is measured."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM ANALYZE")  # as autovacuum does by itself
        else:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _second() -> BaseDatabaseWrapper:
    """A connection to another database of the same kind."""
    copy = connections.create_connection("default")
    first = Path(str(settings.DATABASES["default"]["NAME"]))
    copy.settings_dict = {**copy.settings_dict, "NAME": os.environ.get(SECOND) or first.with_name("young.sqlite3")}
    return copy


@contextmanager
def _at(line: BaseDatabaseWrapper) -> Iterator[None]:
    """Everything inside happens in the house behind this connection."""
    before = connections["default"]
    connections["default"] = line
    try:
        yield
    finally:
        connections["default"] = before


def _asked(people: "Grown") -> Iterator[Asked]:
    """What people open all day: lists, their further pages, cases."""
    from resonanz.casework.inbox import Look, View, page  # noqa: PLC0415
    from resonanz.model.models import Case, Message  # noqa: PLC0415
    from resonanz.site.bench.grown import mark  # noqa: PLC0415

    yield Asked("inbox", "all", "/inbox/", is_lead=True)
    yield Asked("inbox", "all of a team", "/inbox/")
    yield Asked("inbox", "queue", f"/inbox/{people.full.slug}/")
    for view in (View.MINE, View.UNASSIGNED, View.LATER, View.CLOSED):
        yield Asked("inbox", view.value, f"/inbox/?view={view.value}", is_lead=view is not View.MINE)
    yield Asked("inbox", "closed of a team", "/inbox/?view=closed")
    first = page(people.lead, Look())
    yield Asked("inbox", "second page", f"/inbox/?{urlencode({'after': first.after})}", is_lead=True)
    yield Asked("inbox", "rows alone", "/inbox/?part=rows", is_lead=True, is_part=True)
    newest = Message.objects.order_by("-pk").values_list("text", flat=True)[0].split()
    for name, words in {
        "common word": newest[0],
        "beginning": newest[0][:3],
        "rare word": mark(7 * Case.objects.count() // 3),
        "phrase": f'"{" ".join(newest[1:3])}"',
        "person": f"from:person{people.lead.pk}",
        "channel and word": f"channel:mastodon {newest[-1]}",
        "closed": f"is:closed {newest[0]}",
    }.items():
        yield Asked("search", name, f"/inbox/?{urlencode({'q': words})}", is_lead=True)
    yield Asked("search", "common word of a team", f"/inbox/?{urlencode({'q': newest[0]})}")
    for state in ("open", "closed"):
        ids = list(Case.objects.filter(state=state).order_by("-pk").values_list("pk", flat=True)[:120:40])
        for number, pk in enumerate(ids):
            yield Asked("case", f"{state} {number}", f"/cases/{pk}/", is_lead=True)
            yield Asked("case", f"{state} {number} from the list", f"/cases/{pk}/", is_lead=True, is_part=True)


def _clients(house: House) -> tuple[Client, Client]:
    with _at(house.line):
        lead, agent = Client(), Client()
        lead.force_login(house.people.lead)
        agent.force_login(house.people.agent)
        return lead, agent


def _time(client: Client, asked: Asked) -> float:
    """Milliseconds for one answer."""
    headers = {"HX-Request": "true"} if asked.is_part else {}
    started = time.perf_counter()
    response = client.get(asked.url, headers=headers)
    took = (time.perf_counter() - started) * 1000
    if response.status_code != 200:  # noqa: PLR2004
        raise RuntimeError(f"{asked.url} answered {response.status_code}")
    return took


def _bare(queue: int) -> float:
    with connection.cursor() as cursor:
        started = time.perf_counter()
        cursor.execute(BARE.format(queue=int(queue)))
        cursor.fetchall()
        return (time.perf_counter() - started) * 1000


def _figures(times: Sequence[dict[str, list[float]]], bare: Sequence[float]) -> list[Figure]:
    grown, young = times
    floor = round(_p95(bare), 3)
    by_kind: dict[str, list[float]] = {}
    for name, took in grown.items():
        by_kind.setdefault(name.split("/")[0], []).extend(took)
    growth = sum(median(took) for took in grown.values()) / sum(median(took) for took in young.values())
    return [
        *(Figure(f"{kind}_p95_ms", round(_p95(took), 1), "ms", floor=floor, goal=100, at_most=True)
          for kind, took in by_kind.items()),
        Figure("growth", round(growth, 3), "x", goal=1.3, at_most=True),
    ]  # fmt: skip


def _p95(took: Sequence[float]) -> float:
    return quantiles(took, n=20)[-1]


def _queries(client: Client, people: "Grown") -> list[Figure]:
    """Statements for a list of one case and for one of fifty."""
    from resonanz.model.models import Case  # noqa: PLC0415

    counts = []
    for queue in (people.lonely, people.full):
        with CaptureQueriesContext(connection) as captured:
            rows = client.get(f"/inbox/{queue.slug}/?shown=50").content.count(b'class="row-case"')
        if rows != min(50, Case.objects.open().filter(queue=queue).count()):
            raise RuntimeError(f"the list of {queue.slug} has {rows} rows")
        counts.append(len(captured))
    one, fifty = counts
    return [Figure("queries_1", one, ""), Figure("queries_50", fifty, "", goal=one, at_most=True)]


def _idle(people: "Grown") -> Figure:
    """Twenty agents, each with a list and a case open, asking whether anything happened as often as the page does."""
    from resonanz.model.models import Case  # noqa: PLC0415

    mine = dict(Case.objects.open().exclude(assignee=None).values_list("assignee", "pk"))
    asking = []
    for agent in people.agents:
        client = Client()
        client.force_login(agent)
        asking.append((client, f"/stamp?case={mine.get(agent.pk, 0)}&list=1"))
    for client, url in asking:
        client.get(url)
    rounds = 10
    started = time.process_time()
    for number in range(rounds):
        with clock.shifted(timedelta(seconds=number * PAUSE_S)):  # with what is written now and then
            for client, url in asking:
                client.get(url)
    each = (time.process_time() - started) / (rounds * POLLERS)
    return Figure("idle_load", round(each * POLLERS / PAUSE_S * 100, 2), "%", goal=5, at_most=True)


def _postgres(url: str, *, quick: bool) -> list[Figure]:
    """The same on PostgreSQL, in two databases that are made and dropped for it."""
    import psycopg  # noqa: PLC0415 - optional

    names = [f"resonanz_bench_{os.getpid()}_{kind}" for kind in ("grown", "young")]
    with psycopg.connect(url, autocommit=True) as server:
        try:
            for name in names:
                server.execute(f'CREATE DATABASE "{name}"')
            own = urlsplit(url)._replace(path=f"/{names[0]}").geturl()
            done = subprocess.run(  # noqa: S603 - our own module
                [sys.executable, "-m", "resonanz.site.bench.pages", "--inner", *(["--quick"] if quick else [])],
                env={**os.environ, "RESONANZ_DATABASE_URL": own, SECOND: names[1]},
                stdout=subprocess.PIPE, text=True, check=False, timeout=3000,
            )  # fmt: skip
        finally:
            for name in names:
                server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    if done.returncode:
        raise RuntimeError("the measurement on PostgreSQL did not end well")
    return [Figure(**one) for one in json.loads(done.stdout.strip().splitlines()[-1])]


def _tell_all(grown: dict[str, list[float]], young: dict[str, list[float]]) -> None:
    for name, took in grown.items():
        then, now = median(young[name]), median(took)
        _tell(f"{name:<28} median {now:6.1f} ms  p95 {_p95(took):6.1f} ms  young {then:6.1f} ms  x{now / then:.2f}")


def _tell(*lines: str) -> None:
    print(*lines, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
