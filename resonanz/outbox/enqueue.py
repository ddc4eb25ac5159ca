"""A released reply enters the outbox, in the same transaction in which a person released it."""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Conflict
from resonanz.model.models import Approval, Decision, Delivery
from resonanz.outbox.content import hash_of


class HashDiffers(Conflict):
    """What would leave is not what was released."""

    code = "hash_differs"
    said = "The text is not the one that was released. Look at it and release it again."


class SentAlready(Conflict):
    """The same words to the same message are on their way or have arrived."""

    code = "sent_already"
    said = "This very reply to this message is on its way already, or has arrived."


def enqueue(approval: Approval, content: dict[str, Any]) -> Delivery:
    """Put a released reply into the outbox; it leaves after the undo seconds. Raises HashDiffers, SentAlready."""
    draft = approval.draft
    if approval.decision != Decision.RELEASED or hash_of(content) != approval.content_hash:
        raise HashDiffers
    now = clock.now()
    try:
        with atomic():
            delivery = Delivery.objects.create(
                approval=approval,
                account_id=content["account"],
                conversation=draft.conversation,
                target=draft.target,
                key=hashlib.sha256(f"{settings.SECRET_KEY}:{approval.pk}".encode()).hexdigest()[:32],
                content=content,
                content_hash=approval.content_hash,
                created_at=now,
                due_at=now + timedelta(seconds=settings.CONFIG.undo_seconds),
            )
            record("delivery.enqueued", draft.case, by=approval.by, delivery=delivery.pk)
    except IntegrityError:
        raise SentAlready from None
    return delivery
