"""One connection that all threads of a process share, in turns, for single rows that are written at once.

On SQLite every commit makes all other connections forget what they know of the file. Where many threads write a row
each, one connection for all of them is twice as fast. On PostgreSQL each thread keeps its own.
"""

from collections.abc import Sequence
from threading import Lock
from typing import Any

from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from resonanz.model.bulk import insert, plan_for


class OneLine:
    """Opened when it is needed, and again after it failed. For callers outside of any transaction."""

    def __init__(self) -> None:
        self._turn = Lock()
        self._line: BaseDatabaseWrapper | None = None

    def insert(self, model: type[models.Model], columns: Sequence[str], row: Sequence[Any]) -> None:
        """Insert and commit one row (see ``bulk.insert``), passing over one that is known already. Raises
        DatabaseError.
        """
        if connection.vendor != "sqlite":
            insert(model, columns, [row], known="skip")
            return
        plan = plan_for(model, tuple(columns), "skip", "sqlite")
        values = next(iter(plan.values([row])))
        with self._turn:
            line = self._line or self._open()
            try:
                with line.wrap_database_errors:
                    line.connection.execute(plan.statement.replace("%s", "?"), values)
            except DatabaseError:
                self._close()
                raise

    def close(self) -> None:
        """Close the connection; the next row opens it again."""
        with self._turn:
            self._close()

    def _open(self) -> BaseDatabaseWrapper:
        self._line = connections.create_connection(DEFAULT_DB_ALIAS)
        self._line.inc_thread_sharing()
        self._line.ensure_connection()
        return self._line

    def _close(self) -> None:
        if self._line is not None:
            self._line.close()
            self._line = None
