"""The start page: what came, what waits, what is due, what needs somebody. Every number is a link to what it counts."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resonanz.casework.first_steps import first_steps
from resonanz.casework.inbox import Look, View, cases, oldest_waiting
from resonanz.casework.ledger import ANSWERED, Span
from resonanz.casework.lively import lively
from resonanz.casework.situation import Hour, Standing, closing, due, hours, standings
from resonanz.kit import clock
from resonanz.model.models import (
    Account,
    AccountState,
    Agent,
    Arrival,
    ArrivalState,
    Delivery,
    DeliveryState,
    Draft,
    May,
)
from resonanz.outbox import budget
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.pages.period import Period

BAR_TALLEST = 36


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name and the address of what it counts."""

    number: int | str
    label: str
    url: str
    is_hot: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One hour of the day's curve, as it is drawn: place and height in pixels."""

    x: int
    y: int
    height: int
    said: str


@dataclass(frozen=True, slots=True)
class Budget:
    """What an account may still send in the running minute, and what waits to leave by it."""

    account: Account
    left: int
    most: int
    waiting: int


@allowed()
def situation(request: HttpRequest) -> HttpResponse:
    """What is going on, for this person."""
    agent = agent_of(request)
    works = agent.may(May.READ_CASES)
    queues = standings(agent) if works else []
    day = hours(agent) if works else []
    values = {
        "figures": [*_day_so_far(agent), *(_work(agent, queues) if works else ())],
        "troubles": _troubles(agent),
        "open": sum(one.open for one in queues),
        "free": sum(one.free for one in queues),
        "queues": queues,
        "oldest": oldest_waiting(agent) if works else None,
        "closing": closing(agent) if works else (),
        "due": due(agent) if works else (),
        "now": clock.now(),
        "lively": lively(agent) if works else (),
        "bars": _bars(day),
        "day_told": sum(one.count for one in day),
        "budgets": _budgets() if agent.may(May.READ_ACCOUNTS) else (),
        "ill": _ill_accounts(agent),
        "has_accounts": Account.objects.exists(),
        "accounts_url": reverse("accounts") if agent.may(May.RUN_ACCOUNTS) else "",
        "works": works,
        "steps": first_steps(agent),
    }
    return render(request, "pages/situation.html", values)


def _day_so_far(agent: Agent) -> list[Figure]:
    if not agent.may(May.READ_LEDGER):
        return []
    today = timezone.localdate(clock.now())
    day = Period(today, today)
    url, span = f"{reverse('ledger_messages')}?{day.query}", day.span
    answered = "".join(f"&state={state}" for state in ANSWERED)
    return [
        Figure(_count(span), _("came in today"), url),
        Figure(_count(span, *ANSWERED), _("of them answered"), url + answered),
    ]


def _count(span: Span, *states: str) -> int:
    return span.messages(*states).count()


def _work(agent: Agent, queues: list[Standing]) -> list[Figure]:
    inbox = reverse("inbox")
    urgent = sum(one.urgent for one in queues)
    mine = cases(agent, Look(View.MINE)).count()
    windows = cases(agent, Look(View.CLOSING)).count()
    waiting = Draft.objects.waiting().visible_to(agent).count()
    figures = [
        Figure(urgent, _("urgent"), f"{inbox}?view=urgent", is_hot=urgent > 0),
        Figure(mine, _("mine"), f"{inbox}?view=mine"),
        Figure(waiting, ngettext("reply waits for release", "replies wait for release", waiting), reverse("approvals")),
    ]
    promised = cases(agent, Look(View.DUE)).count()
    if promised:
        label = ngettext("promise is due within a day", "promises are due within a day", promised)
        figures.append(Figure(promised, label, f"{inbox}?view=due", is_hot=True))
    if windows:
        label = ngettext("reply window closes within a day", "reply windows close within a day", windows)
        figures.append(Figure(windows, label, f"{inbox}?view=closing", is_hot=True))
    return figures


def _troubles(agent: Agent) -> list[Figure]:
    figures = []
    if agent.may(May.RESOLVE_SENDING):
        refused, unsure = (_unsent(agent, state) for state in (DeliveryState.REFUSED, DeliveryState.UNSURE))
        outbox, doubt = reverse("outbox"), ngettext("uncertain reply", "uncertain replies", unsure)
        problem = ngettext("sending problem", "sending problems", refused)
        figures.append(Figure(refused, problem, f"{outbox}?view=problems", is_hot=True))
        figures.append(Figure(unsure, doubt, f"{outbox}?view=unsure", is_hot=True))
    if agent.may(May.RUN_ACCOUNTS):
        unreadable = Arrival.objects.filter(state=ArrivalState.UNREADABLE).count()
        label = ngettext("arrival cannot be read", "arrivals cannot be read", unreadable)
        figures.append(Figure(unreadable, label, reverse("arrivals"), is_hot=True))
    return [figure for figure in figures if figure.number]  # troubles that are not there take no room


def _unsent(agent: Agent, state: DeliveryState) -> int:
    return Delivery.objects.problems().visible_to(agent).filter(state=state).count()


def _bars(day: list[Hour]) -> list[Bar]:
    most = max((one.count for one in day), default=0)
    if not most:
        return []
    heights = [max(1, round(one.count / most * BAR_TALLEST)) if one.count else 0 for one in day]
    return [
        Bar(at * 12, BAR_TALLEST - height, height, f"{date_format(one.begins, 'H:i')}: {one.count}")
        for at, (one, height) in enumerate(zip(day, heights, strict=True))
    ]


def _budgets() -> list[Budget]:
    """Accounts by which something waits to leave, or that may not send now."""
    waiting = dict(Delivery.objects.waiting().order_by().values_list("account").annotate(n=Count("pk")))
    accounts = Account.objects.filter(state=AccountState.ACTIVE).prefetch_related("budgets")
    found = [
        Budget(one, budget.left(one), max(budget.channel_limit(one), 1), waiting.get(one.pk, 0)) for one in accounts
    ]
    return [one for one in found if one.waiting or not one.left]


def _ill_accounts(agent: Agent) -> list[Account]:
    if not agent.may(May.RUN_ACCOUNTS) and not agent.may(May.RESOLVE_SENDING):
        return []
    return list(Account.objects.filter(state=AccountState.BROKEN))
