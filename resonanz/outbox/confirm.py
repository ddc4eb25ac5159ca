"""Proofs: what was sent is kept with its receipt; what is uncertain is looked for; what bounced comes back."""

from datetime import timedelta

import structlog
from django.db.transaction import atomic

from resonanz.accounts.access import access_to
from resonanz.connectors.contract import Ability, AuthExpired, ChannelError, Unsupported
from resonanz.connectors.contract import Receipt as Proof
from resonanz.connectors.registry import connector, connectors
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.secrets import CannotUnlock
from resonanz.model.models import (
    Account,
    AccountState,
    Attempt,
    Delivery,
    DeliveryState,
    Direction,
    Message,
    MessageState,
    Outcome,
    Receipt,
)
from resonanz.outbox.content import outgoing_of
from resonanz.outbox.cover import cover_answered, uncover
from resonanz.outbox.outcome import break_account

log = structlog.get_logger()
BATCH = 10
LEASE = timedelta(minutes=2)
LOOKS = 3
LOOK_EVERY = timedelta(minutes=1)


def keep_receipt(delivery: Delivery, proof: Proof, *, attempt: Attempt | None, found: bool = False) -> Message:
    """It left: attempt, receipt, the message in the history, the coverage of what it answers. Inside a transaction."""
    now = clock.now()
    if attempt is not None:
        attempt.outcome, attempt.ended_at = Outcome.SENT, now
        attempt.save(update_fields=["outcome", "ended_at"])
    Receipt.objects.get_or_create(
        delivery=delivery,
        defaults={
            "native_id": proof.native_id, "permalink": proof.permalink, "sent_at": proof.sent_at,
            "moderated": proof.moderated, "found": found,
        },
    )  # fmt: skip
    message = _message(delivery, proof)
    delivery.message, delivery.state, delivery.said = message, DeliveryState.SENT, ""
    delivery.claimed_until, delivery.due_at = None, now + LOOK_EVERY
    delivery.tries = 0
    delivery.save()
    cover_answered(delivery.target)
    return message


def look_for_unsure(most: int = BATCH) -> int:
    """Look whether uncertain replies are there; returns how many were looked for."""
    with atomic():
        unsure = Delivery.objects.filter(
            state=DeliveryState.UNSURE, tries__lt=LOOKS, resolved_at__isnull=True, account__state=AccountState.ACTIVE
        )
        ids = unsure.claim(clock.now(), most, LEASE)
    for pk in ids:
        _look(Delivery.objects.select_related("account", "conversation", "target").get(pk=pk))
    return len(ids)


def confirm_sent(most: int = BATCH) -> int:
    """See with our own eyes that sent replies stand there, where the channel can be asked; returns how many."""
    can = [channel for channel, one in connectors().items() if Ability.LOOK in one.manifest.abilities]
    with atomic():
        sent = Delivery.objects.filter(
            state=DeliveryState.SENT, tries__lt=LOOKS, account__channel__in=can, account__state=AccountState.ACTIVE
        )
        ids = sent.claim(clock.now(), most, LEASE)
    for pk in ids:
        _confirm(Delivery.objects.select_related("account", "conversation__thread", "receipt").get(pk=pk))
    return len(ids)


def bounced(account: Account, *, about: str, why: str) -> Delivery | None:
    """A reply of ours came back undeliverable; it is a sending problem and its target is open again."""
    receipt = Receipt.objects.filter(delivery__account=account, native_id=about).select_related("delivery").first()
    if receipt is None:
        return None
    delivery = Delivery.objects.locked(receipt.delivery)
    delivery.state, delivery.said = DeliveryState.REFUSED, why[:2000]
    delivery.save(update_fields=["state", "said"])
    uncover(delivery.target)
    record("delivery.bounced", delivery.conversation, by=None, delivery=delivery.pk)
    return delivery


def not_sent(delivery: Delivery) -> None:
    """It is certain that it was not sent: it may be tried again. Inside a transaction."""
    delivery.attempts.filter(outcome=Outcome.UNSURE).update(outcome=Outcome.NOT_SENT, ended_at=clock.now())
    delivery.state, delivery.due_at, delivery.claimed_until = DeliveryState.WAITING, clock.now(), None
    delivery.tries = 0
    delivery.save(update_fields=["state", "due_at", "claimed_until", "tries"])


def _look(delivery: Delivery) -> None:
    attempt = delivery.attempts.filter(outcome=Outcome.UNSURE).first()
    proof, why, looked = _find(delivery, attempt)
    abilities = connector(delivery.account.channel).manifest.abilities
    with atomic():
        delivery = Delivery.objects.locked(delivery)
        if delivery.state != DeliveryState.UNSURE:
            return
        if proof is not None:
            keep_receipt(delivery, proof, attempt=attempt, found=True)
            record("delivery.found", delivery.conversation, by=None, delivery=delivery.pk)
        elif Ability.KEYED_SEND in abilities and (looked or Ability.FIND not in abilities):
            not_sent(delivery)
            record("delivery.repeated_by_key", delivery.conversation, by=None, delivery=delivery.pk)
        else:  # a look that did not happen does not count
            delivery.tries, delivery.said, delivery.claimed_until = delivery.tries + int(looked), why, None
            delivery.due_at = clock.now() + LOOK_EVERY * max(1, delivery.tries)
            delivery.save(update_fields=["tries", "said", "claimed_until", "due_at"])


def _find(delivery: Delivery, attempt: Attempt | None) -> tuple[Proof | None, str, bool]:
    """The proof where there is one, else why there is none, and whether the channel was really asked."""
    since = (attempt.started_at if attempt else delivery.created_at) - timedelta(minutes=2)
    access = None
    try:
        access = access_to(delivery.account)
        outgoing = outgoing_of(delivery.content, key=delivery.key)
        return (
            connector(delivery.account.channel).find(access, outgoing, since),
            "looked for it and did not find it",
            True,
        )
    except Unsupported:
        return None, "this channel cannot be asked whether it was sent", True
    except (AuthExpired, CannotUnlock) as error:
        break_account(delivery.account, str(error))
        return None, str(error), False
    except ChannelError as error:
        return None, error.why, False
    except Exception as error:  # a foreign connector may fail in any way; the others are looked for
        log.exception("delivery.not_looked_for", delivery=delivery.pk)
        return None, f"{type(error).__name__}: {error}", True
    finally:
        if access is not None:
            access.http.close()


def _confirm(delivery: Delivery) -> None:
    seen = _see(delivery)
    with atomic():
        delivery = Delivery.objects.locked(delivery)
        if delivery.state != DeliveryState.SENT:
            return
        delivery.tries, delivery.claimed_until = delivery.tries + 1, None
        delivery.due_at = clock.now() + LOOK_EVERY * delivery.tries
        if seen:
            delivery.state = DeliveryState.CONFIRMED
            record("delivery.confirmed", delivery.conversation, by=None, delivery=delivery.pk)
        delivery.save(update_fields=["tries", "claimed_until", "due_at", "state"])


def _see(delivery: Delivery) -> bool:
    access = None
    try:
        access = access_to(delivery.account)
        thread = delivery.conversation.thread.native_id
        connector(delivery.account.channel).look(access, delivery.receipt.native_id, thread=thread)
    except (ChannelError, CannotUnlock) as error:
        log.info("delivery.not_confirmed", delivery=delivery.pk, why=str(error))
        return False
    except Exception:  # it was sent; only the second look failed
        log.exception("delivery.not_confirmed", delivery=delivery.pk)
        return False
    finally:
        if access is not None:
            access.http.close()
    return True


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
