"""Open lines: accounts whose connector can wait for news are waited on, so mail is here within a second or two."""

from datetime import timedelta

import structlog

from resonanz.accounts.access import access_to
from resonanz.connectors.contract import Ability, ChannelError
from resonanz.connectors.registry import connector, connectors
from resonanz.kit import clock
from resonanz.kit.secrets import CannotUnlock
from resonanz.model.models import Account, AccountState, Cursor

log = structlog.get_logger()
SECONDS = 25.0
AFTER_FAILURE = timedelta(minutes=1)


def watched_accounts() -> list[int]:
    """Ids of the active accounts that have an open line."""
    able = [channel for channel, one in connectors().items() if Ability.WATCH in one.manifest.abilities]
    return list(Account.objects.filter(channel__in=able, state=AccountState.ACTIVE).values_list("pk", flat=True))


def watch_account(account_id: int, seconds: float = SECONDS) -> bool:
    """Wait on one account's line; at news its cursor is due at once. False where the line failed (the usual polling
    goes on).
    """
    account = Account.objects.filter(pk=account_id, state=AccountState.ACTIVE).first()
    if account is None:
        return False
    access = None
    try:
        access = access_to(account)
        if connector(account.channel).watch(access, seconds):
            news = Cursor.objects.filter(account=account, stream="news", due_at__gt=clock.now())
            news.update(due_at=clock.now())
    except (ChannelError, CannotUnlock) as error:
        log.info("watch.failed", account=account_id, why=str(error))
        return False
    finally:
        if access is not None:
            access.http.close()
    return True
