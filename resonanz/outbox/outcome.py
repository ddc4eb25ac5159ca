"""How an attempt can end other than well; each function writes the attempt, the delivery and one event."""

from datetime import timedelta

from resonanz.connectors.contract import AuthExpired, ChannelError, Postponed, RateLimited
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Account, AccountState, Attempt, Delivery, DeliveryState, Outcome
from resonanz.outbox import budget
from resonanz.outbox.cover import uncover

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
PATIENCE = timedelta(hours=12)
FIRST_LOOK = timedelta(seconds=10)
LOOK_EVERY = timedelta(minutes=1)


def refuse(delivery: Delivery, why: str) -> None:
    """It goes back to a person, with the reason. Nothing was sent, nobody is answered by it. Inside a transaction."""
    delivery.state, delivery.said, delivery.claimed_until = DeliveryState.REFUSED, why, None
    delivery.save(update_fields=["state", "said", "claimed_until"])
    uncover(delivery)
    record("delivery.refused", delivery.conversation, by=None, delivery=delivery.pk)


def unsure(attempt: Attempt, why: str) -> None:
    """It may have been sent. The loop looks for it; else a person decides."""
    attempt.outcome, attempt.said, attempt.ended_at = Outcome.UNSURE, why, clock.now()
    attempt.save(update_fields=["outcome", "said", "ended_at"])
    delivery = Delivery.objects.locked(attempt.delivery_id)
    delivery.state, delivery.said, delivery.claimed_until = DeliveryState.UNSURE, why, None
    delivery.due_at, delivery.tries = clock.now() + FIRST_LOOK, 0
    delivery.save(update_fields=["state", "said", "claimed_until", "due_at", "tries"])
    record("delivery.unsure", delivery.conversation, by=None, delivery=delivery.pk)


def later(attempt: Attempt, error: ChannelError) -> None:
    """Nothing was sent; try again when the channel allows. At most eight times, or for half a day where the channel
    asks the whole account to wait; then a person is told.
    """
    now = clock.now()
    attempt.outcome, attempt.said, attempt.ended_at = Outcome.LATER, error.why, now
    attempt.save(update_fields=["outcome", "said", "ended_at"])
    delivery = Delivery.objects.locked(attempt.delivery_id)
    wait = _wait(delivery, error)
    if isinstance(error, AuthExpired):
        break_account(delivery.account, str(error))
    elif isinstance(error, RateLimited):
        budget.hold(delivery.account, until=now + _asked(error, wait))
    if _is_too_long(delivery, error):
        refuse(delivery, str(error))
        return
    delivery.state, delivery.said, delivery.claimed_until = DeliveryState.WAITING, str(error), None
    delivery.due_at = now + wait
    delivery.save(update_fields=["state", "said", "claimed_until", "due_at"])
    record(
        "delivery.postponed", delivery.conversation, by=None, delivery=delivery.pk, seconds=int(wait.total_seconds())
    )


def break_account(account: Account, why: str) -> None:
    """The connection needs a person; nothing is sent or fetched until it is mended."""
    Account.objects.filter(pk=account.pk).update(state=AccountState.BROKEN, health_said=why, health_at=clock.now())
    record("account.broke", account, by=None)


def _wait(delivery: Delivery, error: ChannelError) -> timedelta:
    """Until this reply's own next try. The one that was told to wait waits longer than its account, and ever longer,
    so that the others come first after the pause.
    """
    growing: timedelta = min(FIRST_WAIT * 2 ** min(delivery.tries, 10), LONGEST_WAIT)
    asked = _asked(error, growing)
    if isinstance(error, Postponed):
        longer: timedelta = asked * 2 ** max(0, min(delivery.tries, 10) - 1)
        return max(asked, min(longer, LONGEST_WAIT))
    return asked + growing if isinstance(error, RateLimited) else asked


def _asked(error: ChannelError, otherwise: timedelta) -> timedelta:
    return otherwise if error.retry_after is None else timedelta(seconds=max(1.0, error.retry_after))


def _is_too_long(delivery: Delivery, error: ChannelError) -> bool:
    if isinstance(error, AuthExpired):  # the broken account says so itself
        return False
    if not isinstance(error, RateLimited):
        return delivery.tries >= MOST_TRIES
    tries = delivery.attempts.order_by("-number")[: max(1, delivery.tries)]
    return clock.now() - min(one.started_at for one in tries) >= PATIENCE
