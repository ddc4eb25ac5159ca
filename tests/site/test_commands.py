"""Every command by itself: what it prints, and what it says when something is wrong."""

import json
import os
import socket

import pytest

from tests.site.house import free_port, run

SHAPE = {"name", "commit", "date", "machine", "figures"}
FIGURE = {"name", "value", "unit", "floor", "goal", "ratio", "holds"}


def assert_sentence(done, *words: str) -> None:
    """Ended with 1 and one sentence for people."""
    assert (done.returncode, "Traceback" in done.stderr) == (1, False), done.stderr
    assert done.stderr.startswith("resonanz: ")
    assert [word for word in words if word not in done.stderr] == []


def test_alone_it_says_what_there_is(tmp_path):
    done = run(tmp_path)

    assert done.returncode == 0
    assert [
        word for word in ("serve", "demo", "doctor", "ledger", "backup", "restore") if word not in done.stdout
    ] == []


def test_config_prints_every_setting_with_secrets_hidden(tmp_path):
    settings = {
        "RESONANZ_SECRET_KEY": "a-very-secret-key-" * 3,
        "RESONANZ_DATABASE_URL": "postgresql://anna:geheim@127.0.0.1/none",
        "RESONANZ_MAIL_URL": "smtp://otto:verborgen@mail.example:587",
    }

    plain, as_json = run(tmp_path, "config", **settings), run(tmp_path, "config", "--json", **settings)

    found = json.loads(as_json.stdout)
    assert found["RESONANZ_SECRET_KEY"] == "[set]"
    assert found["RESONANZ_DATABASE_URL"] == "postgresql://anna:[hidden]@127.0.0.1/none"
    assert [word for word in ("geheim", "verborgen", "very-secret") if word in plain.stdout + as_json.stdout] == []
    assert [name for name in found if name not in plain.stdout] == []


def test_an_unknown_setting_stops_with_a_sentence(tmp_path):
    assert_sentence(run(tmp_path, "serve", RESONANZ_PROT="8000"), "RESONANZ_PROT", "no such setting", "config")


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("RESONANZ_PORT", "eight", "whole number"),
        ("RESONANZ_PORT", "99999", "between 1 and 65535"),
        ("RESONANZ_DATABASE_URL", "mysql://x", "postgresql://"),
        ("RESONANZ_TIME_ZONE", "Mond/Krater", "no such time zone"),
        ("RESONANZ_SECRET_KEY_FILE", "/nowhere/key", "cannot be read"),
    ],
)
def test_a_bad_value_stops_with_a_sentence(tmp_path, name, value, said):
    assert_sentence(run(tmp_path, "migrate", **{name: value}), name.removesuffix("_FILE"), said)


def test_a_used_port_is_said_with_the_way_out(tmp_path):
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        one.listen()
        port = one.getsockname()[1]

        done = run(tmp_path, "serve", RESONANZ_PORT=str(port))

    assert_sentence(done, f"Port {port} cannot be used", f"RESONANZ_PORT={port + 1}")


def test_a_used_port_of_the_sandbox_says_which_setting_moves_it(tmp_path):
    port = free_port()
    with socket.create_server(("127.0.0.1", port + 10)) as one:
        one.listen()

        done = run(tmp_path, "demo", RESONANZ_PORT=str(port))

    assert_sentence(done, f"Port {port + 10} cannot be used", f"RESONANZ_PORT={port + 1} make run")


@pytest.mark.parametrize("command", ["serve", "demo", "migrate"])
def test_a_file_that_is_no_database_is_said_with_the_way_out(tmp_path, command):
    (tmp_path / "resonanz.sqlite3").write_bytes(b"this is no database" * 100)

    done = run(tmp_path, command, RESONANZ_PORT=str(free_port()))

    assert_sentence(done, "is not a SQLite database", "Move it away", "restore")


def test_a_damaged_database_is_said_with_the_way_out(tmp_path):
    run(tmp_path, "migrate")
    database = tmp_path / "resonanz.sqlite3"
    whole = database.read_bytes()
    database.write_bytes(whole[:100] + os.urandom(len(whole) - 100))

    assert_sentence(run(tmp_path, "migrate"), "The database cannot be used", "restore")


def test_a_database_server_that_is_not_there_is_said_with_the_way_out(tmp_path):
    done = run(tmp_path, "migrate", RESONANZ_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    assert_sentence(done, "The database cannot be used", "RESONANZ_DATABASE_URL")


def test_a_home_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").write_text("")

    done = run(tmp_path / "file/home", "serve")

    assert_sentence(done, "RESONANZ_HOME", "cannot be made")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_home_that_is_read_only_is_said(tmp_path):
    tmp_path.chmod(0o555)

    done = run(tmp_path, "serve")

    assert_sentence(done, "RESONANZ_HOME", "nothing can be written")


def test_the_doctor_says_ok_on_a_sound_house_and_bad_before(tmp_path):
    before = run(tmp_path, "doctor")
    run(tmp_path, "migrate")
    after = run(tmp_path, "doctor")

    assert (before.returncode, after.returncode) == (1, 0)
    assert "run `resonanz migrate`" in before.stdout
    assert [line for line in after.stdout.splitlines() if not line.startswith("ok ")] == []


def test_the_ledger_of_an_empty_house_balances_and_a_bad_day_is_said(tmp_path):
    run(tmp_path, "migrate")

    found = json.loads(run(tmp_path, "ledger", "--json").stdout)

    assert (found["arrivals"], found["messages"], found["open"], found["unaccounted"]) == (0, 0, 0, 0)
    assert_sentence(run(tmp_path, "ledger", "--from", "vorgestern"), "vorgestern", "2026-11-01")
    assert_sentence(run(tmp_path, "ledger", "--from", "2026-11-02", "--to", "2026-11-01"), "before the last one")


def test_the_ledger_before_the_first_migration_is_a_sentence(tmp_path):
    assert_sentence(run(tmp_path, "ledger", "--json"), "resonanz migrate")


def invite(home, **settings):
    words = ["invite", "--email", "anna@auenwerke.example", "--name", "Anna Amsel", "--roles", "lead", "--team", "Rot"]
    return run(home, *words, INVITE_PASSWORD="ein gutes Kennwort", **settings)


def test_a_backup_comes_back_with_people_and_key(tmp_path):
    first, second, file = tmp_path / "first", tmp_path / "second", tmp_path / "backup.tar.gz"
    assert invite(first).returncode == 0

    made = run(first, "backup", str(file))
    back = run(second, "restore", str(file))

    assert (made.returncode, back.returncode, file.stat().st_mode & 0o077) == (0, 0, 0)
    assert (second / "secret.key").read_bytes() == (first / "secret.key").read_bytes()
    assert_sentence(invite(second), "is here already")
    assert run(second, "doctor").returncode == 0


def test_restoring_replaces_only_when_told_and_keeps_what_was_there(tmp_path):
    home, file = tmp_path / "home", tmp_path / "backup.tar.gz"
    run(home, "migrate")
    run(home, "backup", str(file))
    invite(home)

    refused = run(home, "restore", str(file))
    replaced = run(home, "restore", str(file), "--replace")

    assert_sentence(refused, "--replace")
    assert replaced.returncode == 0
    assert (home / "resonanz.sqlite3.before").exists()
    assert invite(home).returncode == 0  # nobody was in the backup


def test_wrong_backup_files_are_said(tmp_path):
    run(tmp_path, "migrate")
    (tmp_path / "bad.tar.gz").write_bytes(b"no archive")
    run(tmp_path, "backup", str(tmp_path / "good.tar.gz"))
    whole = (tmp_path / "good.tar.gz").read_bytes()
    (tmp_path / "cut.tar.gz").write_bytes(whole[: len(whole) // 2])

    assert_sentence(run(tmp_path, "backup", str(tmp_path / "bad.tar.gz")), "exists already")
    assert_sentence(run(tmp_path, "restore", str(tmp_path / "none.tar.gz"), "--replace"), "is not there")
    assert_sentence(run(tmp_path, "restore", str(tmp_path / "bad.tar.gz"), "--replace"), "cannot be read as a backup")
    assert_sentence(run(tmp_path, "restore", str(tmp_path / "cut.tar.gz"), "--replace"), "cannot be read as a backup")
    doctor = run(tmp_path, "doctor")
    assert doctor.returncode == 0, doctor.stdout


def test_a_worker_for_a_loop_that_is_none_says_which_there_are(tmp_path):
    assert_sentence(run(tmp_path, "work", "--loops", "flow,delivery"), "delivery", "deliver")


def test_a_backup_of_a_house_that_was_never_migrated_is_a_sentence_and_no_file(tmp_path):
    nothing = run(tmp_path, "backup", str(tmp_path / "one.tar.gz"))
    run(tmp_path, "doctor")  # looks into a database that is made by looking
    empty = run(tmp_path, "backup", str(tmp_path / "two.tar.gz"))

    assert_sentence(nothing, "There is no database yet")
    assert_sentence(empty, "no tables yet", "resonanz migrate")
    assert list(tmp_path.glob("*.tar.gz")) == []


def test_the_doctor_says_once_that_the_database_is_not_there(tmp_path):
    done = run(tmp_path, "doctor", RESONANZ_DATABASE_URL="postgresql://nobody@127.0.0.1:1/none")

    bad = [line.split(maxsplit=2) for line in done.stdout.splitlines() if line.startswith("BAD")]
    assert [name for _, name, _ in bad] == ["database", "accounts", "team", "flow"]
    assert [said for *_, said in bad[1:]] == ["the same as above"] * 3
    assert done.stdout.count("Connection refused") == 1


def test_a_backup_into_a_folder_that_is_not_there_is_said(tmp_path):
    run(tmp_path, "migrate")

    assert_sentence(run(tmp_path, "backup", str(tmp_path / "no/such/backup.tar.gz")), "no/such")


@pytest.mark.pg
def test_a_backup_of_an_empty_postgres_is_a_sentence_and_no_file(tmp_path, empty_postgres):
    file = tmp_path / "backup.tar.gz"

    done = run(tmp_path, "backup", str(file), RESONANZ_DATABASE_URL=empty_postgres)

    assert_sentence(done, "no tables yet", "resonanz migrate")
    assert not file.exists()


@pytest.mark.pg
def test_a_backup_of_postgres_comes_back(tmp_path, empty_postgres):
    settings, file = {"RESONANZ_DATABASE_URL": empty_postgres}, tmp_path / "backup.tar.gz"
    run(tmp_path, "migrate", **settings)
    made = run(tmp_path, "backup", str(file), **settings)
    assert invite(tmp_path, **settings).returncode == 0

    refused = run(tmp_path, "restore", str(file), **settings)
    back = run(tmp_path, "restore", str(file), "--replace", **settings)

    assert made.returncode == 0, made.stderr
    assert_sentence(refused, "--replace")
    assert back.returncode == 0, back.stderr
    assert invite(tmp_path, **settings).returncode == 0  # nobody was in the backup


@pytest.mark.load
@pytest.mark.parametrize("name", ["hook", "intake"])
def test_a_measurement_has_its_shape_and_touches_no_house(tmp_path, name):
    done = run(tmp_path, "bench", name, "--quick", "--json")

    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (set(found), found["name"]) == (SHAPE, name)
    assert {frozenset(one) for one in found["figures"]} == {frozenset(FIGURE)}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.load
def test_a_program_that_lies_where_one_stands_is_not_run(tmp_path):
    home, here = tmp_path / "home", tmp_path / "here"
    here.mkdir()
    (here / "argparse.py").write_text("raise SystemExit('a stranger ran')")

    done = run(home, "bench", "intake", "--quick", "--json", where=here)

    assert done.returncode == 0, done.stderr


def test_reading_quality_without_labelled_reactions_says_what_is_missing(tmp_path):
    done = run(tmp_path, "eval", "readers", "--data", str(tmp_path))

    assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert "No labelled reactions found: give their folder with --data." in done.stderr


def test_reading_quality_has_its_shape(tmp_path):
    row = {
        "text": "Wann kommt der Bus?",
        "lang": "de",
        "needs_answer": "yes",
        "safety": [],
        "address": "none",
        "personal_data": [],
    }
    (tmp_path / "rows.jsonl").write_text(json.dumps(row) + "\n")

    done = run(tmp_path / "home", "eval", "readers", "--data", str(tmp_path), "--json")

    assert done.returncode == 0, done.stderr
    assert {frozenset(one) for one in json.loads(done.stdout)["figures"]} == {frozenset(FIGURE)}
