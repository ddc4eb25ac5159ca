"""How many sends an account has left; counted in the database, so that any number of workers share it."""

from datetime import datetime, timedelta

from django.db.models import F, Q
from django.db.transaction import atomic

from resonanz.accounts.own import MOST_SENDS, OWN_SENDS, sends_per_minute
from resonanz.connectors.registry import connector
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import Account, Agent, Budget, May

SECONDS = 60


def set_budget(account: Account, *, per_minute: int | None, by: Agent) -> Budget:
    """Set how many replies an account may send in a minute; None: as many as its channel allows, which is also the
    most. What goes beyond waits in the outbox.
    """
    if not by.may(May.RUN_ACCOUNTS):
        raise NotAllowed
    if per_minute is not None and not 1 <= per_minute <= MOST_SENDS:
        raise Refused("Say a number from 1 to {most}.", most=MOST_SENDS)
    with atomic():
        account = Account.objects.locked(account)
        others = {name: value for name, value in account.settings.items() if name != OWN_SENDS}
        account.settings = others if per_minute is None else others | {OWN_SENDS: str(per_minute)}
        account.save(update_fields=["settings"])
        most = sends_per_minute(account.settings, channel_limit(account))
        budget, _ = Budget.objects.update_or_create(
            account=account, bucket="send", defaults={"most": most, "seconds": SECONDS}
        )
        record("account.budget_set", account, by=by, most=most)
    return budget


def channel_limit(account: Account) -> int:
    """How many replies a minute the channel allows, as the server said last, else as the manifest says."""
    said = account.limits.get(OWN_SENDS)
    return said if isinstance(said, int) and said > 0 else connector(account.channel).manifest.limits.sends_per_minute


def take(account: Account) -> datetime | None:
    """Take one send out of the budget: None when there was one, else the time from which there is one again.

    Call inside a transaction; the row is locked until it ends.
    """
    now = clock.now()
    row, _ = Budget.objects.get_or_create(account=account, bucket="send", defaults={"most": SECONDS, "since": now})
    budget = Budget.objects.locked(row)
    if budget.held_until and budget.held_until > now:
        return budget.held_until
    ends = budget.since + timedelta(seconds=budget.seconds)
    if ends <= now:
        budget.since, budget.used = now, 0
    elif budget.used >= budget.most:
        return ends
    budget.used += 1
    budget.held_until = None
    budget.save(update_fields=["since", "used", "held_until"])
    return None


def give_back(account: Account) -> None:
    """Nothing was sent after all."""
    Budget.objects.filter(account=account, bucket="send", used__gt=0).update(used=F("used") - 1)


def hold(account: Account, *, until: datetime) -> None:
    """The platform asked us to wait: nobody sends from this account before ``until``, or later where it had asked for
    more before.
    """
    shorter = Q(held_until__isnull=True) | Q(held_until__lt=until)
    Budget.objects.filter(shorter, account=account, bucket="send").update(held_until=until)


def left(account: Account) -> int:
    """How many may leave in the running minute. Lists fetch ``budgets`` beforehand."""
    now = clock.now()
    budget = next((one for one in account.budgets.all() if one.bucket == "send"), None)
    if budget is None:
        return SECONDS
    if budget.held_until and budget.held_until > now:
        return 0
    over = budget.since + timedelta(seconds=budget.seconds) <= now
    return budget.most if over else max(0, budget.most - budget.used)
