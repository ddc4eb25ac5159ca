"""The platform's receipt comes from a sender that may have been so slow that the reply was decided about meanwhile:
taken for uncertain, said to stand there or not to, tried once more. Each is kept; the reply is sent, once.
"""

from django.utils.translation import gettext_noop

from resonanz.connectors.contract import Receipt as Proof
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Attempt, Delivery, Outcome, Receipt
from resonanz.outbox.echo import SEEN, rename
from resonanz.outbox.proof import keep_receipt

AFTER_ALL = gettext_noop("the receipt came late: this was sent after all")
_HELD = (Outcome.STARTED, Outcome.SENT, Outcome.UNSURE)


def keep_sent(attempt: Attempt, proof: Proof) -> None:
    """It left, with this try. Where another try stands in its place already (somebody said that this one was not sent),
    this one tells so beside its outcome, for only one may be the sending. Inside a transaction.
    """
    delivery = Delivery.objects.locked(attempt.delivery_id)
    first = Receipt.objects.filter(delivery=delivery).values_list("native_id", flat=True).first()
    is_overtaken = delivery.attempts.filter(outcome__in=_HELD).exclude(pk=attempt.pk).exists()
    if is_overtaken:
        attempt.said, attempt.ended_at = AFTER_ALL, clock.now()
        attempt.save(update_fields=["said", "ended_at"])
    if first is not None and first.startswith(SEEN):  # a person saw it there; this is its own id
        rename(delivery, proof)
    else:
        keep_receipt(delivery, proof, attempt=None if is_overtaken else attempt)
    if first in {None, proof.native_id} or first.startswith(SEEN):
        kind = "delivery.sent_after_all" if is_overtaken else "delivery.sent"
        record(kind, delivery.conversation, by=None, delivery=delivery.pk)
    else:
        record("delivery.sent_twice", delivery.conversation, by=None, delivery=delivery.pk, post=proof.native_id)
