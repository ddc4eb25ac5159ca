"""How an attempt can end other than well; each function writes the attempt, the delivery and one event."""

from datetime import timedelta

from resonanz.connectors.contract import AuthExpired, ChannelError, RateLimited
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Account, AccountState, Attempt, Delivery, DeliveryState, Outcome
from resonanz.outbox import budget

MOST_TRIES = 8
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
FIRST_LOOK = timedelta(seconds=10)


def refuse(delivery: Delivery, why: str) -> None:
    """It goes back to a person, with the reason. Nothing was sent."""
    delivery.state, delivery.said, delivery.claimed_until = DeliveryState.REFUSED, why, None
    delivery.save(update_fields=["state", "said", "claimed_until"])
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
    """Nothing was sent; try again when the channel allows, at most eight times."""
    now = clock.now()
    attempt.outcome, attempt.said, attempt.ended_at = Outcome.LATER, error.why, now
    attempt.save(update_fields=["outcome", "said", "ended_at"])
    delivery = Delivery.objects.locked(attempt.delivery_id)
    wait = min(FIRST_WAIT * 2 ** min(delivery.tries, 10), LONGEST_WAIT)
    if error.retry_after is not None:
        wait = timedelta(seconds=max(1.0, error.retry_after))
    if isinstance(error, RateLimited):
        budget.hold(delivery.account, until=now + wait)
    elif isinstance(error, AuthExpired):
        break_account(delivery.account, str(error))
    elif delivery.tries >= MOST_TRIES:
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
