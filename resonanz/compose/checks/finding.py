"""What a check says."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """``said`` is a message id with places; ``blocks``: the reply may not leave like this."""

    code: str
    said: str
    blocks: bool
    places: Mapping[str, object] = field(default_factory=dict)
