"""Getting ready to start: settings read, database reachable and migrated, catalogs and static files in place."""

import socket
import sqlite3
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection

from resonanz.kit.errors import ResonanzError


class CannotStart(ResonanzError):
    """Something has to be put right before the house can open; the sentence says what."""

    code = "cannot_start"


def set_up() -> None:
    """Read the settings and load the tables (no database is touched yet)."""
    from resonanz.web.catalog import compile_catalogs  # noqa: PLC0415 - after the settings are known to be good

    django.setup()
    compile_catalogs()


def migrate() -> None:
    """Bring the database up to date. Raises CannotStart with what to do where it cannot be used."""
    _check_sqlite()
    try:
        call_command("migrate", interactive=False, verbosity=0, stdout=StringIO())
    except (DatabaseError, sqlite3.Error) as error:
        raise CannotStart(
            "The database cannot be used ({why}). Check RESONANZ_DATABASE_URL, or that {name} is no damaged file; "
            "`resonanz restore` puts a backup in its place.",
            why=str(error).strip().splitlines()[0],
            name=settings.DATABASES["default"]["NAME"],
        ) from None


def collect_static() -> None:
    """Put the static files where WhiteNoise serves them from."""
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())


def free_port(host: str, port: int, *, pages: int) -> None:
    """Raise CannotStart where something listens on the port already; ``pages`` is the setting that moves it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                "Port {port} cannot be used ({why}). Stop what runs there, or take another: {name}={other} make run",
                port=port,
                why=error.strerror,
                name="RESONANZ_PORT",
                other=pages + 1,
            ) from None


def _check_sqlite() -> None:
    if connection.vendor != "sqlite":
        return
    path = Path(str(settings.DATABASES["default"]["NAME"]))
    if not path.exists() or not path.stat().st_size:
        return
    with path.open("rb") as file:
        start = file.read(15)
    if start != b"SQLite format 3":
        raise CannotStart(
            "{name} is not a SQLite database. Move it away (a new one is made then), or put a backup back with "
            "`resonanz restore`.",
            name=path,
        )
