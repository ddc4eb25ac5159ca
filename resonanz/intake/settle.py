"""Arrivals become messages: in batches, in any order, any number of times, always with the same end.

What cannot be understood is kept with its reason; what speaks of something that has not come yet waits for it.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import orjson
import structlog
from django.db import IntegrityError, OperationalError, connection
from django.db.transaction import atomic
from django.utils.translation import gettext_noop

from resonanz.accounts.access import access_for_parsing
from resonanz.connectors.contract import Arrival as Raw
from resonanz.connectors.registry import connector
from resonanz.intake.change import change
from resonanz.intake.covered import cover_again
from resonanz.intake.native import ours
from resonanz.intake.place import place
from resonanz.intake.understand import Kept, Outcome, Piece, understand
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.text import clean
from resonanz.model.base import literal
from resonanz.model.bulk import fitting, insert, moment, rows, set_all
from resonanz.model.models import Account, Arrival, ArrivalState

log = structlog.get_logger()
NOT_KEPT = gettext_noop("it could not be kept")
BATCH = 2500  # fewer pages of the indexes are written twice; the one writer of SQLite is held up for about 0.2 s
MOST_BYTES = 50_000_000
WAIT_FOR_OTHER = timedelta(hours=1)
MOST_WAITS = 24
_RACES = 3


def settle_due(most: int = BATCH) -> int:
    """Settle the oldest arrivals that are due; returns how many were taken. Workers share by row locks. One that
    breaks its batch is found and kept as unreadable; the others are settled.
    """
    for _ in range(_RACES):
        try:
            with atomic():
                arrivals = _due(most)
                if arrivals:
                    settle(arrivals)
                return len(arrivals)
        except OperationalError:
            raise
        except IntegrityError:  # another worker made the same contact or thread in this moment: look again
            log.info("arrivals.raced")
        except Exception:
            log.exception("arrivals.broke", most=most)
            break
    with atomic():
        arrivals = _due(most)
        _settle_apart(arrivals)
    return len(arrivals)


def settle(arrivals: Sequence[Kept]) -> None:
    """Settle these arrivals inside the caller's transaction."""
    by_account: dict[int, list[Kept]] = defaultdict(list)
    for arrival in arrivals:
        by_account[arrival.account_id].append(arrival)
    accounts = Account.objects.select_related("queue").in_bulk(by_account)
    outcomes: list[Outcome] = []
    for account_id, group in by_account.items():
        outcomes += _settle_account(accounts[account_id], group)
    _keep_outcomes(outcomes)
    record("arrivals.settled", by=None, count=len(arrivals))


def _due(most: int) -> list[Kept]:
    """The oldest ones, as many as fit in memory well."""
    skip = connection.features.has_select_for_update_skip_locked
    due = Arrival.objects.select_for_update(skip_locked=skip).filter(
        state=literal(ArrivalState.NEW), due_at__lte=clock.now()
    )
    oldest = due.order_by("due_at", "pk")
    found = rows(oldest.values_list(*Kept._fields)[: fitting(oldest, "body", most, MOST_BYTES)])
    return [
        Kept(pk, account, external_id, body, orjson.loads(headers), is_hook, moment(at), tries, why)
        for pk, account, external_id, body, headers, is_hook, at, tries, why in found
    ]


def _settle_apart(arrivals: Sequence[Kept]) -> None:
    """Halve the batch until what breaks it stands alone."""
    try:
        with atomic():
            settle(arrivals)
    except OperationalError:
        raise
    except Exception as error:  # whatever it was, the other arrivals do not wait for it
        if len(arrivals) == 1:
            log.exception("arrival.breaks", arrival=arrivals[0].pk)
            why = f"{NOT_KEPT}: {type(error).__name__}: {error}"[:400]
            _keep_outcomes([Outcome(arrivals[0].pk, ArrivalState.UNREADABLE, clean(why))])
            return
        middle = len(arrivals) // 2
        _settle_apart(arrivals[:middle])
        _settle_apart(arrivals[middle:])


def _settle_account(account: Account, arrivals: Sequence[Kept]) -> list[Outcome]:
    speaks = connector(account.channel)
    pieces, outcomes, inside = understand(arrivals, speaks, access_for_parsing(account))
    keep_raws(account, inside)
    ordinary = [p for p in pieces if p.verdict is None]
    special = [p for p in pieces if p.verdict is not None]
    placed, rest, touched = place(
        account, ordinary, scope=str(account.pk) if speaks.manifest.identity_scope == "account" else ""
    )
    outcomes += placed
    late: list[Piece] = []
    changed = [*change(account, rest), *ours(account, special)]
    for outcome, piece in changed:
        if outcome is None:
            late.append(piece)
        else:
            outcomes.append(outcome)
    outcomes += _wait(late)
    cover_again(account, touched, [piece.incoming.native_id for _, piece in changed])
    if placed:
        _wake(account)
    return outcomes


def keep_raws(account: Account, raws: Sequence[Raw], *, is_hook: bool = False, at: datetime | None = None) -> int:
    """Keep raw arrivals that came ``at`` (now); those that are known already are none. Returns how many were new."""
    now = clock.now()
    came = at or now
    return insert(
        Arrival,
        ["account_id", "external_id", "body", "headers", "is_hook", "received_at", "due_at"],
        [(account.pk, raw.external_id[:300], raw.body, dict(raw.headers), is_hook, came, now) for raw in raws],
        known="skip",
    )


def _wait(late: Sequence[Piece]) -> list[Outcome]:
    """What speaks of something unknown waits an hour (or until news comes), a day at most."""
    again: dict[int, list[int]] = defaultdict(list)
    for piece in late:
        again[piece.tries + 1].append(piece.arrival)
    gone = [pk for tries, ids in again.items() if tries > MOST_WAITS for pk in ids]
    for tries, ids in again.items():
        if tries <= MOST_WAITS:
            Arrival.objects.filter(pk__in=ids).update(
                due_at=clock.now() + WAIT_FOR_OTHER, tries=tries, why="waits for what it speaks of"
            )
    return [Outcome(pk, ArrivalState.STALE, "what it speaks of never came") for pk in gone]


def _wake(account: Account) -> None:
    """What waits for something unknown is due again, now that news came. The account is compared here and not in the
    statement, which would then read all of the account's arrivals instead of the few that wait.
    """
    waiting = Arrival.objects.filter(state=literal(ArrivalState.NEW), due_at__gt=clock.now(), tries__gt=0)
    ids = [pk for pk, of in waiting.order_by("due_at", "pk").values_list("pk", "account_id") if of == account.pk]
    if ids:
        Arrival.objects.filter(pk__in=ids).update(due_at=clock.now())


def _keep_outcomes(outcomes: Sequence[Outcome]) -> None:
    groups: dict[tuple[str, str], list[int]] = defaultdict(list)
    for arrival, end, why in outcomes:
        groups[end.value, why].append(arrival)
    for (state, why), ids in groups.items():
        set_all(Arrival, ids, state=state, why=why)
