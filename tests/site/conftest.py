"""What the tests of the command line share."""

import os
import shutil
from uuid import uuid4

import pytest


@pytest.fixture
def empty_postgres():
    """The address of a new database on the test server, dropped at the end."""
    server = os.environ.get("TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
    psycopg = pytest.importorskip("psycopg")
    if shutil.which("pg_dump") is None or shutil.which("pg_restore") is None:
        pytest.skip("pg_dump and pg_restore are not installed")
    try:
        line = psycopg.connect(server, connect_timeout=3, autocommit=True)
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server was reached")
    name = f"resonanz_site_{uuid4().hex[:8]}"
    with line:
        line.execute(f"CREATE DATABASE {name}")
    yield f"{server.rpartition('/')[0]}/{name}"
    with psycopg.connect(server, autocommit=True) as line:
        line.execute(f"DROP DATABASE {name} WITH (FORCE)")
