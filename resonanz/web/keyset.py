"""Long lists, a page at a time, by the key of the last row: no page is skipped or shown twice while news comes in."""

from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from resonanz.web.given import number

M = TypeVar("M", bound=Model)
MOST = 50


@dataclass(frozen=True, slots=True)
class Slice(Generic[M]):
    """``more_url`` and ``first_url`` are empty where there is nothing."""

    rows: list[M]
    more_url: str
    first_url: str


def newest_first(request: HttpRequest, rows: QuerySet[M], most: int = MOST) -> Slice[M]:
    """Rows by falling id, from the one after ``?before=``."""
    before = request.GET.get("before", "")
    if (last := number(before)) is not None:
        rows = rows.filter(pk__lt=last)
    found = list(rows.order_by("-pk")[: most + 1])
    query = request.GET.copy()
    query.pop("before", None)
    first_url = f"?{query.urlencode()}" if before else ""
    more_url = ""
    if len(found) > most:
        query["before"] = str(found[most - 1].pk)
        more_url = f"?{query.urlencode()}"
    return Slice(found[:most], more_url, first_url)
