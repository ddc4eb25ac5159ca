"""In which order cases are shown: who is harmed most by waiting comes first, and the reason can be said in words."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import F, Q
from django.db.models.expressions import OrderBy
from django.db.models.lookups import IsNull

from resonanz.model.models import Case

DANGER, URGENT, SOON = 3, 2, 1


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a case stands where it stands: a message id with places."""

    said: str
    places: dict[str, object] = field(default_factory=dict)


def by_harm() -> tuple[OrderBy | str, ...]:
    """Most urgent first, then whoever waits longest; where nobody waits comes last, however urgent it was."""
    return (OrderBy(IsNull(F("waiting_since"), True)), F("urgency").desc(), F("waiting_since").asc(), "pk")


def key_of(case: Case) -> str:
    """Where a case stands, as an opaque word for the address of the next page."""
    since = case.waiting_since.isoformat() if case.waiting_since else ""
    return f"{case.urgency}~{since}~{case.pk}"


def behind(key: str) -> Q:
    """Cases that stand behind ``key``. Raises ValueError for a key that is none."""
    urgency, since, pk = key.split("~")
    less, same = Q(urgency__lt=int(urgency)), Q(urgency=int(urgency))
    if not since:
        return Q(waiting_since=None) & (less | same & Q(pk__gt=int(pk)))
    moment = datetime.fromisoformat(since)
    later = Q(waiting_since__gt=moment) | Q(waiting_since=moment, pk__gt=int(pk))
    return Q(waiting_since=None) | Q(waiting_since__isnull=False) & (less | same & later)


def reason(case: Case) -> Reason:
    """Why this case stands here."""
    if case.waiting_since is None:
        return Reason("Last, because nobody waits for us here.")
    if case.urgency >= DANGER:
        return Reason("First, because somebody may be in danger.")
    if case.urgency == URGENT:
        return Reason("Early, because it is urgent.")
    if case.urgency == SOON:
        return Reason("Before the ordinary ones, because it should not wait long.")
    return Reason("By waiting time: whoever waits longest comes first.")
