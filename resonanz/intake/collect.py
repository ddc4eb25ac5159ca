"""Fetching news: ask a connector, keep arrivals and cursor in one transaction; or take what a platform pushed."""

from collections.abc import Mapping
from datetime import timedelta

import structlog
from django.db.transaction import atomic

from resonanz.accounts.access import access_for_parsing, access_to
from resonanz.connectors.contract import Access, AuthExpired, ChannelError, Page
from resonanz.connectors.registry import connector
from resonanz.intake.settle import keep_raws
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.secrets import CannotUnlock
from resonanz.model.models import Account, AccountState, Cursor
from resonanz.outbox.outcome import break_account

log = structlog.get_logger()
LEASE = timedelta(minutes=5)
MOST_PAGES = 20
LONGEST_WAIT = timedelta(minutes=30)


def collect_due(most: int = 4) -> int:
    """Ask the accounts whose time has come; returns how many were asked."""
    with atomic():
        ids = Cursor.objects.filter(stream="news", account__state=AccountState.ACTIVE).claim(clock.now(), most, LEASE)
    for pk in ids:
        collect(Cursor.objects.select_related("account").get(pk=pk))
    return len(ids)


def collect(cursor: Cursor) -> int:
    """Ask one account until it has no more (twenty pages at most); returns how many arrivals were new."""
    account, kept = cursor.account, 0
    access = None
    try:
        access = access_to(account)
        for _ in range(MOST_PAGES):
            page = connector(account.channel).pull(access, cursor.value)
            kept += _keep(cursor, page)
            if not page.more:
                break
    except (ChannelError, CannotUnlock) as error:
        _failed(cursor, error)
    except Exception as error:
        log.exception("collect.failed", account=account.pk)
        _failed(cursor, ChannelError(f"{type(error).__name__}: {error}"))
    finally:
        if access is not None:
            access.http.close()
    return kept


def verify_hook(account: Account, headers: Mapping[str, str], body: bytes, access: Access | None = None) -> None:
    """Raise BadSignature unless the platform sent this."""
    connector(account.channel).verify(access or hook_access(account), headers, body)


def handshake(account: Account, query: Mapping[str, str], access: Access | None = None) -> str | None:
    """The answer to a platform's proof-of-ownership call."""
    return connector(account.channel).handshake(access or hook_access(account), query)


def hook_access(account: Account) -> Access:
    """What verifying needs: the secrets, and no more."""
    return access_to(account) if account.locked_secrets else access_for_parsing(account)


def _keep(cursor: Cursor, page: Page) -> int:
    manifest = connector(cursor.account.channel).manifest
    now = clock.now()
    with atomic():
        kept = keep_raws(cursor.account, page.arrivals)
        cursor.value, cursor.tries, cursor.said, cursor.ok_at = page.cursor, 0, "", now
        cursor.claimed_until = now + LEASE if page.more else None
        cursor.due_at = (
            now if page.more else now + timedelta(seconds=poll_seconds(cursor.account, manifest.poll_every_s))
        )
        cursor.save()
        if kept:
            Account.objects.filter(pk=cursor.account_id).update(last_event_at=now)
            record("arrivals.collected", cursor.account, by=None, count=kept)
    return kept


def poll_seconds(account: Account, usual: int) -> int:
    """How often this account is asked; an operator may set ``poll_every_s`` in its settings."""
    own = str(account.settings.get("poll_every_s", ""))
    return max(1, int(own)) if own.isdigit() else usual


def _failed(cursor: Cursor, error: ChannelError | CannotUnlock) -> None:
    with atomic():
        cursor = Cursor.objects.select_related("account").locked(cursor)
        cursor.tries += 1
        wait = min(timedelta(seconds=15) * 2 ** min(cursor.tries, 10), LONGEST_WAIT)
        retry_after = getattr(error, "retry_after", None)
        if retry_after:
            wait = timedelta(seconds=float(retry_after))
        cursor.said, cursor.claimed_until, cursor.due_at = str(error), None, clock.now() + wait
        cursor.save()
        if isinstance(error, (AuthExpired, CannotUnlock)):
            break_account(cursor.account, str(error))
