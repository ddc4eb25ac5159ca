"""The words of cases, kept in the full text index, and looked for there."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection
from django.db.transaction import atomic

from resonanz.casework.query import Term
from resonanz.kit.fold import folded, spellings, spoken
from resonanz.model import search
from resonanz.model.models import Case, CaseTag, Conversation, Identity, Message, Note
from resonanz.model.search import Phrase, Query

BATCH = 200
MOST_LETTERS = 100_000  # of one case, newest words first
CHUNK, MOST_CHUNKS = 1_000, 20  # cases that one look takes out of the index at a time, and how often
EXCERPT, BEFORE = 160, 60  # letters shown of what was found, and how many of them before it
NAME, CHANNEL, QUEUE, TAG = "xqn0", "xqc0", "xqq0", "xqt0"  # put before words of what an operator asks for
BREAK = "xqb0"  # no phrase goes from one text into the next
_LABELS = {"from": (NAME,), "channel": (CHANNEL,), "queue": (QUEUE,), "topic": (TAG, QUEUE), "": ("",)}


def sought(terms: Iterable[Term]) -> Query:
    """What the index is asked for; states are not in it, and what holds no word at all looks for nothing."""
    groups = []
    for term in terms:
        if term.where == "is":
            continue
        group = [
            tuple(label + word for word in words) for words in spellings(term.text) for label in _LABELS[term.where]
        ]
        if group:
            groups.append(tuple(group))
    return tuple(groups)


def index_due(most: int = BATCH) -> int:
    """Index the cases whose words changed, newest first; returns how many. Workers share by row locks."""
    if not Case.objects.filter(text_due=True).exists():
        return 0
    with atomic():
        skip = connection.features.has_select_for_update_skip_locked
        due = Case.objects.filter(text_due=True).order_by("-pk")
        ids = list(due.select_for_update(skip_locked=skip).values_list("pk", flat=True)[:most])
        search.put(_texts(ids))
        Case.objects.filter(pk__in=ids).update(text_due=False)
    return len(ids)


def forget_gone() -> int:
    """Take the words of cases that are no more out of the index; returns how many cases that were."""
    with atomic():
        return search.forget_gone()


def not_indexed(most: int) -> int:
    """How many cases still wait for the index, counted up to ``most``."""
    return Case.objects.filter(text_due=True)[:most].count()


def _texts(ids: Sequence[int]) -> Iterator[tuple[int, str]]:
    """What each case says, folded: names and marks first, then its words, newest first."""
    said: dict[int, list[str]] = {pk: [] for pk in ids}
    for pk, words in _marks(ids):
        said[pk] += [*words, BREAK]
    room = dict.fromkeys(ids, MOST_LETTERS)
    for pk, *texts in _words(ids):
        for text in filter(None, texts):
            if room[pk] > 0:
                words = folded(text[: room[pk]])
                room[pk] -= len(text)
                said[pk] += [*words, BREAK]
    for pk, words in said.items():
        yield pk, " ".join(words)


def _marks(ids: Sequence[int]) -> Iterator[tuple[int, list[str]]]:
    """Names, channels, queues and tags; each also findable by its operator."""
    for pk, queue, name in Case.objects.filter(pk__in=ids).values_list("pk", "queue__name", "contact__name"):
        yield pk, _labelled(QUEUE, queue)
        yield from ((pk, folded(name)), (pk, _labelled(NAME, name)))
    profiles = Identity.objects.filter(contact__cases__in=ids).order_by()
    for pk, name, handle in profiles.values_list("contact__cases", "name", "handle"):
        for said in (name, handle):
            yield from ((pk, folded(said)), (pk, _labelled(NAME, said)))
    talks = Conversation.objects.filter(case__in=ids).order_by()
    for pk, channel, title in talks.values_list("case", "account__channel", "thread__title"):
        yield from ((pk, _labelled(CHANNEL, channel)), (pk, folded(title)))
    for pk, name in CaseTag.objects.filter(case__in=ids).values_list("case", "tag__name"):
        yield from ((pk, folded(name)), (pk, _labelled(TAG, name)))


def _labelled(label: str, text: str) -> list[str]:
    return [label + word for word in folded(text)]


def _words(ids: Sequence[int]) -> Iterator[tuple[int, str, str]]:
    for pk, text in Note.objects.filter(case__in=ids).order_by("-pk").values_list("case", "text"):
        yield pk, text, ""
    spoken_here = Message.objects.filter(conversation__case__in=ids).order_by("-pk")
    columns = ("conversation__case", "subject", "fresh", "text")
    for pk, subject, fresh, text in spoken_here.values_list(*columns).iterator(chunk_size=500):
        yield pk, subject, fresh or text


def excerpts(ids: Sequence[int], query: Query) -> dict[int, list[tuple[str, bool]]]:
    """By number of the case: where what was looked for is said last, in pieces, each with whether it is what was
    looked for. Cases in which only a name or a mark fits are left out.
    """
    plain = [phrase for group in query for phrase in group if not phrase[0].startswith("xq")]
    found: dict[int, list[tuple[str, bool]]] = {}
    if not plain or not ids:
        return found
    for pk, subject, text in _words(ids):
        for said in (text, subject):
            if said and pk not in found and (spots := _spots(said, plain)):
                found[pk] = _cut(said, spots)
        if len(found) == len(ids):
            break
    return found


def _spots(text: str, phrases: Sequence[Phrase]) -> list[tuple[int, int]]:
    """Where one of the phrases stands in a text, in order, each from and to."""
    by_length: dict[int, list[Phrase]] = defaultdict(list)
    for phrase in phrases:
        by_length[len(phrase)].append(phrase)
    words = [(start, end, word) for start, end, parts in spoken(text[:MOST_LETTERS]) for word in parts]
    spots = []
    for length, wanted in by_length.items():
        for at in range(len(words) - length + 1):
            here = tuple(word for _start, _end, word in words[at : at + length])
            if any(_fits(here, phrase) for phrase in wanted):
                spots.append((words[at][0], words[at + length - 1][1]))
    return sorted(set(spots))


def _fits(here: Phrase, phrase: Phrase) -> bool:
    last = here[-1].startswith(phrase[-1]) if search.goes_on(phrase) else here[-1] == phrase[-1]
    return last and here[:-1] == phrase[:-1]


def _cut(text: str, spots: Sequence[tuple[int, int]]) -> list[tuple[str, bool]]:
    """About ``EXCERPT`` letters around the first spot, cut between words."""
    start = 0
    if spots[0][0] > BEFORE:
        gap = text.rfind(" ", 0, spots[0][0] - BEFORE // 2)
        start = gap + 1 if gap > spots[0][0] - 2 * BEFORE else spots[0][0]
    end = min(len(text), start + EXCERPT)
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for begin, stop in spots:
        if begin < at or begin >= end:
            continue
        pieces += [(text[at:begin], False), (text[begin:stop], True)]
        at = stop
    pieces.append((text[at:end], False))
    return [(piece, hit) for piece, hit in [*pieces, ("…" if end < len(text) else "", False)] if piece]
