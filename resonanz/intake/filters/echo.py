"""Our own words coming back: either what we sent (known by its id) or what a colleague wrote on the platform."""

from resonanz.connectors.contract import Incoming, Mark, Op
from resonanz.intake.filters.verdict import Then, Verdict


def own_echo(incoming: Incoming) -> Verdict | None:
    """Written by our own account. Settling finds out whether it is an echo or a native answer."""
    if incoming.op is Op.UPSERT and (incoming.author.is_self or (incoming.marks and Mark.OWN in incoming.marks)):
        return Verdict("own_echo", Then.OURS)
    return None
