"""``resonanz backup FILE`` and ``resonanz restore FILE``: one file with the database and the home folder's keys.

SQLite is copied by its own online backup; PostgreSQL by pg_dump / pg_restore, which must be installed. What a restore
replaces is kept beside it as ``.before``, complete and with the key that its secrets need.
"""

import argparse
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
import zlib
from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

from rich.console import Console
from rich.progress import Progress

from resonanz.kit.config import Config, read_config
from resonanz.kit.errors import Refused
from resonanz.site.commands.shape import Command
from resonanz.site.open_house import closed_house
from resonanz.site.ready import set_up

_DATABASE = {True: "database.pgdump", False: "resonanz.sqlite3"}
_KEPT = ("secret.key", "imports", "files")
_PARTS = ("", "-wal", "-shm", "-journal")
_MOST_S = 3600


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="the backup, a .tar.gz")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    _arguments(parser)
    parser.add_argument(
        "--replace",
        action="store_true",
        help="replace what is there now; database, key and files are kept beside it as .before",
    )


def _backup(given: argparse.Namespace) -> int:
    config, target = read_config(), Path(given.file)
    if target.exists():
        raise Refused("{file} exists already. Choose another name.", file=target)
    set_up()
    _needs_tables(config)
    with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
        copy = Path(folder) / _DATABASE[config.is_postgres]
        _dump(config, copy)
        unready = Path(folder) / "backup.tar.gz"
        with tarfile.open(unready, "w:gz") as tar:
            tar.add(copy, copy.name)
            for name in _KEPT:
                if (config.home / name).exists():
                    tar.add(config.home / name, name)
        unready.chmod(0o600)
        unready.replace(target)
    print(f"{target}: {target.stat().st_size // 1024} KB. It holds personal data and the key: keep it safe.")
    return 0


def _needs_tables(config: Config) -> None:
    """An archive of nothing would be taken for a backup."""
    from django.db import connection  # noqa: PLC0415 - after set_up

    if not config.is_postgres and not (config.home / "resonanz.sqlite3").exists():
        raise Refused("There is no database yet in {home}.", home=config.home)
    if "django_migrations" not in connection.introspection.table_names():
        raise Refused("The database has no tables yet: there is nothing to keep. `resonanz migrate` makes them.")
    connection.close()


def _restore(given: argparse.Namespace) -> int:
    config, source = read_config(), Path(given.file)
    if not source.exists():
        raise Refused("{file} is not there.", file=source)
    database = config.home / "resonanz.sqlite3"
    if (database.exists() or config.is_postgres) and not given.replace:
        raise Refused("There is a database already. Add --replace to put the backup in its place.")
    with closed_house(config.home), tempfile.TemporaryDirectory() as folder:
        _unpack(source, Path(folder))
        copy = Path(folder) / _DATABASE[config.is_postgres]
        if not copy.exists():
            raise Refused("{file} holds no backup for this kind of database.", file=source)
        _room_for_before(config)
        _put_back(config, copy, Path(folder))
    print(f"Restored {source}. Start with `resonanz serve`.")
    return 0


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise Refused("{file} cannot be read as a backup ({why}).", file=source, why=error) from None


def _room_for_before(config: Config) -> None:
    """What an earlier restore kept is never written over."""
    for path in sorted(config.home.glob("*.before*")):
        raise Refused("{file} is there from an earlier restore. Move it away first.", file=path)


def _put_back(config: Config, copy: Path, folder: Path) -> None:
    if config.is_postgres:
        _dump(config, _before(config.home / copy.name))
        address, secret = _without_password(config.database_url)
        words = ["--clean", "--if-exists", "--no-owner", "--single-transaction", "--dbname", address, str(copy)]
        _tool(["pg_restore", *words], secret)
    else:
        database = config.home / "resonanz.sqlite3"
        ready = database.with_suffix(".sqlite3.restoring")
        shutil.copy2(copy, ready)  # before anything is moved: the disk may be full
        _set_aside(database)
        ready.replace(database)
    for name in _KEPT:
        if (folder / name).exists():
            kept = config.home / name
            if kept.exists():
                kept.rename(_before(kept))
            (shutil.copytree if (folder / name).is_dir() else shutil.copy2)(folder / name, kept)


def _set_aside(database: Path) -> None:
    """Move a SQLite database away whole: what stands in its log only is written into it first, where it can be read."""
    if not database.exists():
        return
    with suppress(sqlite3.Error), closing(sqlite3.connect(database)) as line:
        line.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for part in _PARTS:
        if (path := Path(f"{database}{part}")).exists():
            path.rename(f"{_before(database)}{part}")


def _before(path: Path) -> Path:
    return path.with_name(f"{path.name}.before")


def _dump(config: Config, copy: Path) -> None:
    if config.is_postgres:
        address, secret = _without_password(config.database_url)
        _tool(["pg_dump", "--format=custom", "--file", str(copy), address], secret)
        copy.chmod(0o600)
        return
    database = config.home / "resonanz.sqlite3"
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Copying the database", total=None)
        with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
            source.backup(
                target,
                pages=2000,
                progress=lambda _s, left, total: bar.update(task, total=total, completed=total - left),
            )


def _without_password(url: str) -> tuple[str, str]:
    """The address as others on this machine may see it in the list of processes, and the password apart."""
    parts = urlsplit(url)
    user, _, host = parts.netloc.rpartition("@")
    name, _, password = user.partition(":")
    return urlunsplit(parts._replace(netloc=f"{name}@{host}" if name else host)), unquote(password)


def _tool(argv: Sequence[str], password: str) -> None:
    if shutil.which(argv[0]) is None:
        raise Refused("{tool} is not installed; it comes with the PostgreSQL client.", tool=argv[0])
    environ = {**os.environ, "PGPASSWORD": password} if password else None
    done = subprocess.run(  # noqa: S603 - the tools of PostgreSQL
        list(argv), capture_output=True, text=True, timeout=_MOST_S, check=False, env=environ
    )
    if done.returncode:
        raise Refused("{tool} failed: {why}", tool=argv[0], why=done.stderr.strip()[-500:])


BACKUP = Command(
    "backup", "Write database, keys and files into one file, while the house is open.", _backup, _arguments
)
RESTORE = Command("restore", "Put a backup back, while the house is closed.", _restore, _restore_arguments)
