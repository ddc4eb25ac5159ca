"""Times that people choose: a word for the usual ones, or one typed in."""

from datetime import datetime, time, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from resonanz.kit import clock
from resonanz.kit.errors import Refused

MORNING, EVENING = time(8), time(18)
FRIDAY, WEEK = 4, 7


def when(wish: str, at: str) -> datetime:
    """What a word (today, tomorrow, friday: in the evening; morning, monday, week: at eight) or a typed time means.
    Raises Refused.
    """
    now = timezone.localtime(clock.now())
    to_friday = (FRIDAY - now.weekday()) % WEEK
    to_friday += WEEK if to_friday == 0 and now.time() >= EVENING else 0
    days = {"today": 0, "tomorrow": 1, "friday": to_friday, "morning": 1, "monday": WEEK - now.weekday(), "week": WEEK}
    if wish in days:
        hour = EVENING if wish in {"today", "tomorrow", "friday"} else MORNING
        return timezone.make_aware(datetime.combine(now.date() + timedelta(days=days[wish]), hour))
    try:
        typed = parse_datetime(at)
    except ValueError:
        typed = None
    if typed is None:
        raise Refused("Choose a time.")
    return typed if timezone.is_aware(typed) else timezone.make_aware(typed)
