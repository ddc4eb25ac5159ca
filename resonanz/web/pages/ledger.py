"""The ledger: what came in during a period, and what became of each reaction."""

from datetime import date, datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext_lazy as _

from resonanz.casework.ledger import Balance, balance
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Account, ArrivalState, Coverage, May
from resonanz.web.allowed import allowed

FILTER_LABELS = {
    "own_echo": _("our own words coming back"),
    "own_post": _("a post of our own"),
    "answered_natively": _("an answer that a colleague gave on the platform"),
    "bounce": _("undeliverable mail"),
    "auto_reply": _("automatic reply"),
    "out_of_office": _("out of office"),
    "bulk": _("newsletter or list"),
    "empty": _("nothing in it"),
}


@allowed(May.READ_LEDGER)
def ledger(request: HttpRequest) -> HttpResponse:
    """The balance of a period (whole days in the person's time zone; the last 30 days at first)."""
    last = _day(request.GET.get("to", "")) or timezone.localdate(clock.now())
    first = _day(request.GET.get("from", "")) or last - timedelta(days=29)
    if first > last:
        raise Refused("The last day lies before the first.")
    account = (
        Account.objects.filter(pk=request.GET["account"]).first() if request.GET.get("account", "").isdigit() else None
    )
    found = balance(_start(first), _start(last + timedelta(days=1)), account=account)
    values = {
        "balance": found,
        "first": first,
        "last": last,
        "account": account,
        "accounts": Account.objects.all(),
        "coverage": _coverage(found),
        "arrivals": [
            (ArrivalState(line.state).label, _why(line.why), line.count, _share(line.count, found.arrivals))
            for line in found.arrival_lines
        ],
    }
    return render(request, "tools/ledger.html", values)


def _coverage(found: Balance) -> list[tuple[str, str, int, int]]:
    return [
        (line.state, str(Coverage(line.state).label), line.count, _share(line.count, found.messages))
        for line in found.message_lines
    ]


def _share(part: int, whole: int) -> int:
    return round(100 * part / whole) if whole else 0


def _why(why: str) -> str:
    return str(FILTER_LABELS.get(why, why))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        raise Refused("{text} is no day. An example is 2026-11-01.", text=text) from None


def _start(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
