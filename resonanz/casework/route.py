"""Which queue a case waits in: the queues' own words, the account's queue, the default queue."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from resonanz.kit.errors import Refused
from resonanz.model.models import Account, Queue


@dataclass(frozen=True)
class Routes:
    """The queues as they are now; made once a batch."""

    queues: tuple[Queue, ...]
    by_account: dict[int, int]

    @cached_property
    def _words(self) -> tuple[tuple[int, str, "re.Pattern[str]"], ...]:
        """(queue, word, pattern of the word at a word's beginning), in the order of the queues; all lower case."""
        return tuple(
            (queue.pk, word.lower(), re.compile(r"\b" + re.escape(word.lower())))
            for queue in self.queues
            for word in queue.words
        )

    @cached_property
    def fallback(self) -> int:
        default = next((q.pk for q in self.queues if q.is_default), None)
        if default is None:
            raise Refused("There is no default queue. Create one under Team.")
        return default

    def queue_for(self, account_id: int, text: str) -> int:
        """The id of the queue for a first message."""
        lower = text.lower()
        for pk, word, pattern in self._words:
            if word in lower and pattern.search(lower):
                return pk
        return self.by_account.get(account_id) or self.fallback


def routes() -> Routes:
    """Read the queues and the accounts' own ones."""
    pairs: Sequence[tuple[int, int | None]] = list(Account.objects.values_list("pk", "queue_id"))
    return Routes(tuple(Queue.objects.all()), {pk: queue for pk, queue in pairs if queue})
