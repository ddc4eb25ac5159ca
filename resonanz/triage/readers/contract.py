"""What a reader is: it looks at a batch of messages and says one thing of each, how sure it is, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, NamedTuple, Protocol, TypeVar

from resonanz.kit.language import words_of
from resonanz.triage.readers.words import Rule, called

V = TypeVar("V")
MOST_READ = 6000


@dataclass(slots=True)
class Seen:
    """One message as readers see it. ``language`` is set as soon as the language reader found it; ``told`` what the platform says; ``usual`` what the contact or thread usually speaks.

    ``lower`` (subject and text in lower case, at most ``MOST_READ`` characters), its words (``tokens``) and the
    rules that these call for are made once for all readers.
    """

    text: str
    subject: str = ""
    language: str = ""
    told: str = ""
    usual: str = ""
    is_public: bool = True
    lower: str = ""
    tokens: frozenset[str] = frozenset()
    called: tuple[Rule, ...] = ()

    def __post_init__(self) -> None:
        if not self.lower:
            lower = self.whole[:MOST_READ].lower()
            words = words_of(lower)
            self.lower, self.tokens, self.called = lower, words, called(words)

    @property
    def whole(self) -> str:
        return f"{self.subject}\n{self.text}" if self.subject else self.text


class Finding(NamedTuple, Generic[V]):
    """A value, its certainty (0..1) and the words or rules that carried it."""

    value: V
    certainty: float
    because: tuple[str, ...] = ()


class Reader(Protocol[V]):
    """Pure and batched: as many findings as messages, in the same order. ``version`` grows when its answers change."""

    name: str
    version: int

    def read(self, seen: Sequence[Seen]) -> list[Finding[V]]: ...
