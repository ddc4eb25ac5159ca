"""A person decides about a reply that the house cannot decide about: one click each."""

from django.db.transaction import atomic

from resonanz.connectors.contract import Receipt as Proof
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed
from resonanz.model.models import Agent, Delivery, DeliveryState, Draft, May, Outcome
from resonanz.outbox.confirm import not_sent
from resonanz.outbox.cover import uncover
from resonanz.outbox.echo import SEEN, echo_of
from resonanz.outbox.proof import keep_receipt
from resonanz.outbox.withdraw import again


def say_sent(delivery: Delivery, *, by: Agent) -> Delivery:
    """An uncertain reply stands there, a person has seen it. Its own id comes with the echo, if one comes."""
    with atomic():
        delivery = _locked(delivery, by, DeliveryState.UNSURE)
        attempt = delivery.attempts.filter(outcome=Outcome.UNSURE).first()
        at = attempt.started_at if attempt else clock.now()
        proof = echo_of(delivery) or Proof(f"{SEEN}{delivery.key}", at)
        keep_receipt(delivery, proof, attempt=attempt, found=True)
        _resolved(delivery, by, "delivery.said_sent")
    return delivery


def say_not_sent(delivery: Delivery, *, by: Agent) -> Delivery:
    """An uncertain reply does not stand there, a person has looked; it leaves once more."""
    with atomic():
        delivery = _locked(delivery, by, DeliveryState.UNSURE)
        not_sent(delivery)
        record("delivery.said_not_sent", delivery.conversation, by=by, delivery=delivery.pk)
    return delivery


def send_again(delivery: Delivery, *, by: Agent) -> Delivery:
    """A refused reply is tried once more, unchanged (it is still approved)."""
    with atomic():
        delivery = _locked(delivery, by, DeliveryState.REFUSED)
        if hasattr(delivery, "receipt"):
            raise Conflict("This reply was sent and came back. Write a new one.")
        delivery.state, delivery.due_at, delivery.tries, delivery.said = DeliveryState.WAITING, clock.now(), 0, ""
        delivery.save(update_fields=["state", "due_at", "tries", "said"])
        record("delivery.sent_again", delivery.conversation, by=by, delivery=delivery.pk)
    return delivery


def give_up(delivery: Delivery, *, by: Agent) -> Draft | None:
    """Leave a problem unsent. A refused reply becomes a draft again, unless its case was closed without it; an
    uncertain one is only put aside, and answers nobody until its echo comes.
    """
    with atomic():
        delivery = _locked(delivery, by, DeliveryState.REFUSED, DeliveryState.UNSURE)
        _resolved(delivery, by, "delivery.given_up")
        uncover(delivery)
        return again(delivery, by=by) if delivery.state == DeliveryState.REFUSED else None


def _locked(delivery: Delivery, by: Agent, *states: DeliveryState) -> Delivery:
    if not by.may(May.RESOLVE_SENDING):
        raise NotAllowed
    delivery = Delivery.objects.locked(delivery)
    if delivery.state not in states or delivery.resolved_at is not None:
        raise Conflict
    return delivery


def _resolved(delivery: Delivery, by: Agent, kind: str) -> None:
    delivery.resolved_by, delivery.resolved_at = by, clock.now()
    delivery.save(update_fields=["resolved_by", "resolved_at"])
    record(kind, delivery.conversation, by=by, delivery=delivery.pk)
