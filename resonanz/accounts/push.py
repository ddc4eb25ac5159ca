"""Where a platform can push: is our hook address among its subscriptions? Where not, subscribe it. Polling stays as the
safety net either way.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Q
from django.db.transaction import atomic
from django.urls import reverse

from resonanz.accounts.access import access_to
from resonanz.connectors.contract import Ability, Access, ChannelError
from resonanz.connectors.registry import connector, connectors
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.kit.secrets import CannotUnlock
from resonanz.model.models import Account, AccountState, Agent, May, Push

log = structlog.get_logger()
LOOK_EVERY = timedelta(minutes=30)
LOOK_AGAIN = timedelta(minutes=1)


def hook_address(account: Account) -> str:
    """Where the platform reaches us; on this machine alone where no public address is set."""
    base = settings.CONFIG.public_url or f"http://{settings.CONFIG.host}:{settings.CONFIG.port}"
    return base.rstrip("/") + reverse("hook", args=[account.hook_key])


def can_push(account: Account) -> bool:
    return Ability.SUBSCRIBE in connector(account.channel).manifest.abilities


def look_at_push(account: Account) -> Account:
    """Ask the platform whether it pushes to us, and keep the answer. Raises Refused with its reason."""
    with _asked(account) as access:
        there = connector(account.channel).subscribed(access, hook_address(account))
    return _keep(account, Push.SUBSCRIBED if there else Push.MISSING)


def subscribe_account(account: Account, *, by: Agent | None) -> Account:
    """Have the platform push to us from now on (again changes nothing but the secret). Raises Refused with its reason.
    ``by`` is None for the loop that keeps subscriptions alive.
    """
    if by is not None and not by.may(May.RUN_ACCOUNTS):
        raise NotAllowed
    if not can_push(account):
        raise Refused("This channel does not push.")
    with _asked(account) as access:
        connector(account.channel).subscribe(access, hook_address(account))
    return _keep(account, Push.SUBSCRIBED, kind="account.subscribed", by=by)


def keep_subscribed(most: int = 4) -> int:
    """Look at accounts whose platform can push, every half hour (each minute where it does not); returns how many."""
    for account in _due(most):
        try:
            if account.push != Push.SUBSCRIBED or look_at_push(account).push != Push.SUBSCRIBED:
                subscribe_account(account, by=None)
        except Refused as error:
            log.info("account.not_subscribed", account=account.pk, why=str(error))
    return 0  # a look is no reason to look again at once


def _due(most: int) -> list[Account]:
    """Taken by moving their time, so that another worker does not look at the same ones."""
    now = clock.now()
    channels = [channel for channel, one in connectors().items() if Ability.SUBSCRIBE in one.manifest.abilities]
    old = Q(push_at__isnull=True) | Q(push_at__lt=now - LOOK_EVERY)
    lost = ~Q(push=Push.SUBSCRIBED) & Q(push_at__lt=now - LOOK_AGAIN)
    skip = connection.features.has_select_for_update_skip_locked
    with atomic():
        rows = Account.objects.select_for_update(skip_locked=skip).filter(
            old | lost, channel__in=channels, state=AccountState.ACTIVE
        )
        found = list(rows.order_by("pk")[:most])
        Account.objects.filter(pk__in=[one.pk for one in found]).update(push_at=now)
    return found


@contextmanager
def _asked(account: Account) -> Iterator[Access]:
    """Access inside; a refusal of the platform means that it does not push, and is said."""
    access = None
    try:
        access = access_to(account)
        yield access
    except (ChannelError, CannotUnlock) as error:
        _keep(account, Push.MISSING)
        raise Refused(error.sentence, **error.places) from None
    finally:
        if access is not None:
            access.http.close()


def _keep(account: Account, push: Push, *, kind: str = "", by: Agent | None = None) -> Account:
    with atomic():
        account = Account.objects.locked(account)
        account.push, account.push_at = push, clock.now()
        account.save(update_fields=["push", "push_at"])
        if kind:
            record(kind, account, by=by)
    return account
