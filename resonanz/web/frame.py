"""What every page shows around its content: who is signed in, where they can go, and what waits there."""

import json
from dataclasses import dataclass, field
from functools import partial

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from resonanz.casework.inbox import Counts, View
from resonanz.casework.views import views_of
from resonanz.journal.record import stamp
from resonanz.model.models import Agent, Arrival, ArrivalState, Delivery, Draft, May
from resonanz.web.around import Around, around
from resonanz.web.help_texts import help_for
from resonanz.web.rail_views import address_of

LANGUAGES = (("de", "Deutsch"), ("en", "English"))
HTMX_CONFIG = json.dumps(
    {
        "includeIndicatorStyles": False,
        "allowEval": False,
        "allowScriptTags": False,
        "attributesToSettle": ["class", "width", "height"],  # no "style": the policy forbids it
        "historyCacheSize": 0,
        "timeout": 20_000,
        "defaultSettleDelay": 0,  # a fresh row acts at once
        "selfRequestsOnly": True,
        "scrollBehavior": "auto",
        "responseHandling": [
            {"code": "204", "swap": False},
            {"code": "[23]..", "swap": True},
            {"code": "[45]..", "swap": True, "error": True},
        ],
    }
)

# By page: its icon, and the letter that goes there after "g".
SIGNS: dict[str, tuple[str, str]] = {
    "situation": ("gauge", "h"),
    "inbox": ("inbox", "i"),
    "approvals": ("stamp", "a"),
    "notices": ("bell", "n"),
    "blocks": ("quote", "b"),
    "people": ("contact", "p"),
    "outbox": ("send", "o"),
    "ledger": ("scale", "l"),
    "accounts": ("plug", "k"),
    "arrivals": ("archive-x", "x"),
    "imports": ("file-up", "f"),
    "journal": ("scroll-text", "j"),
    "keeping": ("eraser", "e"),
    "team": ("users-round", "t"),
}


@dataclass(frozen=True, slots=True)
class Link:
    """One line of the rail. ``count`` counts exactly what the page behind it lists; ``key`` goes there after ``g``."""

    label: str
    url: str
    count: int = 0
    is_here: bool = False
    is_hot: bool = False
    icon: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    title: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True)
class Rail:
    groups: tuple[Group, ...] = ()
    stamp: int = 0
    counts: Counts = field(default_factory=Counts)


def frame(request: HttpRequest) -> dict[str, object]:
    """Values for the frame of every page; the rail asks the database only where a page shows it."""
    agent = getattr(request, "user", None)
    theme = agent.theme if isinstance(agent, Agent) else request.COOKIES.get("theme", "")
    return {
        "theme": theme if theme in {"light", "dark"} else "",
        "keys": agent.keys if isinstance(agent, Agent) else "",
        "density": agent.density if isinstance(agent, Agent) else "",
        "languages": LANGUAGES,
        "htmx_config": HTMX_CONFIG,
        "help": help_for(match.url_name or "") if (match := request.resolver_match) else (),
        "rail": SimpleLazyObject(partial(rail_of, request, request.get_full_path())),
    }


def rail_of(request: HttpRequest, path: str) -> Rail:
    """The rail for the signed-in person on one page (``path`` with its query, which names a saved view)."""
    if not isinstance(getattr(request, "user", None), Agent):
        return Rail()
    here = around(request)
    agent, counts, page = here.agent, here.counts, path.partition("?")[0]
    groups = [
        Group("", _first(here, page, counts)),
        Group(_("Queues"), _queues(here, page)),
        Group(_("Views"), _views(agent, path)),
        Group(_("Tools"), _tools(agent, page)),
    ]
    return Rail(tuple(group for group in groups if group.links), stamp(), counts)


def _first(here: Around, path: str, counts: Counts) -> tuple[Link, ...]:
    agent = here.agent
    links = [_link(_("Situation"), "situation", path)]
    if agent.may(May.READ_CASES):
        links.append(_link(_("Inbox"), "inbox", path, count=counts.open))
        waiting = Draft.objects.waiting().visible_to(agent).count()
        links.append(_link(_("Approvals"), "approvals", path, count=waiting))
        links.append(_link(_("Notices"), "notices", path, count=here.unread))
    return tuple(link for link in links if link)


def _queues(here: Around, path: str) -> tuple[Link, ...]:
    if not here.agent.may(May.READ_CASES):
        return ()
    mine = reverse("inbox") + "?view=mine"
    links = [Link(_("Mine"), mine, here.counts.mine, icon="user-round", key="m")]
    for queue in here.queues_seen:
        url = reverse("inbox_queue", args=[queue.slug])
        links.append(Link(queue.name, url, here.counts.of(View.ALL, queue), is_here=path == url, icon="layers"))
    return tuple(links)


def _views(agent: Agent, path: str) -> tuple[Link, ...]:
    if not agent.may(May.READ_CASES):
        return ()
    seen = ((view, address_of(view)) for view in views_of(agent))
    return tuple(
        Link(view.name, url, is_here=path == url, icon="users-round" if view.team_id else "bookmark")
        for view, url in seen
    )


def _tools(agent: Agent, path: str) -> tuple[Link, ...]:
    problems = unreadable = 0
    if agent.may(May.RESOLVE_SENDING):
        problems = Delivery.objects.problems().visible_to(agent).count()
    if agent.may(May.RUN_ACCOUNTS):
        unreadable = Arrival.objects.filter(state=ArrivalState.UNREADABLE).count()
    tools = (
        (May.READ_CASES, _("Text blocks"), "blocks", 0),
        (May.READ_CASES, _("People"), "people", 0),
        (May.READ_CASES, _("Outbox"), "outbox", problems),
        (May.READ_LEDGER, _("Ledger"), "ledger", 0),
        (May.READ_ACCOUNTS, _("Accounts"), "accounts", 0),
        (May.RUN_ACCOUNTS, _("Arrivals"), "arrivals", unreadable),
        (May.IMPORT, _("Import a file"), "imports", 0),
        (May.READ_JOURNAL, _("Journal"), "journal", 0),
        (May.SET_KEEPING, _("How long words are kept"), "keeping", 0),
        (May.RUN_TEAM, _("Team"), "team", 0),
    )
    found = (_link(label, name, path, count=count, is_hot=True) for may, label, name, count in tools if agent.may(may))
    return tuple(link for link in found if link)


def _link(label: str, name: str, path: str, *, count: int = 0, is_hot: bool = False) -> Link | None:
    try:
        url = reverse(name)
    except NoReverseMatch:
        return None
    is_here = path == url or (url != "/" and path.startswith(url)) or (name == "inbox" and path.startswith("/cases/"))
    icon, key = SIGNS[name]
    return Link(label, url, count, is_here=is_here, is_hot=is_hot and count > 0, icon=icon, key=key)
