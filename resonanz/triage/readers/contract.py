"""What a reader is: it looks at a batch of messages and says one thing of each, how sure it is, and why."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

V = TypeVar("V")
MOST_READ = 6000
_WORD = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as readers see it. ``language`` is what the language reader found ("" for that reader itself);
    ``told`` what the platform says; ``usual`` what the contact or thread usually speaks.

    ``lower`` (subject and text in lower case, at most ``MOST_READ`` characters) and ``tokens`` (its words) are made once
    for all readers.
    """

    text: str
    subject: str = ""
    language: str = ""
    told: str = ""
    usual: str = ""
    is_public: bool = True
    lower: str = ""
    tokens: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.lower:
            lower = self.whole[:MOST_READ].lower()
            object.__setattr__(self, "lower", lower)
            object.__setattr__(self, "tokens", frozenset(_WORD.findall(lower)))

    @property
    def whole(self) -> str:
        return f"{self.subject}\n{self.text}" if self.subject else self.text

    def speaking(self, language: str) -> "Seen":
        """The same message once its language is known."""
        return Seen(self.text, self.subject, language, self.told, self.usual, self.is_public, self.lower, self.tokens)


@dataclass(frozen=True, slots=True)
class Finding(Generic[V]):
    """A value, its certainty (0..1) and the words or rules that carried it."""

    value: V
    certainty: float
    because: tuple[str, ...] = ()


class Reader(Protocol[V]):
    """Pure and batched: as many findings as messages, in the same order. ``version`` grows when its answers change."""

    name: str
    version: int

    def read(self, seen: Sequence[Seen]) -> list[Finding[V]]: ...
