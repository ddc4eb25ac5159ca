"""Sending: claim, look at the target once more, write the attempt, send, keep the proof.

No transaction is open while a platform is called. The attempt is written before the first byte leaves; whoever finds
one that nobody finished knows only that it is uncertain, and never sends again blindly.
"""

from datetime import timedelta

import structlog
from django.db.models import Exists, OuterRef
from django.db.transaction import atomic
from django.utils.translation import gettext_noop

from resonanz.accounts.access import access_to
from resonanz.connectors.contract import Ability, Access, ChannelError, Op, OutcomeUnclear, Receipt, TargetGone
from resonanz.connectors.registry import connector
from resonanz.kit import clock
from resonanz.kit.secrets import CannotUnlock
from resonanz.model.base import literal
from resonanz.model.delivery import DeliverySet
from resonanz.model.durable import durable
from resonanz.model.models import AccountState, Attempt, Coverage, Delivery, DeliveryState, Outcome
from resonanz.outbox import budget
from resonanz.outbox.content import outgoing_of
from resonanz.outbox.late import keep_sent
from resonanz.outbox.outcome import break_account, later, refuse, unsure

log = structlog.get_logger()
BATCH = 10
LEASE = timedelta(minutes=3)
FAILED = gettext_noop("the connector failed")
GONE = gettext_noop("The customer has deleted the message.")
CHANGED = gettext_noop("The customer has changed the message since the reply was released.")
_AHEAD = (DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNSURE)


def deliver_due(most: int = BATCH) -> int:
    """Send what is due: first in, first out per conversation, as far as the budgets reach. Returns how many were
    taken up.
    """
    _sweep()
    with atomic():
        ids = _ready().claim(clock.now(), most, LEASE)
    for pk in ids:
        deliver(Delivery.objects.select_related("account", "target", "conversation").get(pk=pk))
    return len(ids)


def deliver(delivery: Delivery) -> None:
    """Take one claimed delivery through all its steps."""
    try:
        access = access_to(delivery.account)
    except CannotUnlock as error:  # the others do not wait for an account whose secrets cannot be read
        with atomic():
            Delivery.objects.filter(pk=delivery.pk).update(claimed_until=None)
            break_account(delivery.account, str(error))
        return
    try:
        _deliver(delivery, access)
    finally:
        access.http.close()


def _deliver(delivery: Delivery, access: Access) -> None:
    reason = _changed_target(delivery, access)
    if reason:
        _go_back(delivery, reason)
        return
    attempt = _start(delivery)
    if attempt is None:
        return
    speaks = connector(delivery.account.channel)
    try:
        receipt = speaks.send(access, outgoing_of(delivery.content, key=delivery.key))
    except ChannelError as error:
        _failed(attempt, error)
    except Exception as error:  # whatever it was, bytes may have left
        log.exception("delivery.failed", delivery=delivery.pk)
        _failed(attempt, OutcomeUnclear(f"{FAILED}: {type(error).__name__}: {error}"))
    else:
        _sent(attempt, receipt)


def _ready() -> DeliverySet:
    ahead = Delivery.objects.filter(
        conversation=OuterRef("conversation"), state__in=_AHEAD, pk__lt=OuterRef("pk"), resolved_at__isnull=True
    )
    return Delivery.objects.filter(
        ~Exists(ahead), state=literal(DeliveryState.WAITING), account__state=AccountState.ACTIVE
    )


def _sweep() -> None:
    """A sender died between writing the attempt and writing its end: uncertain."""
    with atomic():
        dead = Delivery.objects.select_for_update().filter(state=DeliveryState.SENDING, claimed_until__lt=clock.now())
        for delivery in dead:
            unsure(delivery.attempts.get(outcome=Outcome.STARTED), gettext_noop("the sending was interrupted"))


def _go_back(delivery: Delivery, reason: str) -> None:
    with atomic():
        row = Delivery.objects.locked(delivery)
        if row.state == DeliveryState.WAITING:
            refuse(row, reason)


def _changed_target(delivery: Delivery, access: Access) -> str:
    """Why this must go back to a person, or nothing. Asks the platform where it can be asked."""
    target = delivery.target
    target.refresh_from_db()
    if target.deleted_at is not None:
        return GONE
    if target.coverage == Coverage.ANSWERED_NATIVELY:
        return gettext_noop("A colleague has answered on the platform in the meantime.")
    if target.former_texts.filter(replaced_at__gte=delivery.created_at).exclude(text=target.text).exists():
        return CHANGED
    if Ability.LOOK not in connector(delivery.account.channel).manifest.abilities:
        return ""
    return _looked_again(delivery, access)


def _looked_again(delivery: Delivery, access: Access) -> str:
    speaks, target = connector(delivery.account.channel), delivery.target
    try:
        now = speaks.parse(access, speaks.look(access, target.native_id, thread=target.conversation.thread.native_id))
    except TargetGone:
        return GONE
    except ChannelError as error:
        log.info("delivery.not_looked", delivery=delivery.pk, why=error.why)
        return ""
    except Exception:  # a look that fails is no reason to keep a released reply back
        log.exception("delivery.not_looked", delivery=delivery.pk)
        return ""
    if now.op is Op.DELETE:
        return GONE
    if now.version > target.version and now.text.strip() != target.text.strip():
        return CHANGED
    return ""


def _start(delivery: Delivery) -> Attempt | None:
    """Write the attempt, within the budget; None where it has to wait or somebody withdrew it. It lies on the disk
    before a byte leaves: a power loss must not make us send again.
    """
    with durable():
        row = Delivery.objects.locked(delivery)
        if row.state != DeliveryState.WAITING:
            return None
        free_at = budget.take(delivery.account)
        if free_at is not None:
            row.due_at, row.claimed_until = free_at, None
            row.save(update_fields=["due_at", "claimed_until"])
            return None
        row.tries += 1
        row.state, row.claimed_until = DeliveryState.SENDING, clock.now() + LEASE
        row.save(update_fields=["tries", "state", "claimed_until"])
        return Attempt.objects.create(delivery=row, number=row.attempts.count() + 1, started_at=clock.now())


def _sent(attempt: Attempt, receipt: Receipt) -> None:
    with atomic():
        keep_sent(attempt, receipt)


def _failed(attempt: Attempt, error: ChannelError) -> None:
    account = attempt.delivery.account
    with atomic():
        if _is_decided(attempt, error):
            return
        if error.unknown:
            unsure(attempt, error.why)
        elif error.permanent and error.code != "auth_expired":
            budget.give_back(account)
            attempt.outcome, attempt.said, attempt.ended_at = Outcome.REFUSED, error.why, clock.now()
            attempt.save()
            refuse(Delivery.objects.locked(attempt.delivery_id), str(error))
        else:
            budget.give_back(account)
            later(attempt, error)


def _is_decided(attempt: Attempt, error: ChannelError) -> bool:
    """Whether our word comes too late: we were slow, so this was taken for uncertain, and found or decided meanwhile.
    While nobody has decided, certainty is still news.
    """
    delivery = Delivery.objects.locked(attempt.delivery_id)
    attempt.refresh_from_db(fields=["outcome"])
    if attempt.outcome == Outcome.STARTED:
        return delivery.state != DeliveryState.SENDING and _ends_beside(attempt, error)
    is_undecided = delivery.state == DeliveryState.UNSURE and delivery.resolved_at is None
    return error.unknown or attempt.outcome != Outcome.UNSURE or not is_undecided


def _ends_beside(attempt: Attempt, error: ChannelError) -> bool:
    """An earlier try was sent after all while this one was on its way: its own end is kept and changes nothing."""
    attempt.outcome = Outcome.UNSURE if error.unknown else Outcome.REFUSED
    attempt.said, attempt.ended_at = error.why, clock.now()
    attempt.save(update_fields=["outcome", "said", "ended_at"])
    return True
