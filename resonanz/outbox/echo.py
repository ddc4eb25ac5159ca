"""Replies of which the platform's own id is not known (uncertain ones, and those that a person has seen there) are
recognised when their echo comes, before or after: one reply, one message.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db.models import Q

from resonanz.connectors.contract import Receipt as Proof
from resonanz.connectors.registry import connector
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Account, Delivery, DeliveryState, Message, Outcome, Receipt
from resonanz.outbox.content import outgoing_of
from resonanz.outbox.proof import keep_receipt
from resonanz.outbox.shown import said_elsewhere

SEEN = "seen:"  # begins the id of a reply that a person has seen on the platform, until its echo names the true one
CLOCKS_DIFFER = timedelta(minutes=10)
_UNKNOWN = Q(state=DeliveryState.UNSURE) | Q(receipt__native_id__startswith=SEEN)
_NOWHERE = "\x00"  # what no word answers: the id alone has to tell


class Echo(NamedTuple):
    """A word of our own account as the platform shows it, in the conversation where it stands."""

    conversation: int
    native_id: str
    parent: str
    text: str
    proof: Proof


def take_echoes(echoes: Sequence[Echo]) -> set[str]:
    """Give each reply without a true id the echo that fits it, first come first served; an uncertain one has left then.
    Returns the ids that were taken. Call inside a transaction.
    """
    rows = Delivery.objects.filter(_UNKNOWN, conversation__in={echo.conversation for echo in echoes})
    waiting = list(rows.select_related("account", "conversation__thread").order_by("pk")) if echoes else []
    taken: set[str] = set()
    for echo in sorted(echoes, key=lambda one: one.proof.sent_at) if waiting else []:
        delivery = next((one for one in waiting if _fits(one, echo)), None)
        if delivery is not None:
            waiting.remove(delivery)
            _take(Delivery.objects.locked(delivery), echo.proof)
            taken.add(echo.native_id)
    return taken


def echo_of(delivery: Delivery) -> Proof | None:
    """The proof where the echo of a reply without a true id stands in its conversation already."""
    for message in said_elsewhere().filter(conversation=delivery.conversation_id).order_by("occurred_at", "pk"):
        proof = Proof(message.native_id, message.occurred_at, message.permalink)
        echo = Echo(message.conversation_id, message.native_id, message.parent_native_id, message.text, proof)
        if _fits(delivery, echo):
            return proof
    return None


def take_named(account: Account, native_id: str) -> Delivery | None:
    """The reply without a true id that this id names by itself (a mail's Message-ID does); it has left then, and the id
    is its own. Call inside a transaction.
    """
    for one in Delivery.objects.filter(_UNKNOWN, account=account).select_related("account"):
        outgoing = outgoing_of(one.content, key=one.key)
        if connector(account.channel).recognises(outgoing, native_id, parent=_NOWHERE, text=""):
            delivery, attempt = Delivery.objects.locked(one), one.attempts.last()
            _take(delivery, Proof(native_id, attempt.started_at if attempt else one.created_at))
            return delivery
    return None


def _fits(delivery: Delivery, echo: Echo) -> bool:
    """The same words at the same place, not said before we could have said them."""
    outgoing = outgoing_of(delivery.content, key=delivery.key)
    return (
        echo.conversation == delivery.conversation_id
        and echo.proof.sent_at >= delivery.created_at - CLOCKS_DIFFER
        and connector(delivery.account.channel).recognises(outgoing, echo.native_id, parent=echo.parent, text=echo.text)
    )


def _take(delivery: Delivery, proof: Proof) -> None:
    if delivery.state == DeliveryState.UNSURE:
        keep_receipt(delivery, proof, attempt=delivery.attempts.filter(outcome=Outcome.UNSURE).first(), found=True)
    else:
        rename(delivery, proof)
    record("delivery.found", delivery.conversation, by=None, delivery=delivery.pk)


def rename(delivery: Delivery, proof: Proof) -> None:
    """The true id in the place of the made-up one; now it can be looked at, too. Inside a transaction."""
    names = {"native_id": proof.native_id, "permalink": proof.permalink}
    Receipt.objects.filter(delivery=delivery).update(sent_at=proof.sent_at, **names)
    Message.objects.filter(delivery=delivery).update(
        occurred_at=proof.sent_at, version=proof.sent_at.isoformat(), **names
    )
    Delivery.objects.filter(pk=delivery.pk, state=DeliveryState.SENT).update(tries=0, due_at=clock.now())
