"""Which loop runs which operation. Each operation takes what is due and says how much that was."""

from collections.abc import Callable
from dataclasses import dataclass

from resonanz.accounts.push import keep_subscribed
from resonanz.casework.browsers import push_due
from resonanz.casework.digest import mail_due
from resonanz.casework.finish import close_answered
from resonanz.casework.follow_up import follow_ups_due
from resonanz.casework.notices import forget_notices
from resonanz.casework.open import queue_due
from resonanz.casework.presence import forget_stale
from resonanz.casework.search import forget_gone, index_due
from resonanz.casework.snooze import wake_due
from resonanz.casework.spread import spread_due
from resonanz.intake.collect import collect_due
from resonanz.intake.envelopes import open_envelopes
from resonanz.intake.file import forget_files, import_due
from resonanz.intake.past import past_due
from resonanz.intake.reconcile import reconcile_due
from resonanz.intake.settle import settle_due
from resonanz.intake.sweep import forget_old
from resonanz.outbox.confirm import confirm_sent, look_for_unsure
from resonanz.outbox.deliver import deliver_due
from resonanz.people.merge import follow_merges
from resonanz.privacy.retain import retain_due
from resonanz.triage.read import read_due


@dataclass(frozen=True, slots=True)
class Station:
    """An operation and how long to rest (seconds) when it found nothing to do."""

    name: str
    run: Callable[[], int]
    rest_s: float


LOOPS: dict[str, tuple[Station, ...]] = {
    "collect": (
        Station("collect", collect_due, 1.0),
        Station("push", keep_subscribed, 3.0),
        Station("reconcile", reconcile_due, 10.0),
    ),
    "past": (Station("past", past_due, 2.0),),  # a loop of its own, so that no slow page holds up the news
    "import": (
        Station("import", import_due, 2.0),
        Station("files", forget_files, 600.0),
    ),
    "flow": (
        Station("open", open_envelopes, 0.5),
        Station("settle", settle_due, 0.5),
        Station("read", read_due, 0.5),
        Station("queue", queue_due, 0.5),
        Station("spread", spread_due, 2.0),
        Station("wake", wake_due, 5.0),
        Station("remind", follow_ups_due, 5.0),
        Station("finish", close_answered, 1.0),
        Station("presence", forget_stale, 600.0),
        Station("merges", follow_merges, 30.0),
        Station("notices", forget_notices, 600.0),
        Station("forget", forget_old, 600.0),
    ),
    "search": (  # a loop of its own: filling the index anew holds up nothing else
        Station("index", index_due, 1.0),
        Station("gone", forget_gone, 3600.0),
    ),
    "retain": (Station("retain", retain_due, 600.0),),
    "browsers": (Station("push to browsers", push_due, 3.0),),  # nor does a slow push service
    "mail": (Station("mail", mail_due, 15.0),),  # a slow mail server holds up nothing else
    "deliver": (
        Station("deliver", deliver_due, 0.5),
        Station("unsure", look_for_unsure, 5.0),
        Station("confirm", confirm_sent, 5.0),
    ),
}
