"""Writing many rows at once: ids taken first, then one prepared statement for all rows.

Django's ``bulk_create`` prepares every field of every object; settling thousands of arrivals a second needs the
statement alone. Constraints and transactions hold as everywhere.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

Prepare = Callable[[Any], Any]


def take_ids(model: type[models.Model], count: int) -> list[int]:
    """``count`` fresh ids for ``model``. Call inside the transaction that inserts them.

    PostgreSQL hands them out of the table's sequence; on SQLite the (single) writer continues after the highest.
    """
    if count == 0:
        return []
    table = model._meta.db_table  # noqa: SLF001 - Django's documented API
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)", [table, count]
            )
            return [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        row = cursor.fetchone()
        last = row[0] if row else 0
        if row:
            cursor.execute("UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table])
        else:
            cursor.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (%s, %s)", [table, last + count])
        return list(range(last + 1, last + count + 1))


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]], *, known: str = "") -> int:
    """Insert ``rows`` (values in the order of ``columns``, which are field attribute names like ``account_id``).

    ``known="skip"`` passes over rows that a unique constraint knows already. Returns the number inserted (as far as
    the database says). Columns that are not named get the column's plain default as Django's field declares it.
    """
    rows = list(rows)
    if not rows:
        return 0
    names, defaults, prepares = _plan(model, tuple(columns))
    values = [[p(v) if p else v for p, v in zip(prepares, (*row, *defaults()), strict=True)] for row in rows]
    quoted = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    tail = " ON CONFLICT DO NOTHING" if known == "skip" else ""
    marks = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({quoted}) VALUES ({marks}){tail}", values)  # noqa: S608 - names are ours
        return max(cursor.rowcount, 0)


def update(model: type[models.Model], column: str, pairs: Iterable[tuple[int, Any]]) -> None:
    """Set ``column`` of many rows, each to its own value: ``pairs`` of (id, value)."""
    _, _, (prepare,) = _plan(model, (column,), bare=True)
    table = connection.ops.quote_name(model._meta.db_table)  # noqa: SLF001
    name = connection.ops.quote_name(_field(model, column).column)
    values = [[prepare(value) if prepare else value, pk] for pk, value in pairs]
    if values:
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {table} SET {name} = %s WHERE id = %s", values)  # noqa: S608 - names are ours


def _plan(
    model: type[models.Model], columns: tuple[str, ...], *, bare: bool = False
) -> tuple[list[str], Callable[[], list[Any]], list[Prepare | None]]:
    fields = [_field(model, name) for name in columns]
    rest = []
    if not bare:
        rest = [f for f in model._meta.concrete_fields if f not in fields and not f.primary_key]  # noqa: SLF001
    everything = [*fields, *rest]
    return [f.column for f in everything], lambda: [f.get_default() for f in rest], [_prepare(f) for f in everything]


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    for field in model._meta.concrete_fields:  # noqa: SLF001
        if name in {field.attname, field.name} or (name == "pk" and field.primary_key):
            return field
    raise ValueError(f"{model.__name__} has no column {name}")


def _prepare(field: "models.Field[Any, Any]") -> Prepare | None:
    if isinstance(field, models.JSONField):
        if connection.vendor == "postgresql":
            return lambda value: connection.ops.adapt_json_value(value, None)
        return lambda value: json.dumps(value, ensure_ascii=False)
    if isinstance(field, models.DateTimeField):
        return lambda value: None if value is None else connection.ops.adapt_datetimefield_value(value)
    if isinstance(field, models.BinaryField):
        return lambda value: connection.Database.Binary(value)
    return None
