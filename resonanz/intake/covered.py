"""After settling: what the platform shows of the conversations that were touched is looked at again."""

from collections.abc import Collection, Iterator, Sequence
from typing import TypeVar

from resonanz.model.models import Account, Conversation, Message
from resonanz.outbox.cover import refresh_waiting
from resonanz.outbox.shown import cover_as_shown, native_answers

_SOME = 1000
P = TypeVar("P")


def cover_again(account: Account, touched: Sequence[int], changed: Sequence[str]) -> None:
    """Look again at what the platform says about messages: of conversations that got something new where our side
    answered there, and of conversations in which something was changed.
    """
    talks: set[int] = set()
    for some in _portions(sorted(touched)):
        talks.update(native_answers().filter(conversation__in=some).values_list("conversation", flat=True))
    for names in _portions(sorted(set(changed))):
        rows = Message.objects.filter(account=account, native_id__in=names)
        talks.update(rows.values_list("conversation", flat=True))
    for some in _portions(sorted(talks)):
        _refresh(cover_as_shown(some))


def _refresh(moved: Collection[int]) -> None:
    cases = Conversation.objects.filter(pk__in=moved, case__isnull=False).values_list("case", flat=True)
    refresh_waiting(sorted({case for case in cases if case is not None}))


def _portions(many: Sequence[P]) -> Iterator[Sequence[P]]:
    for start in range(0, len(many), _SOME):
        yield many[start : start + _SOME]
