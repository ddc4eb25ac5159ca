"""Newsletters and list mail: sent to many, waiting for nobody's reply. A person can bring one back."""

from resonanz.connectors.contract import Incoming, Mark
from resonanz.intake.filters.verdict import Then, Verdict


def bulk(incoming: Incoming) -> Verdict | None:
    return Verdict("bulk", Then.SET_ASIDE) if Mark.BULK in incoming.marks else None
