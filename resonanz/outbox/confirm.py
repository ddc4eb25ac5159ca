"""Proofs: what was sent is kept with its receipt; what is uncertain is looked for; what bounced comes back."""

from datetime import timedelta

import structlog
from django.db.transaction import atomic
from django.utils.translation import gettext_noop

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
    Outcome,
    Receipt,
)
from resonanz.outbox.content import outgoing_of
from resonanz.outbox.cover import uncover
from resonanz.outbox.echo import echo_of, take_named
from resonanz.outbox.outcome import LOOK_EVERY, break_account
from resonanz.outbox.proof import keep_receipt

log = structlog.get_logger()
FAILED = gettext_noop("the connector failed")
BATCH = 10
LEASE = timedelta(minutes=2)
LOOKS = 3


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
    """A reply of ours came back undeliverable, also one of which nobody knew for certain that it was sent: it is a
    sending problem (again), and what it answered is open again.
    """
    receipt = Receipt.objects.filter(delivery__account=account, native_id=about).select_related("delivery").first()
    named = receipt.delivery if receipt else take_named(account, about)
    if named is None:
        return None
    delivery = Delivery.objects.locked(named)
    delivery.state, delivery.said = DeliveryState.REFUSED, why[:2000]
    delivery.resolved_by, delivery.resolved_at = None, None  # whatever was decided before, this is news
    delivery.save(update_fields=["state", "said", "resolved_by", "resolved_at"])
    uncover(delivery)
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
        attempt = delivery.attempts.filter(outcome=Outcome.UNSURE).first()  # not the one of before we looked
        proof = proof or echo_of(delivery)
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
            gettext_noop("looked for it and did not find it"),
            True,
        )
    except Unsupported:
        return None, gettext_noop("this channel cannot be asked whether it was sent"), True
    except (AuthExpired, CannotUnlock) as error:
        break_account(delivery.account, str(error))
        return None, str(error), False
    except ChannelError as error:
        return None, error.why, False
    except Exception as error:  # a foreign connector may fail in any way; the others are looked for
        log.exception("delivery.not_looked_for", delivery=delivery.pk)
        return None, f"{FAILED}: {type(error).__name__}: {error}", True
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
