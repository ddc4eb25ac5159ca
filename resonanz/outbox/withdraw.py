"""Taking a reply back before it leaves; its text becomes a draft again."""

from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, NotFound
from resonanz.model.models import Agent, Case, Delivery, DeliveryState, Draft, DraftState, May, Outcome
from resonanz.outbox.cover import open_again, uncover


class LeftAlready(Conflict):
    """Too late to take it back."""

    code = "left_already"
    said = "This reply has left already and cannot be taken back here."


def withdraw_delivery(delivery: Delivery, *, by: Agent) -> Draft | None:
    """Take a waiting reply out of the outbox; gives the draft that holds its text now. A closed case is open again,
    for a draft lives where somebody looks; it stays closed, without a draft, where what it answered is gone.
    """
    if not Case.objects.visible_to(by).filter(drafts__approvals__delivery=delivery).exists():
        raise NotFound
    if not by.may(May.WORK_CASES):
        raise NotAllowed
    with atomic():
        delivery = Delivery.objects.locked(delivery)
        left = delivery.attempts.exclude(outcome__in=[Outcome.LATER, Outcome.REFUSED, Outcome.NOT_SENT])
        if delivery.state != DeliveryState.WAITING or left.exists():
            raise LeftAlready
        delivery.state, delivery.claimed_until = DeliveryState.WITHDRAWN, None
        delivery.resolved_by, delivery.resolved_at = by, clock.now()
        delivery.save(update_fields=["state", "claimed_until", "resolved_by", "resolved_at"])
        uncover(delivery)
        if delivery.target.deleted_at is None and delivery.target.hidden_at is None:
            open_again(delivery.conversation, by=by)
        draft = again(delivery, by=by)
        record("delivery.withdrawn", _case(delivery), by=by, delivery=delivery.pk)
    return draft


def again(delivery: Delivery, *, by: Agent) -> Draft | None:
    """A new draft with the text of a reply that did not leave, where its target has none; none where the case is
    closed. Inside a transaction.
    """
    old, case = delivery.approval.draft, Case.objects.locked(_case(delivery))
    if case.is_closed:
        return None
    alive = Draft.objects.alive().filter(target=delivery.target).first()
    if alive is not None:
        return alive
    draft = Draft.objects.create(
        case=case,
        conversation=old.conversation,
        target=old.target,
        text=old.text,
        subject=old.subject,
        visibility=old.visibility,
        state=DraftState.WRITING,
        written_by=old.written_by or by,
        changed_at=clock.now(),
    )
    draft.blocks.set(old.blocks.all())
    return draft


def _case(delivery: Delivery) -> Case:
    """Where its conversation is now; the case in which it was written may be closed long since."""
    return delivery.conversation.case or delivery.approval.draft.case
