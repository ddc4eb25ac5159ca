"""A transaction that a power loss cannot undo."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.transaction import atomic


@contextmanager
def durable() -> Iterator[None]:
    """A transaction that lies on the disk, with all that was committed before it, when the block has ended.

    On SQLite other commits are left to the next checkpoint (synchronous=NORMAL): after a power loss the last of them
    may be missing. PostgreSQL writes each commit through by itself. Inside another transaction the outer one decides.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        with atomic():
            yield
        return
    _set("FULL")
    try:
        with atomic():
            yield
    finally:
        _set("NORMAL")


def _set(synchronous: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA synchronous={synchronous}")
