"""The named filters between arrival and message, in order. Each is one small function in a file of its own.

A filter sees the incoming and the account, and gives a ``Verdict`` or nothing. The first verdict holds.
"""

from collections.abc import Callable

from resonanz.connectors.contract import Incoming
from resonanz.intake.filters.auto_reply import auto_reply, out_of_office
from resonanz.intake.filters.bounce import bounce
from resonanz.intake.filters.bulk import bulk
from resonanz.intake.filters.echo import own_echo
from resonanz.intake.filters.empty import empty
from resonanz.intake.filters.verdict import Verdict

Filter = Callable[[Incoming], Verdict | None]

FILTERS: tuple[Filter, ...] = (own_echo, bounce, out_of_office, auto_reply, bulk, empty)
_BY_AUTHOR_OR_TEXT: tuple[Filter, ...] = (own_echo, empty)


def judge(incoming: Incoming) -> Verdict | None:
    """The first filter's verdict, or None where this is an ordinary message."""
    for one in FILTERS if incoming.marks else _BY_AUTHOR_OR_TEXT:  # most bear no mark: the others have nothing to see
        if verdict := one(incoming):
            return verdict
    return None
