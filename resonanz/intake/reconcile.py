"""Looking again at what waits for an answer, where a platform tells of edits and deletions by nothing but absence.

A minute, an account: ten looks at most, in turn, so that everything open is seen again and few calls are made. What
is found goes the way of all arrivals.
"""

from collections.abc import Sequence
from datetime import timedelta

import structlog
from django.db.transaction import atomic

from resonanz.accounts.access import access_to
from resonanz.connectors.contract import Ability, Access, AuthExpired, ChannelError, TargetGone
from resonanz.connectors.contract import Arrival as Raw
from resonanz.connectors.registry import connector, connectors
from resonanz.intake.settle import keep_raws
from resonanz.kit import clock
from resonanz.kit.secrets import CannotUnlock
from resonanz.model.models import Account, AccountState, CaseState, Cursor, Delivery, DeliveryState, Message
from resonanz.outbox.deliver import GONE

log = structlog.get_logger()
STREAM = "look"
EVERY = timedelta(minutes=1)
LEASE = timedelta(minutes=5)
MOST_LOOKS = 10
MOST_FOUND_GONE = 5  # of these, so that the turn of the others comes as well


def reconcile_due(most: int = 4) -> int:
    """Look again for the accounts whose time has come; returns how many there were."""
    _begin()
    with atomic():
        due = Cursor.objects.filter(stream=STREAM, account__state=AccountState.ACTIVE)
        ids = due.claim(clock.now(), most, LEASE)
    for pk in ids:
        reconcile(Cursor.objects.select_related("account").get(pk=pk))
    return len(ids)


def reconcile(cursor: Cursor) -> int:
    """Look at the next messages of one account; returns how many had changed. The cursor keeps whose turn it is."""
    account = cursor.account
    found: list[Raw] = []
    access = None
    try:
        if targets := _found_gone(account) + _next(cursor):
            access = access_to(account)
            found = _looked_at(access, account, targets)
    except CannotUnlock as error:
        log.info("reconcile.failed", account=account.pk, why=str(error))
    finally:
        if access is not None:
            access.http.close()
    with atomic():
        changed = keep_raws(account, found)
        cursor.due_at, cursor.claimed_until = clock.now() + EVERY, None
        cursor.save(update_fields=["value", "due_at", "claimed_until"])
    return changed


def _begin() -> None:
    """A cursor for each account whose channel can be looked at but does not push."""
    able = [one.manifest.channel for one in connectors().values() if _is_silent(one.manifest.abilities)]
    for account in Account.objects.filter(channel__in=able).exclude(cursors__stream=STREAM):
        Cursor.objects.get_or_create(account=account, stream=STREAM, defaults={"due_at": clock.now()})


def _is_silent(abilities: frozenset[Ability]) -> bool:
    return {Ability.LOOK, Ability.DELETIONS} <= abilities and Ability.HOOK not in abilities


def _found_gone(account: Account) -> list[Message]:
    """What a sending found deleted a moment ago."""
    refused = Delivery.objects.filter(account=account, state=DeliveryState.REFUSED, said=GONE)
    rows = Message.objects.filter(pk__in=refused.values("target"), deleted_at__isnull=True)
    return list(rows.select_related("conversation__thread").order_by("-pk")[:MOST_FOUND_GONE])


def _next(cursor: Cursor) -> list[Message]:
    """The open messages after the last one that was looked at; from the beginning again after the last."""
    rows = Message.objects.open().filter(account=cursor.account, deleted_at__isnull=True)
    rows = rows.filter(conversation__case__isnull=False).exclude(conversation__case__state=CaseState.CLOSED)
    rows = rows.select_related("conversation__thread").order_by("pk")
    last = int(cursor.value or 0)
    found = list(rows.filter(pk__gt=last)[:MOST_LOOKS])
    if len(found) < MOST_LOOKS:
        found += rows.filter(pk__lte=last)[: MOST_LOOKS - len(found)]
    cursor.value = str(found[-1].pk) if found else ""
    return found


def _looked_at(access: Access, account: Account, targets: Sequence[Message]) -> list[Raw]:
    """What stands there now; ends at the first sign that the platform does not want to be asked."""
    found: list[Raw] = []
    for target in targets:
        try:
            if (raw := _look(access, account, target)) is not None:
                found.append(raw)
        except ChannelError as error:
            log.info("reconcile.not_looked", message=target.pk, why=error.why)
            if not error.permanent or isinstance(error, AuthExpired):
                break
        except Exception:  # a connector may fail in any way; the next message has its turn
            log.exception("reconcile.not_looked", message=target.pk)
    return found


def _look(access: Access, account: Account, target: Message) -> Raw | None:
    """Deletion is for good: it is believed only of a platform that otherwise answers as it should."""
    speaks = connector(account.channel)
    try:
        return speaks.look(access, target.native_id, thread=target.conversation.thread.native_id)
    except TargetGone:
        return speaks.gone(access, target.native_id) if speaks.health(access).ok else None
