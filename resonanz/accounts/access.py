"""An account as its connector sees it."""

from collections.abc import Mapping
from functools import cache

from django.conf import settings
from django.db.transaction import atomic

from resonanz.connectors.contract import Access
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret, Vault
from resonanz.model.models import Account


@cache
def vault() -> Vault:
    """The vault of this installation."""
    return Vault(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)


def access_to(account: Account, *, timeout_s: float = 20.0) -> Access:
    """With secrets, for calls to the platform."""
    secrets = vault().unlock(bytes(account.locked_secrets))

    def keep(renewed: Mapping[str, str]) -> None:
        keep_renewed(account.pk, renewed, instead_of=dict(secrets))
        secrets.update({name: Secret(value) for name, value in renewed.items()})

    http = Http(
        timeout_s=timeout_s,
        private_hosts=settings.CONFIG.private_hosts,
        secrets=tuple(secret.reveal() for secret in secrets.values()),
    )
    return Access(str(account.native_id or account.pk), account.settings, secrets, http, clock.now(), keep)


def keep_renewed(account: int, renewed: Mapping[str, str], *, instead_of: Mapping[str, Secret]) -> None:
    """Lock what a platform has renewed (tokens) beside the account's other secrets. Where a person or another worker
    changed one of them meanwhile, theirs stays.
    """
    with atomic():
        row = Account.objects.locked(account)
        stored = vault().unlock(bytes(row.locked_secrets))
        if any(stored.get(name) != instead_of.get(name) for name in renewed):
            return
        row.locked_secrets = vault().lock({**stored, **renewed})
        row.save(update_fields=["locked_secrets"])
        record("account.secrets_renewed", row, by=None)


def access_for_parsing(account: Account) -> Access:
    """Without secrets, for pure work."""
    return Access(str(account.native_id or account.pk), account.settings, {}, Http(), clock.now())
