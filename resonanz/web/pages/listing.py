"""The list column: which cases, how many, and the addresses of its views and pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from resonanz.casework.bulk import MOST
from resonanz.casework.inbox import MOST_SHOWN, PAGE, Look, Page, View, oldest_waiting, page, post_named, view_counts
from resonanz.casework.query import unknown_states
from resonanz.casework.search import not_indexed
from resonanz.casework.views import views_of
from resonanz.kit.errors import NotFound
from resonanz.model.models import Agent, Case, CloseReason, May, Queue, SavedView, Team, Thread
from resonanz.web.around import Around, around
from resonanz.web.frame import Link
from resonanz.web.given import number, words

WORTH_TELLING = 1_000  # cases that the index lacks


@dataclass(frozen=True, slots=True)
class Listing:
    """The list as a page shows it. ``query`` is what every link to a case carries, so that the list stays; ``grows``:
    the next page comes beneath these rows, instead of in their place; ``is_next``: these rows are such a page;
    ``shown``: how many rows the reader has before them with these; ``is_due``: what is looked for may be said in words
    that are not in the index yet.
    """

    look: Look
    page: Page
    tabs: tuple[Link, ...]
    title: str
    open: int
    oldest: Case | None
    query: str
    rows_url: str
    more_url: str
    first_url: str
    open_case: int
    grows: bool
    is_next: bool
    shown: int
    is_found: bool
    is_due: bool
    hints: tuple[str, ...]
    around: Around
    saved: SavedView | None
    most_at_once: int = MOST

    @property
    def works(self) -> bool:
        """Whether this person may act on cases."""
        return self.agent.may(May.WORK_CASES)

    @property
    def agent(self) -> Agent:
        """Who looks at the list."""
        return self.around.agent

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Why cases can be closed."""
        return [(value, str(label)) for value, label in CloseReason.choices]

    @property
    def can_save(self) -> bool:
        """Whether this look is worth a name."""
        return bool(self.look.search or self.look.queue or self.look.view is not View.ALL) and not self.look.post

    @property
    def may_drop(self) -> bool:
        """Whether this person may take the saved view away."""
        return self.saved is not None and (self.saved.team is None or self.agent.may(May.ASSIGN_OTHERS))

    @property
    def teams(self) -> QuerySet[Team]:
        """For which teams this person may keep the look."""
        return self.agent.teams.all() if self.agent.may(May.ASSIGN_OTHERS) else self.agent.teams.none()


def listing(request: HttpRequest, queue: Queue | None, open_case: int = 0) -> Listing:
    """Everything about the list from the address: ``view``, ``q``, ``post``, ``after``; and ``shown``: how many rows
    the reader has before them already, which stay when the list is drawn anew.
    """
    here = around(request)
    agent, search = here.agent, words(request.GET, "q", 200)
    look = Look(_view(request.GET.get("view", "")), queue, search, _post(request, agent))
    saved = _saved(request, agent)
    after = request.GET.get("after", "")
    before = min(number(request.GET.get("shown")) or 0, MOST_SHOWN)
    is_next = request.GET.get("part") == "next"
    shown = page(agent, look, after) if is_next or before <= PAGE else page(agent, look, after, before)
    counts = view_counts(agent, queue, look.post, here.counts)
    total = (before if is_next else 0) + len(shown.rows)
    due = not_indexed(WORTH_TELLING + 1) if search else 0
    query = _query(look, saved)
    base = base_url(queue)
    return Listing(
        look,
        shown,
        _tabs(look, base, counts),
        saved.name if saved else queue.name if queue else _("Inbox"),
        counts[View.ALL],
        oldest_waiting(agent, queue, look.post),
        query,
        f"{base}?{_joined(query, after=after, part='rows')}",
        f"{base}?{_joined(query, after=shown.after)}" if shown.after else "",
        f"{base}?{query}" if after else "",
        open_case,
        total < MOST_SHOWN,
        is_next,
        total,
        bool(search),
        due > 0,
        tuple(_hints(search, due)),
        here,
        saved,
    )


def _hints(search: str, due: int) -> Iterator[str]:
    """What somebody should know who looks for this and does not find it; ``due``: cases that the index lacks."""
    for word in unknown_states(search):
        names = _("open, mine, free, later, closed, urgent, due, today")
        yield _("There is no state “{word}”. Possible are: {names}.").format(word=word, names=names)
    if due > WORTH_TELLING:
        yield _("The search is still taking in older cases; what you look for may come later.")


def base_url(queue: Queue | None) -> str:
    return reverse("inbox_queue", args=[queue.slug]) if queue else reverse("inbox")


def queue_named(agent: Agent, slug: str) -> Queue | None:
    """The queue with this slug, if this person sees it; none for an empty slug."""
    if not slug:
        return None
    queue: Queue | None = Queue.objects.visible_to(agent).filter(slug=slug).first()
    if queue is None:
        raise NotFound
    return queue


def _view(name: str) -> View:
    return View(name) if name in set(View) else View.ALL


def _post(request: HttpRequest, agent: Agent) -> Thread | None:
    named = number(request.GET.get("post"))
    if named is None:
        return None
    post = post_named(agent, named)
    if post is None:
        raise NotFound
    return post


def _saved(request: HttpRequest, agent: Agent) -> SavedView | None:
    """The saved view that the address names; one that is gone is simply not named any more."""
    named = number(request.GET.get("saved"))
    return views_of(agent).filter(pk=named).first() if named else None


def _query(look: Look, saved: SavedView | None) -> str:
    parts = {
        "queue": look.queue.slug if look.queue else "",
        "view": "" if look.view is View.ALL else look.view.value,
        "q": look.search,
        "post": str(look.post.pk) if look.post else "",
        "saved": str(saved.pk) if saved else "",
    }
    return urlencode({name: value for name, value in parts.items() if value})


def _joined(query: str, **more: str) -> str:
    return "&".join(part for part in (query, urlencode({k: v for k, v in more.items() if v})) if part)


def _tabs(look: Look, base: str, counts: dict[View, int]) -> tuple[Link, ...]:
    labels = {
        View.ALL: _("All"),
        View.MINE: _("Mine"),
        View.UNASSIGNED: _("Free"),
        View.LATER: _("Later"),
        View.CLOSED: _("Closed"),
    }
    more = {View.TODAY: _("Today"), View.URGENT: _("Urgent"), View.CLOSING: _("Window closes"), View.DUE: _("Due")}
    if look.view in more:
        labels[look.view] = more[look.view]
    post = str(look.post.pk) if look.post else ""
    queries = {view: _joined("", view="" if view is View.ALL else view.value, post=post) for view in labels}
    return tuple(
        Link(
            label, f"{base}?{queries[view]}" if queries[view] else base, counts.get(view, 0), is_here=view is look.view
        )
        for view, label in labels.items()
    )
