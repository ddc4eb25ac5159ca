"""``resonanz doctor``: is everything as it should be? One line each, and what to do where it is not."""

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta

from resonanz.kit import clock
from resonanz.kit.config import read_config
from resonanz.kit.errors import ResonanzError
from resonanz.site.commands.shape import Command
from resonanz.site.ready import set_up

Finding = tuple[bool, str]
_LEAST_DISK = 1 << 30


def _run(_: argparse.Namespace) -> int:
    good, said_before = True, ""
    for name, check in CHECKS.items():
        try:
            findings = list(check())
        except ResonanzError as error:
            findings = [(False, str(error))]
        except Exception as error:  # noqa: BLE001 - the doctor reports whatever it meets
            findings = [(False, " ".join(f"{type(error).__name__}: {error}".split()))]
        for ok, said in findings:
            good = good and ok
            again = not ok and said == said_before
            print(f"{'ok  ' if ok else 'BAD '} {name:<12} {'the same as above' if again else said}")
            said_before = said_before if ok else said
    return 0 if good else 1


def _python() -> Iterator[Finding]:
    yield sys.version_info >= (3, 11), f"Python {sys.version.split()[0]}"


def _settings() -> Iterator[Finding]:
    config = read_config()
    yield True, f"home {config.home.resolve()}"
    exposed = config.host not in {"127.0.0.1", "localhost", "::1"}
    if exposed and not config.https:
        yield False, "others reach this machine, but RESONANZ_PUBLIC_URL is not https://"
    if config.https and not config.proxies:
        yield (
            False,
            "RESONANZ_PUBLIC_URL is https://, but RESONANZ_PROXIES is 0: everybody shares one limit for signing in",
        )
    if config.debug and exposed:
        yield False, "RESONANZ_DEBUG is on though others reach this machine"


def _database() -> Iterator[Finding]:
    set_up()
    from django.db import connection  # noqa: PLC0415 - after set_up
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA quick_check")
            yield cursor.fetchone()[0] == "ok", "SQLite file is sound"
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    yield not missing, "tables are up to date" if not missing else "run `resonanz migrate`"


def _disk() -> Iterator[Finding]:
    config = read_config()
    free = shutil.disk_usage(config.home if config.home.exists() else ".").free
    yield free > _LEAST_DISK, f"{free // (1 << 20)} MB free"


def _accounts() -> Iterator[Finding]:
    from resonanz.accounts.connect import check_account  # noqa: PLC0415 - after set_up
    from resonanz.model.models import Account, AccountState  # noqa: PLC0415

    for account in Account.objects.exclude(state=AccountState.PAUSED):
        health = check_account(account, by=None)
        yield health.ok, f"{account.name} ({account.channel}): {health.said.format(**health.places)}"


def _team() -> Iterator[Finding]:
    from resonanz.casework.attended import unattended  # noqa: PLC0415 - after set_up

    empty = unattended()
    for one in empty:
        yield False, f"nobody works in the queue {one.queue.name}, where {one.waiting} open cases wait"
    if not empty:
        yield True, "somebody works in every queue"


def _flow() -> Iterator[Finding]:
    from resonanz.model.models import Arrival, ArrivalState, Delivery, Envelope  # noqa: PLC0415 - after set_up

    late = clock.now() - timedelta(minutes=10)
    stuck = Arrival.objects.filter(state=ArrivalState.NEW, tries=0, received_at__lt=late).count()
    stuck += Envelope.objects.filter(received_at__lt=late).count()
    yield (
        stuck == 0,
        "no arrival waits longer than 10 minutes" if not stuck else f"{stuck} arrivals wait: does a worker run?",
    )
    problems = Delivery.objects.problems().count()
    yield problems == 0, f"{problems} sending problems"


CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    "python": _python,
    "settings": _settings,
    "disk": _disk,
    "database": _database,
    "accounts": _accounts,
    "team": _team,
    "flow": _flow,
}
DOCTOR = Command("doctor", "Check settings, database, disk, accounts and flow; says what to do.", _run)
