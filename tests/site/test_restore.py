"""What a restore replaces can be had back: the database with its last commits, and the key to its secrets."""

import os
import sqlite3
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

from resonanz.site.open_house import open_house
from tests.site.house import ROOT, environ, run
from tests.site.test_commands import assert_sentence, invite

CONNECT = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "resonanz.site.settings"
django.setup()
from resonanz.accounts.connect import connect_account
connect_account(channel="mastodon", name="Ours", settings={"base_url": "https://m.example"},
                secrets={"token": "very-secret"}, by=None)
os._exit(0)  # as if it was killed: the last commits stand in the log only
"""
REVEAL = """
import django, os
os.environ["DJANGO_SETTINGS_MODULE"] = "resonanz.site.settings"
django.setup()
from resonanz.accounts.access import access_to
from resonanz.model.models import Account
print([access_to(one).secrets["token"].reveal() for one in Account.objects.all()])
"""
TOOL = """#!/bin/sh
echo "$@" >> "$SEEN"
echo "password=$PGPASSWORD" >> "$SEEN"
while [ $# -gt 0 ]; do [ "$1" = --file ] && echo dump > "$2"; shift; done
exit 0
"""


def python(home, code: str) -> str:
    words = [sys.executable, "-c", code]
    done = subprocess.run(words, env=environ(home), cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_what_was_replaced_comes_back_whole_with_secrets_that_can_be_read(tmp_path):
    other, home, file = tmp_path / "other", tmp_path / "home", tmp_path / "backup.tar.gz"
    run(other, "migrate")
    run(other, "backup", str(file))
    run(home, "migrate")
    (home / "imports").mkdir()
    (home / "imports/one").write_text("kept")
    python(home, CONNECT)
    assert (home / "resonanz.sqlite3-wal").stat().st_size > 0

    done = run(home, "restore", str(file), "--replace")
    restored = python(home, REVEAL)
    for kept in home.glob("*.before*"):
        kept.rename(home / kept.name.replace(".before", ""))
    for part in ("-wal", "-shm"):
        (home / f"resonanz.sqlite3{part}").unlink(missing_ok=True)

    assert (done.returncode, restored) == (0, "[]"), done.stderr
    assert python(home, REVEAL) == "['very-secret']"


def test_a_second_restore_writes_over_nothing_that_the_first_one_kept(tmp_path):
    home, file = tmp_path / "home", tmp_path / "backup.tar.gz"
    run(home, "migrate")
    run(home, "backup", str(file))
    invite(home)
    run(home, "restore", str(file), "--replace")

    again = run(home, "restore", str(file), "--replace")

    assert_sentence(again, ".before", "from an earlier restore")
    with sqlite3.connect(home / "resonanz.sqlite3.before") as line:
        assert line.execute("SELECT count(*) FROM model_agent").fetchone() == (1,)


def test_nothing_is_restored_while_the_house_is_open(tmp_path):
    home, file = tmp_path / "home", tmp_path / "backup.tar.gz"
    run(home, "migrate")
    run(home, "backup", str(file))

    with open_house(home):
        done = run(home, "restore", str(file), "--replace")

    assert_sentence(done, "The house is open", "Close it first")
    assert list(home.glob("*.before")) == []


def test_a_worker_keeps_the_house_open(tmp_path):
    home, file = tmp_path / "home", tmp_path / "backup.tar.gz"
    run(home, "migrate")
    run(home, "backup", str(file))
    words = [sys.executable, "-m", "resonanz.site.command", "work", "--loops", "import"]
    worker = subprocess.Popen(words, env=environ(home), cwd=ROOT, stderr=subprocess.PIPE, text=True)
    try:
        assert "work.started" in worker.stderr.readline()
        refused = run(home, "restore", str(file), "--replace")
    finally:
        worker.terminate()
        worker.communicate(timeout=60)

    assert_sentence(refused, "The house is open")
    assert run(home, "restore", str(file), "--replace").returncode == 0


@pytest.mark.pg
@pytest.mark.parametrize("password", ["geheim", "ge:h@eim"])
def test_the_password_of_the_database_is_on_no_command_line(tmp_path, empty_postgres, password):
    tools, seen = tmp_path / "tools", tmp_path / "seen"
    tools.mkdir()
    for name in ("pg_dump", "pg_restore"):
        (tools / name).write_text(TOOL)
        (tools / name).chmod(0o755)
    spelled = password.replace(":", "%3A").replace("@", "%40")
    plain = urlsplit(empty_postgres)
    settings = {
        "RESONANZ_DATABASE_URL": plain._replace(netloc=f"postgres:{spelled}@{plain.hostname}:{plain.port}").geturl(),
        "PATH": f"{tools}:{os.environ['PATH']}",
        "SEEN": str(seen),
    }
    home, file = tmp_path / "home", tmp_path / "backup.tar.gz"

    assert run(home, "migrate", **settings).returncode == 0
    made = run(home, "backup", str(file), **settings)
    back = run(home, "restore", str(file), "--replace", **settings)

    assert (made.returncode, back.returncode) == (0, 0), made.stderr + back.stderr
    lines = seen.read_text().splitlines()
    assert [line for line in lines if spelled in line or password in line] == [f"password={password}"] * 3
    assert [line for line in lines if line.startswith("-")] != []
    assert all(empty_postgres.partition("//")[2] in line for line in lines if line.startswith("-"))
