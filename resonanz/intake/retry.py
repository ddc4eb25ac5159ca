"""A person looks at what was set aside or could not be read, and has it settled again."""

from django.db.transaction import atomic

from resonanz.intake.understand import READMITTED
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import Account, Agent, Arrival, ArrivalState, May

BACK = {ArrivalState.UNREADABLE, ArrivalState.UNSUPPORTED, ArrivalState.FILTERED, ArrivalState.STALE}


def retry_arrival(arrival: Arrival, *, by: Agent) -> Arrival:
    """Settle one arrival again; one that a filter set aside comes in past the filters."""
    _may(by)
    with atomic():
        arrival = Arrival.objects.locked(arrival)
        if arrival.state not in BACK:
            raise Refused("This arrival became a message already.")
        arrival.why = READMITTED if arrival.state == ArrivalState.FILTERED else ""
        arrival.state, arrival.tries, arrival.due_at = ArrivalState.NEW, 0, clock.now()
        arrival.save(update_fields=["why", "state", "tries", "due_at"])
        record("arrival.retried", arrival, by=by)
    return arrival


def retry_unreadable(account: Account, *, by: Agent) -> int:
    """Settle all unreadable arrivals of an account again, after its connector was mended. Returns how many."""
    _may(by)
    with atomic():
        unreadable = Arrival.objects.filter(account=account, state=ArrivalState.UNREADABLE)
        count = unreadable.update(state=ArrivalState.NEW, why="", tries=0, due_at=clock.now())
        record("arrivals.retried", account, by=by, count=count)
    return count


def _may(by: Agent) -> None:
    if not by.may(May.RUN_ACCOUNTS) and not by.may(May.RESOLVE_SENDING):
        raise NotAllowed
