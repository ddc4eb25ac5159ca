"""Connecting a page, profile or mailbox: checked against the manifest, tried out, its secrets locked away."""

import secrets as random
from collections.abc import Mapping
from dataclasses import asdict

from django.db.transaction import atomic

from resonanz.accounts.access import access_to, vault
from resonanz.accounts.own import own_settings, sends_per_minute
from resonanz.accounts.past import begin_past
from resonanz.connectors.contract import Ability, ChannelError, Health, Manifest
from resonanz.connectors.registry import connector
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.kit.secrets import CannotUnlock
from resonanz.model.models import Account, AccountState, Agent, Budget, Cursor, May, Queue, Signing


class MissingSetting(Refused):
    """A field that the channel needs is empty."""

    code = "missing_setting"
    said = "{label} is needed."


def connect_account(
    *, channel: str, name: str, settings: Mapping[str, str], secrets: Mapping[str, str], by: Agent | None,
    queue: Queue | None = None, past_days: int = 0,
) -> Account:  # fmt: skip
    """Connect an account. Nothing is called here: ``check_account`` tells whether it works. What came in the last
    ``past_days`` is brought in as well. ``by`` is None for the demo company alone.
    """
    _may(by)
    manifest = connector(channel).manifest
    if not name.strip():
        raise MissingSetting(label="Name")
    _complete(manifest, settings, secrets)
    with atomic():
        account = Account.objects.create(
            channel=channel,
            name=name.strip()[:120],
            settings=_known(manifest, settings, secret=False),
            locked_secrets=vault().lock(_known(manifest, secrets, secret=True)),
            queue=queue,
            hook_key=random.token_urlsafe(24),
            created_at=clock.now(),
        )
        most = sends_per_minute(account.settings, manifest.limits.sends_per_minute)
        Budget.objects.create(account=account, most=most, since=clock.now())
        if Ability.PULL in manifest.abilities:
            Cursor.objects.create(account=account, due_at=clock.now())
        record("account.connected", account, by=by, channel=channel)
        if past_days:
            begin_past(account, days=past_days, by=by)
    return account


def change_account(
    account: Account, *, name: str, settings: Mapping[str, str], secrets: Mapping[str, str], by: Agent,
    queue: Queue | None = None,
) -> Account:  # fmt: skip
    """Change an account's settings; a secret left empty stays as it is."""
    _may(by)
    manifest = connector(account.channel).manifest
    with atomic():
        account = Account.objects.locked(account)
        try:
            former = {key: value.reveal() for key, value in vault().unlock(bytes(account.locked_secrets)).items()}
        except CannotUnlock:
            former = {}
        merged = former | {key: value for key, value in secrets.items() if value}
        _complete(manifest, settings, merged)
        account.name, account.queue = name.strip()[:120] or account.name, queue
        account.settings = own_settings(account.settings) | _known(manifest, settings, secret=False)
        account.locked_secrets = vault().lock(_known(manifest, merged, secret=True))
        account.push, account.push_at = "", None  # the hook secret may be another one now
        account.save()
        record("account.changed", account, by=by)
    return account


def repoint_account(account: Account, *, settings: Mapping[str, str]) -> Account:
    """Bring some settings of an account up to date (the demo's ports); nothing is written where they hold already."""
    with atomic():
        account = Account.objects.locked(account)
        if account.settings != account.settings | settings:
            account.settings = account.settings | settings
            account.save(update_fields=["settings"])
            record("account.repointed", account, by=None)
    return account


def set_signing(account: Account, *, signing: str, by: Agent) -> Account:
    """Say how replies of this account end: bare, with the initials or with the signature of who wrote them."""
    if not by.may(May.RUN_ACCOUNTS):
        raise NotAllowed
    if signing not in Signing.values:
        raise Refused("There is no such choice.")
    with atomic():
        account = Account.objects.locked(account)
        if account.signing != signing:
            account.signing = signing
            account.save(update_fields=["signing"])
            record("account.signing_set", account, by=by, signing=signing)
    return account


def pause_account(account: Account, *, by: Agent) -> Account:
    """Stop fetching and sending; what waits in the outbox waits."""
    return _set_state(account, AccountState.PAUSED, "account.paused", by)


def resume_account(account: Account, *, by: Agent) -> Account:
    """Fetch and send again."""
    account = _set_state(account, AccountState.ACTIVE, "account.resumed", by)
    account.cursors.update(due_at=clock.now(), tries=0, claimed_until=None)
    return account


def check_account(account: Account, *, by: Agent | None) -> Health:
    """Ask the platform how the connection stands and keep the answer (and the limits, where it tells them)."""
    if by is not None:
        _may(by)
    health = _ask(account)
    with atomic():
        account = Account.objects.locked(account)
        account.health_at = clock.now()
        account.health_said = "" if health.ok else health.said.format(**health.places)
        account.native_id = health.account_id or account.native_id
        if health.limits is not None:
            account.limits = {k: v for k, v in asdict(health.limits).items() if isinstance(v, (int, str))}
            most = sends_per_minute(account.settings, health.limits.sends_per_minute)
            account.budgets.filter(bucket="send").update(most=most)
        if health.ok and account.state == AccountState.BROKEN:
            account.state = AccountState.ACTIVE
            account.cursors.update(due_at=clock.now(), tries=0, claimed_until=None, said="")  # what it missed comes now
        account.save()
        record("account.checked", account, by=by, ok=health.ok)
    return health


def _ask(account: Account) -> Health:
    access = None
    try:
        access = access_to(account)
        return connector(account.channel).health(access)
    except (ChannelError, CannotUnlock) as error:
        return Health(ok=False, said=error.sentence, places=error.places)
    finally:
        if access is not None:
            access.http.close()


def _set_state(account: Account, state: AccountState, kind: str, by: Agent) -> Account:
    _may(by)
    with atomic():
        account = Account.objects.locked(account)
        if account.state != state:
            account.state = state
            account.save(update_fields=["state"])
            record(kind, account, by=by)
    return account


def _complete(manifest: Manifest, settings: Mapping[str, str], secrets: Mapping[str, str]) -> None:
    for one in manifest.settings:
        given = (secrets if one.secret else settings).get(one.name, "")
        if one.required and not given.strip() and not one.default:
            raise MissingSetting(label=one.label)
        if one.choices and given and given not in one.choices:
            raise Refused("{value} is not possible for {field}.", value=given, field=one.label)


def _known(manifest: Manifest, given: Mapping[str, str], *, secret: bool) -> dict[str, str]:
    names = [one for one in manifest.settings if one.secret is secret]
    known = {one.name: given.get(one.name, "").strip() or one.default for one in names}
    return known if secret else known | own_settings(given)


def _may(by: Agent | None) -> None:
    if by is not None and not by.may(May.RUN_ACCOUNTS):
        raise NotAllowed
