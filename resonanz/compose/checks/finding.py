"""What a check says, and what it knows of whom the reply is for."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Finding:
    """``said`` is a message id with places; ``blocks``: the reply may not leave like this; ``words``:
    the pieces of the reply that it is about, as they stand there.
    """

    code: str
    said: str
    blocks: bool
    places: Mapping[str, object] = field(default_factory=dict)
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hearer:
    """``language`` and ``form`` (du, sie) as the customer was read or a person set it; "" where nobody can be sure."""

    language: str = ""
    form: str = ""
