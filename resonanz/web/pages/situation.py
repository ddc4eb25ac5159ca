"""The start page: what came, what waits, what needs somebody. Every number is a link to what it counts."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resonanz.casework.inbox import Counts, Look, View, cases, counts_for, oldest_waiting
from resonanz.casework.lively import lively
from resonanz.model.models import (
    Account,
    AccountState,
    Agent,
    Arrival,
    ArrivalState,
    Case,
    Delivery,
    DeliveryState,
    Draft,
    May,
    Queue,
)
from resonanz.web.allowed import agent_of, allowed


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its name and the address of what it counts."""

    number: int | str
    label: str
    url: str
    is_hot: bool = False


@allowed()
def situation(request: HttpRequest) -> HttpResponse:
    """What is going on, for this person."""
    agent = agent_of(request)
    works = agent.may(May.READ_CASES)
    counts = counts_for(agent)
    values = {
        "figures": [*(_work(agent, counts) if works else ()), *_troubles(agent)],
        "lively": lively(agent) if works else (),
        "queues": _queues(agent, counts) if works else (),
        "oldest": oldest_waiting(agent) if works else None,
        "ill": _ill_accounts(agent),
        "has_accounts": Account.objects.exists(),
        "accounts_url": _url("accounts") if agent.may(May.RUN_ACCOUNTS) else "",
    }
    return render(request, "pages/situation.html", values)


def _work(agent: Agent, counts: Counts) -> list[Figure]:
    inbox = reverse("inbox")
    today = cases(agent, Look(View.TODAY)).count()
    waiting = Draft.objects.waiting().filter(case__in=Case.objects.visible_to(agent)).count()
    return [
        Figure(today, _("cases with news today"), f"{inbox}?view=today"),
        Figure(counts.open, _("open"), inbox),
        Figure(counts.unassigned, _("nobody has taken"), f"{inbox}?view=unassigned"),
        Figure(counts.mine, _("mine"), f"{inbox}?view=mine"),
        Figure(waiting, ngettext("reply waits for release", "replies wait for release", waiting), _url("approvals")),
    ]


def _troubles(agent: Agent) -> list[Figure]:
    figures = []
    if agent.may(May.RESOLVE_SENDING):
        refused, unsure = (_unsent(agent, state) for state in (DeliveryState.REFUSED, DeliveryState.UNSURE))
        outbox, doubt = reverse("outbox"), ngettext("uncertain reply", "uncertain replies", unsure)
        problem = ngettext("sending problem", "sending problems", refused)
        figures.append(Figure(refused, problem, f"{outbox}?view=problems", is_hot=refused > 0))
        figures.append(Figure(unsure, doubt, f"{outbox}?view=unsure", is_hot=unsure > 0))
    if agent.may(May.RUN_ACCOUNTS):
        unreadable = Arrival.objects.filter(state=ArrivalState.UNREADABLE).count()
        label = ngettext("arrival cannot be read", "arrivals cannot be read", unreadable)
        figures.append(Figure(unreadable, label, _url("arrivals"), is_hot=unreadable > 0))
    return [figure for figure in figures if figure.number]  # troubles that are not there take no room


def _unsent(agent: Agent, state: DeliveryState) -> int:
    return Delivery.objects.problems().visible_to(agent).filter(state=state).count()


def _queues(agent: Agent, counts: Counts) -> list[Figure]:
    queues = Queue.objects.visible_to(agent)
    return [Figure(counts.queues.get(q.pk, 0), q.name, reverse("inbox_queue", args=[q.slug])) for q in queues]


def _ill_accounts(agent: Agent) -> list[Account]:
    if not agent.may(May.RUN_ACCOUNTS) and not agent.may(May.RESOLVE_SENDING):
        return []
    return list(Account.objects.filter(state=AccountState.BROKEN))


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
