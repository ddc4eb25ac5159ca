"""What a reader is: it looks at a batch of messages and says one thing of each, how sure it is, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

V = TypeVar("V")
MOST_READ = 6000


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as readers see it. ``language`` is what the language reader found ("" for that reader itself);
    ``told`` what the platform says; ``usual`` what the contact or thread usually speaks;
    ``lower`` is subject and text in lower case, at most ``MOST_READ`` characters, made once for all readers.
    """

    text: str
    subject: str = ""
    language: str = ""
    told: str = ""
    usual: str = ""
    is_public: bool = True
    lower: str = ""

    @property
    def words(self) -> str:
        return f"{self.subject}\n{self.text}" if self.subject else self.text


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
