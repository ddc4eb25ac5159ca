"""What an agent sees: cases by queue and view, searched, counted, page by page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Any, cast

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.expressions import OrderBy
from django.utils import timezone

from resonanz.casework.order import URGENT, Reason, behind, by_harm, key_of, reason
from resonanz.casework.query import STATES, Term, terms
from resonanz.casework.search import CHUNK, MOST_CHUNKS, excerpts, sought
from resonanz.kit import clock
from resonanz.model import search as index
from resonanz.model.base import besides
from resonanz.model.case import CaseSet
from resonanz.model.models import (
    Agent,
    Case,
    Contact,
    Conversation,
    Coverage,
    Direction,
    Message,
    Queue,
    Thread,
)
from resonanz.model.team import NAMED

PAGE = 20  # what the tallest window holds; the next ones come before one has read to their end
MOST_SHOWN = 500  # rows that one list grows to; then it goes on as a page of its own
WINDOW_CLOSES_WITHIN = timedelta(hours=24)
DUE_WITHIN = timedelta(hours=24)


class View(StrEnum):
    ALL = "all"
    MINE = "mine"
    UNASSIGNED = "unassigned"
    LATER = "later"
    CLOSED = "closed"
    TODAY = "today"
    URGENT = "urgent"
    CLOSING = "closing"
    DUE = "due"


# What a row shows of the newest word, and of whom it names.
_READ = ("language", "address_form", "has_personal_data")
_SHOWN = ("text", "fresh", "visibility", "account__channel", *(f"reading__{name}" for name in _READ))
_NOT_SHOWN = [*besides("contact", Contact, "name"), *besides("assignee", Agent, *NAMED)]
COUNTED = (View.ALL, View.MINE, View.UNASSIGNED)


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: one view of one queue (or of all), under one post (or any), searched (see ``query``)."""

    view: View = View.ALL
    queue: Queue | None = None
    search: str = ""
    post: Thread | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list. ``asked``: how many words of the customer wait for an answer; ``excerpt``: where what was
    searched for is said, in pieces (see ``search.excerpts``).
    """

    case: Case
    message: Message | None
    asked: int
    reason: Reason
    excerpt: Sequence[tuple[str, bool]] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows and the key of the last one; an empty ``after`` says that there are no more."""

    rows: tuple[Row, ...]
    after: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """Open cases that an agent sees, by queue: all of them, theirs, and nobody's."""

    queues: dict[int, dict[View, int]] = field(default_factory=dict)

    @property
    def open(self) -> int:
        return self.of(View.ALL)

    @property
    def mine(self) -> int:
        return self.of(View.MINE)

    def of(self, view: View, queue: Queue | None = None) -> int:
        """How many one of the three views lists, of one queue or of all."""
        if queue is not None:
            return self.queues.get(queue.pk, {}).get(view, 0)
        return sum(counted[view] for counted in self.queues.values())


def cases(agent: Agent, look: Look) -> CaseSet:
    """The cases of one look, unsorted; of a search no more than its newest ``CHUNK``."""
    asked = terms(look.search)
    found = _narrowed(agent, look, asked)
    if not _has_words(asked):
        return found
    query = sought(asked)
    return found.filter(pk__in=index.find(query, most=CHUNK) if query else [])


def page(agent: Agent, look: Look, after: str = "", most: int = PAGE) -> Page:
    """One page of the list, with what each row shows, in a fixed number of queries. A damaged key starts anew."""
    asked = terms(look.search)
    if _has_words(asked):
        return _found_page(_narrowed(agent, look, asked), sought(asked), after, most)
    found, view = _narrowed(agent, look, asked), _state_of(look, asked) or look.view
    try:
        found = _behind(found, view, after)
    except ValueError:
        after = ""
    ids = list(found.order_by(*_order(view)).values_list("pk", flat=True)[: most + 1])
    rows = _filled(ids[:most])
    return Page(_rows(rows), _key(rows[-1], view) if len(ids) > most else "")


def _found_page(seen: CaseSet, query: index.Query, after: str, most: int) -> Page:
    """The newest cases that say it, of those seen. So many are looked at that a page fills itself also where few of
    them may be seen; where even that is not enough, a shorter page says where to go on.
    """
    before = int(after) if after.isdecimal() and len(after) < 19 else None  # noqa: PLR2004 - a number of a database
    ids: list[int] = []
    for _ in range(MOST_CHUNKS if query else 0):
        chunk = index.find(query, before=before, most=CHUNK)
        ids += seen.filter(pk__in=chunk).order_by("-pk").values_list("pk", flat=True)
        before = chunk[-1] if len(chunk) == CHUNK else None
        if before is None or len(ids) > most:
            break
    rows = _filled(ids[:most])
    said = excerpts([case.pk for case in rows], query)
    last = ids[most - 1] if len(ids) > most else before
    return Page(_rows(rows, said), str(last) if last else "")


def after_this(agent: Agent, look: Look, here: Case) -> Case | None:
    """The case behind ``here`` (as it stood before) in the list, else its first one; only where somebody waits."""
    waiting = cases(agent, look).filter(waiting_since__isnull=False).exclude(pk=here.pk)
    if _has_words(terms(look.search)):
        waiting = waiting.order_by("-pk")
        return waiting.filter(pk__lt=here.pk).first() or waiting.first()
    waiting = waiting.order_by(*by_harm())
    return waiting.filter(behind(key_of(here))).first() or waiting.first()


def counts_for(agent: Agent) -> Counts:
    """How many open cases wait where."""
    by_queue = Case.objects.open().visible_to(agent).order_by().values("queue").annotate(**_counted(agent))
    rows = cast("Iterable[Mapping[str, int]]", by_queue)
    return Counts({row["queue"]: {view: row[view.value] for view in COUNTED} for row in rows})


def view_counts(agent: Agent, queue: Queue | None, post: Thread | None, known: Counts) -> dict[View, int]:
    """How many cases each view of a queue (or of all) lists; closed ones are not counted, there are too many.
    ``known``: the open ones, which only under one post have to be counted anew.
    """
    seen = _there(Case.objects.visible_to(agent), queue, post)
    if post is None:
        counted = {view: known.of(view, queue) for view in COUNTED}
    else:
        row = seen.open().aggregate(**_counted(agent))
        counted = {view: row[view.value] for view in COUNTED}
    return {**counted, View.LATER: seen.later().count()}


def _counted(agent: Agent) -> dict[str, Any]:
    return {
        View.ALL.value: Count("pk"),
        View.MINE.value: Count("pk", filter=Q(assignee=agent)),
        View.UNASSIGNED.value: Count("pk", filter=Q(assignee=None)),
    }


def oldest_waiting(agent: Agent, queue: Queue | None = None, post: Thread | None = None) -> Case | None:
    """The open case in which somebody waits longest."""
    waiting = _there(Case.objects.open().visible_to(agent).filter(waiting_since__isnull=False), queue, post)
    first = waiting.order_by("waiting_since", "pk").values("pk")[:1]  # from the index alone
    return Case.objects.only("waiting_since", "contact").filter(pk=Subquery(first)).first()


def post_named(agent: Agent, thread_id: int) -> Thread | None:
    """The post, if this person sees a case under it."""
    seen = Case.objects.visible_to(agent).filter(conversations__thread=OuterRef("pk"))
    return Thread.objects.filter(Exists(seen), pk=thread_id).first()


def _there(found: CaseSet, queue: Queue | None, post: Thread | None) -> CaseSet:
    if queue is not None:
        found = found.filter(queue=queue)
    if post is not None:
        found = found.filter(Exists(Conversation.objects.filter(case=OuterRef("pk"), thread=post)))
    return found


def _viewed(found: CaseSet, agent: Agent, view: View) -> CaseSet:  # noqa: PLR0911 - one answer for each view
    match view:
        case View.ALL:
            return found.open()
        case View.MINE:
            return found.open().filter(assignee=agent)
        case View.UNASSIGNED:
            return found.open().filter(assignee=None)
        case View.LATER:
            return found.later()
        case View.CLOSED:
            return found.closed()
        case View.TODAY:
            return found.filter(Exists(_inbound().filter(received_at__gte=today_began())))
        case View.URGENT:
            return found.open().filter(urgency__gte=URGENT)
        case View.CLOSING:
            return found.open().filter(Exists(closing_words().filter(conversation__case=OuterRef("pk"))))
        case View.DUE:
            return due_soon(found)


def today_began() -> datetime:
    """Midnight of today in the time zone of the installation."""
    today = timezone.localdate(clock.now())
    return timezone.make_aware(datetime.combine(today, time.min))


def due_soon(found: CaseSet) -> CaseSet:
    """Those that a promise makes due within a day, or that are overdue; what is put off is due all the same."""
    return found.filter(closed_at=None, due_at__lte=clock.now() + DUE_WITHIN)


def closing_words() -> QuerySet[Message]:
    """Unanswered words of customers that can be answered for less than a day from now."""
    now = clock.now()
    return Message.objects.open().filter(reply_until__gt=now, reply_until__lte=now + WINDOW_CLOSES_WITHIN)


def _narrowed(agent: Agent, look: Look, asked: Iterable[Term]) -> CaseSet:
    """What may be listed: of one queue or post, in every state that was asked for. Words are looked for in all states
    unless a view or an operator names one.
    """
    found = _there(Case.objects.visible_to(agent), look.queue, look.post)
    states = {View(STATES[term.text]) for term in asked if term.where == "is"}
    if look.view is not View.ALL or not (states or _has_words(asked)):
        states.add(look.view)
    for state in sorted(states):
        found = _viewed(found, agent, state)
    return found


def _state_of(look: Look, asked: Iterable[Term]) -> View | None:
    """The one state that was asked for by an operator: its list is sorted as that view is."""
    states = {STATES[term.text] for term in asked if term.where == "is"}
    return View(states.pop()) if look.view is View.ALL and len(states) == 1 else None


def _has_words(asked: Iterable[Term]) -> bool:
    return any(term.where != "is" for term in asked)


def _words() -> QuerySet[Message]:
    return Message.objects.filter(conversation__case=OuterRef("pk"))


def _inbound() -> QuerySet[Message]:
    return _words().filter(direction=Direction.IN)


def _newest() -> Subquery:
    return Subquery(_inbound().order_by("-occurred_at", "-pk").values("pk")[:1])


def _asked() -> Subquery:
    waiting = _inbound().filter(coverage=Coverage.OPEN).order_by().values("conversation__case").annotate(n=Count("pk"))
    return Subquery(waiting.values("n"))


def _order(view: View) -> Sequence[str | OrderBy]:
    match view:
        case View.LATER:
            return ("snoozed_until", "pk")
        case View.CLOSED:
            return ("-closed_at", "-pk")
        case _:
            return by_harm()


def _key(case: Case, view: View) -> str:
    match view:
        case View.LATER:
            return f"{case.snoozed_until:%Y-%m-%dT%H:%M:%S.%f%z}~{case.pk}"
        case View.CLOSED:
            return f"{case.closed_at:%Y-%m-%dT%H:%M:%S.%f%z}~{case.pk}"
        case _:
            return key_of(case)


def _behind(found: CaseSet, view: View, after: str) -> CaseSet:
    if not after:
        return found
    if view not in {View.LATER, View.CLOSED}:
        return found.filter(behind(after))
    at, pk = after.split("~")
    moment, last = datetime.fromisoformat(at), int(pk)
    if view is View.LATER:
        return found.filter(Q(snoozed_until__gt=moment) | Q(snoozed_until=moment, pk__gt=last))
    return found.filter(Q(closed_at__lt=moment) | Q(closed_at=moment, pk__lt=last))


def _filled(ids: list[int]) -> list[Case]:
    """The cases of one page in this order, with what a row shows; only for these are messages looked at."""
    found = Case.objects.select_related("contact", "assignee").defer(*_NOT_SHOWN)
    found = found.annotate(newest=_newest(), asked=_asked())
    by_id = found.in_bulk(ids)
    return [by_id[pk] for pk in ids if pk in by_id]


def _rows(
    found: Iterable[Case], said: Mapping[int, Sequence[tuple[str, bool]]] = MappingProxyType({})
) -> tuple[Row, ...]:
    found = list(found)
    newest = [case.newest for case in found if case.newest]  # type: ignore[attr-defined]  # annotated above
    messages = Message.objects.select_related("account", "reading").only(*_SHOWN).in_bulk(newest)
    return tuple(
        Row(case, messages.get(case.newest), case.asked or 0, reason(case), said.get(case.pk, ()))  # type: ignore[attr-defined]  # annotated
        for case in found
    )
