"""The ledger: what came in during a period, and what became of each reaction. Every number leads to what it counts."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from resonanz.casework.ledger import ANSWERED, Balance, balance
from resonanz.model.models import Account, Agent, ArrivalState, Coverage, May, Message
from resonanz.web.allowed import agent_of, allowed, cases_seen
from resonanz.web.filter_names import why
from resonanz.web.keyset import newest_first
from resonanz.web.pages.arrivals import SHOWN
from resonanz.web.pages.period import Period, period_of


@dataclass(frozen=True, slots=True)
class Row:
    """One state (and reason) with its count; ``url`` leads to what is counted, where this person may look at it."""

    label: str
    why: str
    count: int
    share: int
    url: str


@dataclass(frozen=True, slots=True)
class Counted:
    """One counted message; its words and its case are only shown where this person may see them."""

    message: Message
    case: int | None
    is_shown: bool


@allowed(May.READ_LEDGER)
def ledger(request: HttpRequest) -> HttpResponse:
    """The balance of a period; the last 30 days at first."""
    period = period_of(request)
    span = period.span
    found = balance(span.start, span.end, account=span.account)
    values = {
        "balance": found,
        "period": period,
        "accounts": Account.objects.all(),
        "all_url": _messages_url(period),
        "answered_url": _messages_url(period, *ANSWERED),
        "open_url": _messages_url(period, Coverage.OPEN),
        "coverage": _coverage(found, period),
        "arrivals": _arrivals(found, period) if agent_of(request).may(May.RUN_ACCOUNTS) else _arrivals(found),
    }
    return render(request, "tools/ledger.html", values, status=422 if period.wrong else 200)


@allowed(May.READ_LEDGER)
def counted(request: HttpRequest) -> HttpResponse:
    """The messages that a number of the ledger counts."""
    period, agent = period_of(request), agent_of(request)
    states = [one for one in request.GET.getlist("state") if one in Coverage.values]
    found = period.span.messages(*states).select_related("account", "author", "conversation")
    slice_ = newest_first(request, found.defer("html"))
    values = {
        "slice": slice_,
        "rows": _counted(agent, slice_.rows),
        "period": period,
        "states": [str(Coverage(one).label) for one in states],
        "back": f"{reverse('ledger')}?{period.query}",
    }
    return render(request, "tools/ledger_messages.html", values, status=422 if period.wrong else 200)


def _counted(agent: Agent, messages: list[Message]) -> list[Counted]:
    seen = cases_seen(agent, [message.conversation.case_id for message in messages])
    return [
        Counted(message, case if case in seen else None, case in seen or message.is_public)
        for message in messages
        for case in (message.conversation.case_id,)
    ]


def _messages_url(period: Period, *states: str) -> str:
    return f"{reverse('ledger_messages')}?{period.query}" + "".join(f"&state={state}" for state in states)


def _arrivals(found: Balance, period: Period | None = None) -> list[Row]:
    return [
        Row(
            str(ArrivalState(line.state).label),
            why(line.why),
            line.count,
            _share(line.count, found.arrivals),
            f"{reverse('arrivals')}?{period.query}&{urlencode({'state': line.state, 'why': line.why})}"
            if period and line.state in SHOWN
            else "",
        )
        for line in found.arrival_lines
    ]


def _coverage(found: Balance, period: Period) -> list[Row]:
    return [
        Row(
            str(Coverage(line.state).label),
            "",
            line.count,
            _share(line.count, found.messages),
            _messages_url(period, line.state),
        )
        for line in found.message_lines
    ]


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0
