"""What a filter says."""

from dataclasses import dataclass
from enum import StrEnum


class Then(StrEnum):
    """What happens to the incoming: set aside; or kept as an outbound message of ours written elsewhere; or noted at
    the delivery that it speaks of.
    """

    SET_ASIDE = "set_aside"
    OURS = "ours"
    BOUNCE = "bounce"


@dataclass(frozen=True, slots=True)
class Verdict:
    """``name`` is the filter's name as the ledger counts it."""

    name: str
    then: Then
