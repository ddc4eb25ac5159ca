"""What all tables share: rows that can be locked, and rows that a loop claims."""

from datetime import datetime, timedelta
from typing import Self, TypeVar

from django.db import connection, models
from django.db.models.expressions import RawSQL

M = TypeVar("M", bound=models.Model)


class Lockable(models.QuerySet[M]):
    """``locked(row)``: the row as it stands now, held until the transaction ends (SQLite holds the whole file)."""

    def locked(self, row: M | int) -> M:
        pk = row if isinstance(row, int) else row.pk
        return self.select_for_update(of=("self",) if connection.features.has_select_for_update_of else ()).get(pk=pk)


class Claimable(Lockable[M]):
    """Rows with ``due_at`` and ``claimed_until`` that worker loops share among them."""

    def due(self, now: datetime) -> Self:
        free = models.Q(claimed_until__isnull=True) | models.Q(claimed_until__lt=now)
        return self.filter(free, due_at__lte=now)

    def claim(self, now: datetime, most: int, lease: timedelta) -> list[int]:
        """Ids of at most ``most`` due rows, oldest first, now ours for ``lease``. Call inside a transaction."""
        ids = list(
            self.due(now)
            .select_for_update(skip_locked=connection.features.has_select_for_update_skip_locked)
            .order_by("due_at", "pk")
            .values_list("pk", flat=True)[:most]
        )
        self.model._default_manager.filter(pk__in=ids).update(claimed_until=now + lease)  # noqa: SLF001 - Django's API
        return ids


def literal(value: str) -> RawSQL:
    """One of our own constants as a literal in the statement: SQLite uses a partial index only where it can see the
    value that the index names. Never for anything from outside.
    """
    if not value.isidentifier():
        raise ValueError(value)
    return RawSQL(f"'{value}'", ())  # noqa: S611 - checked to be a bare word


class Apart(models.Func):
    """A column of ids that is only compared row by row, never looked up: SQLite would take an index for each half of
    "in one of these queues or mine" and read every case there ever was, where another index names the few that matter.
    """

    template = "+%(expressions)s"
    output_field = models.BigIntegerField()


def besides(relation: str, model: type[models.Model], *kept: str) -> list[str]:
    """For ``defer``: everything of a related row but these columns. Django needs about 50 microseconds to name each
    column of each statement, so that a page that names a thousand has spent half of its time.
    """
    names = (field.name for field in model._meta.concrete_fields if not field.primary_key)  # noqa: SLF001 - Django's API
    return [f"{relation}__{name}" for name in names if name not in kept]


def member_of(field: str, choices: type[models.TextChoices], name: str) -> models.CheckConstraint:
    """A constraint that keeps ``field`` among ``choices``."""
    return models.CheckConstraint(condition=models.Q(**{f"{field}__in": choices.values}), name=name)
