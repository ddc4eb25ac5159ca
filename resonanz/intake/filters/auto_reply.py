"""Machines that answer machines: nobody waits for a reply to these."""

from resonanz.connectors.contract import Incoming, Mark
from resonanz.intake.filters.verdict import Then, Verdict


def out_of_office(incoming: Incoming) -> Verdict | None:
    return Verdict("out_of_office", Then.SET_ASIDE) if Mark.OUT_OF_OFFICE in incoming.marks else None


def auto_reply(incoming: Incoming) -> Verdict | None:
    return Verdict("auto_reply", Then.SET_ASIDE) if Mark.AUTO_REPLY in incoming.marks else None
