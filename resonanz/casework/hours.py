"""When a team is there: weekly hours and closed days, in the house's time zone. Pure."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time

from resonanz.kit.errors import Refused
from resonanz.model.models import Team

_SPAN = re.compile(r"(\d\d):(\d\d)\s*[-–]\s*(\d\d):(\d\d)")
DAYS = 7
MOST_CLOSED = 100


def is_there(team: Team | None, local: datetime) -> bool:
    """Whether the team works at this local time; a team without hours, and no team at all, always does."""
    if team is None:
        return True
    if local.date().isoformat() in team.closed_days:
        return False
    if not team.hours:
        return True
    span = span_of(team.hours[local.weekday()])
    return span is not None and span[0] <= local.time() < span[1]


def span_of(text: str) -> tuple[time, time] | None:
    """From when until when; None for an empty text: closed. Until 24:00 is until the last moment of the day. Raises
    Refused.
    """
    if not text.strip():
        return None
    found = _SPAN.fullmatch(text.strip())
    if found is None:
        raise Refused("{text} is no span of hours. An example is 08:00-18:00.", text=text.strip()[:40])
    hours = [int(number) for number in found.groups()]
    try:
        begins = time(hours[0], hours[1])
        ends = time.max if hours[2:] == [24, 0] else time(hours[2], hours[3])
    except ValueError:
        raise Refused("{text} is no span of hours. An example is 08:00-18:00.", text=text.strip()[:40]) from None
    if begins >= ends:
        raise Refused("{text} ends before it begins.", text=text.strip()[:40])
    return begins, ends


def kept_hours(week: Sequence[str]) -> list[str]:
    """Seven days as they are kept; nothing at all where every day is empty. Raises Refused."""
    days = [day.strip() for day in week]
    if len(days) != DAYS:
        raise Refused("Say the hours of seven days.")
    for day in days:
        span_of(day)
    return days if any(days) else []


def kept_days(words: Iterable[str]) -> list[str]:
    """Dates, each once and in order. Raises Refused."""
    days = set()
    for word in words:
        if not word.strip():
            continue
        try:
            days.add(date.fromisoformat(word.strip()).isoformat())
        except ValueError:
            raise Refused("{text} is no day. An example is 2026-11-01.", text=word.strip()[:40]) from None
    if len(days) > MOST_CLOSED:
        raise Refused("At most {most} days can be named.", most=MOST_CLOSED)
    return sorted(days)
