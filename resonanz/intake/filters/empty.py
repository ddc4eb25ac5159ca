"""Nothing was said and nothing was shown: no text, no file, no stars."""

from resonanz.connectors.contract import Incoming, Op
from resonanz.intake.filters.verdict import Then, Verdict


def empty(incoming: Incoming) -> Verdict | None:
    said = incoming.text.strip() or incoming.attachments or incoming.rating is not None
    return None if said or incoming.op is not Op.UPSERT else Verdict("empty", Then.SET_ASIDE)
