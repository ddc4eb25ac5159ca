"""What is on the disk before a byte leaves: on SQLite a commit alone may vanish with the power."""

import pytest
from django.db import connection

from resonanz.model.durable import durable
from resonanz.outbox.deliver import deliver_due
from tests.crash import own_file

FULL, NORMAL = 2, 1


@pytest.fixture
def house(db, tmp_path):
    with own_file(tmp_path / "house.sqlite3"):
        if connection.vendor != "sqlite":
            pytest.skip("PostgreSQL flushes each commit by itself")
        yield


def safety():
    """How much SQLite does for a commit on this connection."""
    return connection.connection.execute("PRAGMA synchronous").fetchone()[0]


@pytest.mark.django_db(transaction=True)
def test_the_attempt_is_flushed_to_the_disk_and_what_follows_is_not(house, request):
    desk = request.getfixturevalue("desk")
    delivery = desk.released(desk.asks())
    delivery.__class__.objects.update(due_at=delivery.created_at)
    seen = []

    def look(execute, statement, *rest):
        if statement.startswith("INSERT INTO") and '"model_attempt"' in statement:
            seen.append(("attempt", safety()))
        if statement.startswith("INSERT INTO") and '"model_receipt"' in statement:
            seen.append(("receipt", safety()))
        return execute(statement, *rest)

    with connection.execute_wrapper(look):
        deliver_due()

    assert seen == [("attempt", FULL), ("receipt", NORMAL)]


@pytest.mark.django_db(transaction=True)
def test_a_failure_inside_leaves_the_connection_as_it_was(house):
    connection.ensure_connection()
    before = safety()

    with pytest.raises(RuntimeError), durable():
        raise RuntimeError

    assert (before, safety()) == (NORMAL, NORMAL)
