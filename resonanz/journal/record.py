"""Every operation leaves one Event; this is the only writer of them."""

from typing import Any

from django.db import models

from resonanz.kit import clock
from resonanz.model.models import Agent, Case, Event


def record(kind: str, subject: models.Model | None = None, *, by: Agent | None, **told: Any) -> Event:
    """Write one event inside the caller's transaction. ``kind`` is "noun.verb_in_past"; ``told`` are small values
    (numbers, names of states), never message texts or secrets.
    """
    return Event.objects.create(
        at=clock.now(),
        kind=kind,
        by=by,
        case=case_of(subject),
        subject=subject._meta.model_name or "" if subject is not None else "",  # noqa: SLF001 - Django's API
        subject_id=subject.pk if subject is not None else None,
        told={name: _plain(value) for name, value in told.items()},
    )


def case_of(subject: models.Model | None) -> Case | None:
    """The case that a subject belongs to, where it belongs to one."""
    if isinstance(subject, Case):
        return subject
    case = getattr(subject, "case", None)
    return case if isinstance(case, Case) else None


def stamp() -> int:
    """The number of the newest event: pages compare it to learn whether anything happened."""
    newest: int | None = Event.objects.aggregate(newest=models.Max("id"))["newest"]
    return newest or 0


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    return value if isinstance(value, (str, int, float, bool, list, dict, type(None))) else str(value)
