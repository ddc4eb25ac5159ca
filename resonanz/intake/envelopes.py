"""What platforms push: kept as it came before it is answered, opened a moment later."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import orjson
import structlog
from django.db import connection
from django.db.transaction import atomic

from resonanz.connectors.contract import Arrival as Raw
from resonanz.connectors.contract import ChannelError
from resonanz.connectors.registry import connector
from resonanz.intake.settle import keep_raws
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.bulk import fitting, insert, moment, rows
from resonanz.model.models import Account, Envelope
from resonanz.model.one_line import OneLine

log = structlog.get_logger()
BATCH = 200
MOST_BYTES = 20_000_000
ONE_LINE = OneLine()
_COLUMNS = ("key", "account_id", "body", "headers", "received_at")


def take_hook(account: Account, raw: Raw) -> None:
    """Keep one verified hook body as it came; one that still lies here is no news.

    Raises DatabaseError where it could not be kept.
    """
    insert(Envelope, _COLUMNS, [_row(account, raw)], known="skip")


def take_hook_on_one_line(account: Account, raw: Raw) -> None:
    """The same for callers in many threads outside of any transaction; it is committed when this returns."""
    ONE_LINE.insert(Envelope, _COLUMNS, _row(account, raw))


def _row(account: Account, raw: Raw) -> tuple[object, ...]:
    key = hashlib.sha256(b"%d:%b" % (account.pk, raw.body)).hexdigest()
    return key, account.pk, raw.body, raw.headers, clock.now()


class _Lying(NamedTuple):
    key: str
    account: int
    body: bytes
    headers: str
    received_at: datetime


def open_envelopes(most: int = BATCH) -> int:
    """Take the oldest envelopes apart into arrivals; returns how many. One that cannot be opened, or holds nothing, is
    kept whole as an arrival and shown as such. Workers share by row locks.
    """
    with atomic():
        lying = _lying(most)
        if not lying:
            return 0
        accounts = Account.objects.in_bulk({one.account for one in lying})
        inside: dict[tuple[int, datetime], list[Raw]] = defaultdict(list)
        for one in lying:
            account, at = accounts[one.account], moment(one.received_at)
            raw = Raw(one.key, bytes(one.body), orjson.loads(one.headers))
            if found := _opened(account, raw):
                inside[account.pk, at] += found
            else:
                keep_raws(account, [raw], is_hook=True, at=at)
        for (account_id, at), raws in inside.items():
            keep_raws(accounts[account_id], raws, at=at)
        Envelope.objects.filter(pk__in=[one.key for one in lying]).delete()
        record("envelopes.opened", by=None, count=len(lying), arrivals=sum(map(len, inside.values())))
    return len(lying)


def _lying(most: int) -> list[_Lying]:
    """The oldest ones, as many as fit in memory well; one at least."""
    skip = connection.features.has_select_for_update_skip_locked
    oldest = Envelope.objects.select_for_update(skip_locked=skip).order_by("received_at", "key")
    found = oldest.values_list("key", "account_id", "body", "headers", "received_at")
    return [_Lying(*row) for row in rows(found[: fitting(oldest, "body", most, MOST_BYTES)])]


def _opened(account: Account, raw: Raw) -> Sequence[Raw]:
    """What an envelope holds; nothing where it cannot be read: settling will look again and say why."""
    try:
        return connector(account.channel).receive(raw.headers, raw.body)
    except ChannelError:
        return ()
    except Exception:  # a foreign connector may fail in any way; its envelope is kept and shown
        log.exception("envelope.unreadable", account=account.pk, channel=account.channel)
        return ()
