"""Raw arrivals are kept for the days that the operator set; their count stays in the ledger."""

from datetime import timedelta

from django.conf import settings

from resonanz.kit import clock
from resonanz.model.models import Arrival, ArrivalState

BATCH = 2000


def forget_old(most: int = BATCH) -> int:
    """Empty the raw bodies of settled arrivals that are older than the limit; returns how many."""
    limit = clock.now() - timedelta(days=settings.CONFIG.arrival_days)
    ended = Arrival.objects.filter(received_at__lt=limit).exclude(state__in=[ArrivalState.NEW, ArrivalState.UNREADABLE])
    ids = list(ended.exclude(body=b"").values_list("pk", flat=True)[:most])
    Arrival.objects.filter(pk__in=ids).update(body=b"", headers={})
    return len(ids)
