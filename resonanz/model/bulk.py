"""Writing many rows at once: ids taken first, then one prepared statement for all rows.

Django's ``bulk_create`` prepares every field of every object; settling thousands of arrivals a second needs the
statement alone. Constraints and transactions hold as everywhere.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import accumulate, repeat
from typing import Any

import orjson
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.functions import Length

Column = Sequence[Any]
Prepare = Callable[[Column], Iterable[Any]]  # a column's values as the database takes them
_MOST_IDS = 5000
_END = '+00:00"'


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
    plan = plan_for(model, tuple(columns), known, connection.vendor)
    with connection.cursor() as cursor:
        if len(rows) == 1:
            cursor.execute(plan.statement, next(iter(plan.values(rows))))
        else:
            cursor.executemany(plan.statement, plan.values(rows))
        return max(int(cursor.rowcount), 0)


def update(model: type[models.Model], column: str, pairs: Iterable[tuple[int, Any]]) -> None:
    """Set ``column`` of many rows, each to its own value: ``pairs`` of (id, value)."""
    field = _field(model, column)
    wanted = list(pairs)
    if wanted:
        name, prepare = _quoted(field), _prepare(field)
        ids, given = zip(*wanted, strict=True)
        values = list(zip(prepare(given) if prepare else given, ids, strict=True))
        with connection.cursor() as cursor:
            cursor.executemany(f"UPDATE {_table(model)} SET {name} = %s WHERE id = %s", values)  # noqa: S608 - ours


def look_up(
    model: type[models.Model], columns: Sequence[str], where: str, values: Iterable[str], **equal: int | str
) -> list[tuple[Any, ...]]:
    """Rows whose text column ``where`` is one of ``values`` (any number), as tuples of ``columns``; ``equal`` narrows
    by further columns (name the leading ones of an index). Text and number columns only: nothing is converted.
    """
    values = list(dict.fromkeys(values))
    names = ", ".join(_quoted(_field(model, name)) for name in columns)
    narrow = "".join(f"{_quoted(_field(model, name))} = %s AND " for name in equal)
    found: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for start in range(0, len(values), _MOST_IDS):
            some = values[start : start + _MOST_IDS]
            marks = ", ".join(["%s"] * len(some))
            wanted = f"{narrow}{_quoted(_field(model, where))} IN ({marks})"
            cursor.execute(f"SELECT {names} FROM {_table(model)} WHERE {wanted}", [*equal.values(), *some])  # noqa: S608 - names are ours
            found += cursor.fetchall()
    return found


def rows(found: "models.QuerySet[Any, tuple[Any, ...]]") -> list[tuple[Any, ...]]:
    """The rows of a ``values_list`` as the driver gives them, nothing converted by Django: on SQLite moments
    are naive (see ``moment``), and JSON is text everywhere.
    """
    try:
        statement, places = found.query.sql_with_params()
    except EmptyResultSet:  # Django sees that no row can match
        return []
    with connection.cursor() as cursor:
        cursor.execute(statement, places)
        given: list[tuple[Any, ...]] = cursor.fetchall()
    return given


def fitting(found: "models.QuerySet[Any, Any]", column: str, most: int, most_bytes: int) -> int:
    """How many of the first ``most`` rows lie within ``most_bytes`` of ``column`` together; one at least, where there
    is one. Locks what ``found`` locks.
    """
    sizes = [size for (size,) in rows(found.values_list(Length(column))[:most])]
    return bisect_right(list(accumulate(sizes)), most_bytes) or min(1, len(sizes))


def moment(stored: datetime) -> datetime:
    """A moment out of ``rows``, aware."""
    return stored if stored.tzinfo else stored.replace(tzinfo=UTC)


def set_all(model: type[models.Model], ids: Sequence[int], **values: str) -> None:
    """Set some text columns of many rows to the same values."""
    names = ", ".join(f"{_quoted(_field(model, name))} = %s" for name in values)
    with connection.cursor() as cursor:
        for start in range(0, len(ids), _MOST_IDS):
            which = _these(ids[start : start + _MOST_IDS])
            statement = f"UPDATE {_table(model)} SET {names} WHERE id {which}"  # noqa: S608 - whole numbers
            cursor.execute(statement, list(values.values()))


def _these(ids: Sequence[int]) -> str:
    """Ids without a gap, as most batches have them, are found in one go."""
    first, last = int(min(ids)), int(max(ids))
    if last - first + 1 == len(set(ids)):
        return f"BETWEEN {first} AND {last}"
    return f"IN ({','.join(str(int(pk)) for pk in ids)})"


@dataclass(frozen=True, slots=True)
class Plan:
    """How rows of one shape are written: the statement, the places whose values must be prepared, and the columns
    whose default is a new one each time (a moment).
    """

    statement: str
    special: tuple[tuple[int, Prepare], ...]
    moving: tuple[tuple["models.Field[Any, Any]", Prepare | None], ...]

    def values(self, rows: Sequence[Sequence[Any]]) -> Any:
        """The rows as the database takes them; column by column, which is much cheaper than row by row."""
        if not self.special and not self.moving:
            return rows
        columns: list[Any] = list(zip(*rows, strict=True))
        for at, prepare in self.special:
            columns[at] = prepare(columns[at])
        for field, maybe in self.moving:
            default = [field.get_default()]
            columns.append(repeat(next(iter(maybe(default) if maybe else default))))
        return zip(*columns, strict=False)  # the defaults repeat for ever


@cache
def plan_for(model: type[models.Model], columns: tuple[str, ...], known: str, vendor: str) -> Plan:  # noqa: ARG001 - part of the key
    """How rows with these columns are written; made once (see ``insert``)."""
    fields = [_field(model, name) for name in columns]
    rest = [f for f in model._meta.concrete_fields if f not in fields and not f.primary_key]  # noqa: SLF001
    fixed = [(f, literal) for f in rest if (literal := _literal(f))]
    moving = [f for f in rest if not _literal(f)]
    quoted = ", ".join(_quoted(f) for f in (*fields, *moving, *(f for f, _ in fixed)))
    marks = ", ".join([*["%s"] * (len(fields) + len(moving)), *(literal for _, literal in fixed)])
    end = " ON CONFLICT DO NOTHING" if known == "skip" else ""
    return Plan(
        f"INSERT INTO {_table(model)} ({quoted}) VALUES ({marks}){end}",  # noqa: S608 - names are ours
        tuple((at, prepare) for at, f in enumerate(fields) if (prepare := _prepare(f))),
        tuple((f, _prepare(f)) for f in moving),
    )


def _literal(field: "models.Field[Any, Any]") -> str:
    """A plain default as it stands in the statement; empty where it must be handed over."""
    value = field.get_default()
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if type(value) is int:
        return str(value)
    if isinstance(value, str) and (value == "" or value.isidentifier()):
        return f"'{value!s}'"
    return ""


def _quoted(field: "models.Field[Any, Any]") -> str:
    return str(connection.ops.quote_name(str(field.column)))


def _table(model: type[models.Model]) -> str:
    return str(connection.ops.quote_name(model._meta.db_table))  # noqa: SLF001


def _field(model: type[models.Model], name: str) -> "models.Field[Any, Any]":
    for field in model._meta.concrete_fields:  # noqa: SLF001
        if name in {field.attname, field.name} or (name == "pk" and field.primary_key):
            return field
    raise ValueError(f"{model.__name__} has no column {name}")


def _prepare(field: "models.Field[Any, Any]") -> Prepare | None:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, models.DateTimeField):
        return _moments if connection.vendor == "sqlite" else None
    if isinstance(field, models.BinaryField):
        return _bytes
    if isinstance(field, models.BooleanField) and connection.vendor == "sqlite":
        return _numbers  # the driver would look for a way to write each truth
    return None


def _numbers(column: Column) -> Iterable[int | None]:
    return map(int, column) if None not in column else [None if one is None else int(one) for one in column]


def _bytes(column: Column) -> Iterable[bytes]:
    return map(bytes, column)


def _json(column: Column) -> Iterable[str]:
    return [orjson.dumps(one).decode() for one in column]


def _moments(column: Column) -> Iterable[str | None]:
    """As Django stores moments in SQLite: naive, in UTC. Many columns hold one and the same; else all are written at
    once, which is much cheaper than one by one.
    """
    first = column[0]
    if column.count(first) == len(column):
        return repeat(_moment(first), len(column))
    if None not in column:
        told = orjson.dumps(column).decode()
        if told.count(_END) == len(column):  # every one in UTC
            return told[2 : -len(_END) - 1].replace("T", " ").split(_END + ',"')
    return map(_moment, column)


def _moment(value: datetime | None) -> str | None:
    return None if value is None else str(value if value.tzinfo is UTC else value.astimezone(UTC))[:-6]
