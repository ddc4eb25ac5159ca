"""``resonanz backup FILE`` and ``resonanz restore FILE``: one file with the database and the home folder's keys.

SQLite is copied by its own online backup; PostgreSQL by pg_dump / pg_restore, which must be installed.
"""

import argparse
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from resonanz.kit.config import Config, read_config
from resonanz.kit.errors import Refused
from resonanz.site.commands.shape import Command
from resonanz.site.ready import set_up

_DATABASE = {True: "database.pgdump", False: "resonanz.sqlite3"}
_KEPT = ("secret.key", "imports", "files")
_MOST_S = 3600


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", help="the backup, a .tar.gz")


def _restore_arguments(parser: argparse.ArgumentParser) -> None:
    _arguments(parser)
    parser.add_argument("--replace", action="store_true", help="replace what is there now (it is kept beside, .before)")


def _backup(given: argparse.Namespace) -> int:
    config, target = read_config(), Path(given.file)
    if target.exists():
        raise Refused("{file} exists already. Choose another name.", file=target)
    set_up()
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


def _restore(given: argparse.Namespace) -> int:
    config, source = read_config(), Path(given.file)
    if not source.exists():
        raise Refused("{file} is not there.", file=source)
    database = config.home / "resonanz.sqlite3"
    if (database.exists() or config.is_postgres) and not given.replace:
        raise Refused("There is a database already. Add --replace to put the backup in its place.")
    with tempfile.TemporaryDirectory() as folder:
        _unpack(source, Path(folder))
        copy = Path(folder) / _DATABASE[config.is_postgres]
        if not copy.exists():
            raise Refused("{file} holds no backup for this kind of database.", file=source)
        config.home.mkdir(parents=True, exist_ok=True)
        _put_back(config, copy, Path(folder))
    print(f"Restored {source}. Start with `resonanz serve`.")
    return 0


def _unpack(source: Path, folder: Path) -> None:
    try:
        with tarfile.open(source, "r:gz") as tar:
            tar.extractall(folder, filter="data")
    except (tarfile.TarError, OSError) as error:
        raise Refused("{file} cannot be read as a backup ({why}).", file=source, why=error) from None


def _put_back(config: Config, copy: Path, folder: Path) -> None:
    if config.is_postgres:
        _tool(["pg_restore", "--clean", "--if-exists", "--no-owner", "--dbname", config.database_url, str(copy)])
    else:
        database = config.home / "resonanz.sqlite3"
        if database.exists():
            database.replace(database.with_suffix(".sqlite3.before"))
        for leftover in ("-wal", "-shm"):
            Path(f"{database}{leftover}").unlink(missing_ok=True)
        shutil.copy2(copy, database)
    for name in _KEPT:
        if (folder / name).is_file():
            shutil.copy2(folder / name, config.home / name)
        elif (folder / name).is_dir():
            shutil.copytree(folder / name, config.home / name, dirs_exist_ok=True)


def _dump(config: Config, copy: Path) -> None:
    if config.is_postgres:
        _tool(["pg_dump", "--format=custom", "--file", str(copy), config.database_url])
        return
    database = config.home / "resonanz.sqlite3"
    if not database.exists():
        raise Refused("There is no database yet in {home}.", home=config.home)
    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task("Copying the database", total=None)
        with sqlite3.connect(database) as source, sqlite3.connect(copy) as target:
            source.backup(
                target,
                pages=2000,
                progress=lambda _s, left, total: bar.update(task, total=total, completed=total - left),
            )


def _tool(argv: Sequence[str]) -> None:
    if shutil.which(argv[0]) is None:
        raise Refused("{tool} is not installed; it comes with the PostgreSQL client.", tool=argv[0])
    done = subprocess.run(list(argv), capture_output=True, text=True, timeout=_MOST_S, check=False)  # noqa: S603
    if done.returncode:
        raise Refused("{tool} failed: {why}", tool=argv[0], why=done.stderr.strip()[-500:])


BACKUP = Command(
    "backup", "Write database, keys and files into one file, while the house is open.", _backup, _arguments
)
RESTORE = Command("restore", "Put a backup back (stop the house first).", _restore, _restore_arguments)
