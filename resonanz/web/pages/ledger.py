"""The ledger: what came in during a period, and what became of each reaction."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date

from resonanz.casework.ledger import Balance, balance
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Account, ArrivalState, Coverage, May
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.filter_names import why
from resonanz.web.given import number
from resonanz.web.pages.arrivals import SHOWN
from resonanz.web.said import sentence

USUAL_DAYS = 29
YEARS = range(1990, 2200)  # beyond them no message of ours can lie, and days cannot always be reckoned


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days in the person's time zone. ``wrong``: what was wrong with the days that were asked for."""

    first: date
    last: date
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class ArrivalLine:
    """One state and reason. ``url`` leads to what the number counts, where this person may look at it."""

    label: str
    why: str
    count: int
    share: int
    url: str


@allowed(May.READ_LEDGER)
def ledger(request: HttpRequest) -> HttpResponse:
    """The balance of a period; the last 30 days at first."""
    period = _period(request)
    named = number(request.GET.get("account"))
    account = Account.objects.filter(pk=named).first() if named is not None else None
    found = balance(_start(period.first), _start(period.last + timedelta(days=1)), account=account)
    values = {
        "balance": found,
        "period": period,
        "account": account,
        "accounts": Account.objects.all(),
        "coverage": _coverage(found),
        "arrivals": _arrivals(found, sees_arrivals=agent_of(request).may(May.RUN_ACCOUNTS)),
    }
    return render(request, "tools/ledger.html", values, status=422 if period.wrong else 200)


def _period(request: HttpRequest) -> Period:
    today = timezone.localdate(clock.now())
    try:
        last = _day(request.GET.get("to", "")) or today
        first = _day(request.GET.get("from", "")) or last - timedelta(days=USUAL_DAYS)
        return _in_order(first, last)
    except Refused as error:
        return Period(today - timedelta(days=USUAL_DAYS), today, sentence(error.sentence, error.places))


def _in_order(first: date, last: date) -> Period:
    if first > last:
        raise Refused("The last day lies before the first.")
    return Period(first, last)


def _arrivals(found: Balance, *, sees_arrivals: bool) -> list[ArrivalLine]:
    return [
        ArrivalLine(
            str(ArrivalState(line.state).label),
            why(line.why),
            line.count,
            _share(line.count, found.arrivals),
            f"{reverse('arrivals')}?state={line.state}" if sees_arrivals and line.state in SHOWN else "",
        )
        for line in found.arrival_lines
    ]


def _coverage(found: Balance) -> list[tuple[str, str, int, int]]:
    return [
        (line.state, str(Coverage(line.state).label), line.count, _share(line.count, found.messages))
        for line in found.message_lines
    ]


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = parse_date(text)
    except ValueError:
        day = None
    if day is None or day.year not in YEARS:
        raise Refused("{text} is no day. An example is 2026-11-01.", text=text[:40])
    return day


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
