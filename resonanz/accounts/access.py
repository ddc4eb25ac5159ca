"""An account as its connector sees it."""

from functools import cache

from django.conf import settings

from resonanz.connectors.contract import Access
from resonanz.kit import clock
from resonanz.kit.http import Http
from resonanz.kit.secrets import Vault
from resonanz.model.models import Account


@cache
def vault() -> Vault:
    """The vault of this installation."""
    return Vault(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def access_to(account: Account, *, timeout_s: float = 20.0) -> Access:
    """With secrets, for calls to the platform."""
    secrets = vault().unlock(bytes(account.locked_secrets))
    http = Http(
        timeout_s=timeout_s,
        private_hosts=settings.CONFIG.private_hosts,
        secrets=tuple(secret.reveal() for secret in secrets.values()),
    )
    return Access(str(account.native_id or account.pk), account.settings, secrets, http, clock.now())


def access_for_parsing(account: Account) -> Access:
    """Without secrets, for pure work."""
    return Access(str(account.native_id or account.pk), account.settings, {}, Http(), clock.now())
