"""A period in an address: whole days in the person's time zone, perhaps of one account."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_date

from resonanz.casework.ledger import Span
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.model.models import Account
from resonanz.web.given import number
from resonanz.web.said import sentence

USUAL_DAYS = 29
YEARS = range(1990, 2200)  # beyond them no message of ours can lie, and days cannot always be reckoned


@dataclass(frozen=True, slots=True)
class Period:
    """``wrong``: what was wrong with the days that were asked for."""

    first: date
    last: date
    account: Account | None = None
    wrong: str = ""

    @property
    def span(self) -> Span:
        """From the first midnight to the one after the last day."""
        return Span(_midnight(self.first), _midnight(self.last + timedelta(days=1)), self.account)

    @property
    def query(self) -> str:
        """The same period, for an address."""
        days = {"from": f"{self.first:%Y-%m-%d}", "to": f"{self.last:%Y-%m-%d}"}
        return urlencode(days | ({"account": str(self.account.pk)} if self.account else {}))


def period_of(request: HttpRequest) -> Period:
    """From ``from``, ``to`` and ``account``; the last 30 days where nothing is said."""
    named = number(request.GET.get("account"))
    account = Account.objects.filter(pk=named).first() if named is not None else None
    today = timezone.localdate(clock.now())
    try:
        last = _day(request.GET.get("to", "")) or today
        first = _day(request.GET.get("from", "")) or last - timedelta(days=USUAL_DAYS)
        return _in_order(first, last, account)
    except Refused as error:
        wrong = sentence(error.sentence, error.places)
        return Period(today - timedelta(days=USUAL_DAYS), today, account, wrong)


def _in_order(first: date, last: date, account: Account | None) -> Period:
    if first > last:
        raise Refused("The last day lies before the first.")
    return Period(first, last, account)


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


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
