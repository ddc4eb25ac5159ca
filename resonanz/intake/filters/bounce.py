"""A mail server says that a reply of ours could not be delivered."""

from resonanz.connectors.contract import Incoming, Mark
from resonanz.intake.filters.verdict import Then, Verdict


def bounce(incoming: Incoming) -> Verdict | None:
    return Verdict("bounce", Then.BOUNCE) if Mark.BOUNCE in incoming.marks else None
