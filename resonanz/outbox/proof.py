"""It left: the proof is kept, and the reply stands in the history as a message of ours."""

from resonanz.connectors.contract import Receipt as Proof
from resonanz.kit import clock
from resonanz.model.models import (
    Attempt,
    Case,
    Delivery,
    DeliveryState,
    Direction,
    Message,
    MessageState,
    Outcome,
    Receipt,
)
from resonanz.outbox.cover import cover_answered
from resonanz.outbox.outcome import LOOK_EVERY


def keep_receipt(delivery: Delivery, proof: Proof, *, attempt: Attempt | None, found: bool = False) -> Message:
    """It left: attempt, receipt, the message in the history, the coverage of what it answers. Inside a transaction."""
    now = clock.now()
    if attempt is not None:
        attempt.outcome, attempt.ended_at = Outcome.SENT, now
        attempt.save(update_fields=["outcome", "ended_at"])
    receipt, _ = Receipt.objects.get_or_create(
        delivery=delivery,
        defaults={
            "native_id": proof.native_id, "permalink": proof.permalink, "sent_at": proof.sent_at,
            "moderated": proof.moderated, "found": found,
        },
    )  # fmt: skip
    message = _message(delivery, proof)
    if receipt.native_id == proof.native_id:  # else it stands there a second time, and the first one is its message
        delivery.message = message
    delivery.state, delivery.said = DeliveryState.SENT, ""
    delivery.claimed_until, delivery.due_at = None, now + LOOK_EVERY
    delivery.tries = 0
    delivery.save()
    cover_answered(delivery.target)
    Case.objects.filter(conversations=delivery.conversation_id).words_changed()
    return message


def _message(delivery: Delivery, proof: Proof) -> Message:
    """The reply as a message of ours; the echo may have brought it in before us."""
    draft, content = delivery.approval.draft, delivery.content
    message, _ = Message.objects.update_or_create(
        account_id=delivery.account_id,
        native_id=proof.native_id,
        defaults={
            "conversation": delivery.conversation,
            "direction": Direction.OUT,
            "agent": draft.written_by,
            "parent_native_id": content["in_reply_to"],
            "text": content["text"],
            "subject": content["subject"],
            "visibility": content["visibility"],
            "version": proof.sent_at.isoformat(),
            "permalink": proof.permalink,
            "occurred_at": proof.sent_at,
            "received_at": clock.now(),
            "state": MessageState.QUEUED,
        },
    )
    return message
