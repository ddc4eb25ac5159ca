"""Small words for templates: waiting times, channel marks, initials, finished sentences."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from urllib.parse import urlencode

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from lucide.templatetags.lucide import lucide

from resonanz.casework import digest
from resonanz.compose.render import cut_at_places, gap_of
from resonanz.connectors.contract import Manifest
from resonanz.connectors.registry import connectors
from resonanz.kit import clock
from resonanz.kit.text import one_line
from resonanz.model.models import Note, Notice, Reading
from resonanz.web import detail_names, edits, filter_names, shown_reading
from resonanz.web.event_names import EVENT_NAMES
from resonanz.web.kept import kept as kept_reason
from resonanz.web.said import sentence

register = template.Library()
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
YEAR = timedelta(days=300)


@register.filter
def waited(since: datetime | None) -> str:
    """How long ago, as short as a list needs it: now, 3 min, 2 h, 4 d."""
    if since is None:
        return ""
    past = clock.now() - since
    if past < MINUTE:
        return _("now")
    if past < HOUR:
        return _("{n} min").format(n=past // MINUTE)
    if past < 2 * DAY:
        return _("{n} h").format(n=past // HOUR)
    return pgettext("waiting time in days", "{n} d").format(n=past // DAY)


@register.filter
def waited_for(since: datetime | None) -> str:
    """How long somebody has been waiting, as a sentence says it: for 2 days."""
    past = clock.now() - since if since else timedelta(0)
    if past < HOUR:
        return ngettext("for {n} minute", "for {n} minutes", past // MINUTE).format(n=past // MINUTE)
    if past < 2 * DAY:
        return ngettext("for {n} hour", "for {n} hours", past // HOUR).format(n=past // HOUR)
    return ngettext("for {n} day", "for {n} days", past // DAY).format(n=past // DAY)


@register.filter
def moment(at: datetime | None) -> str:
    """A time as people say it: 14:02 today, weekday and time this week, else the date."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime(clock.now())
    if local.date() == now.date():
        return date_format(local, "H:i")
    if timedelta(0) < now - local < 6 * DAY:
        return date_format(local, "D H:i")
    return date_format(local, "j. b" if abs(now - local) < YEAR else "j. b Y")


@register.filter
def until(at: datetime | None) -> str:
    """A time to come, always with its hour: today, weekday, or date."""
    if at is None:
        return ""
    local, now = timezone.localtime(at), timezone.localtime(clock.now())
    if local.date() == now.date():
        return date_format(local, "H:i")
    return date_format(local, "D H:i" if timedelta(0) < local - now < 6 * DAY else "j. b Y H:i")


@register.filter
def is_past(at: datetime | None) -> bool:
    """Whether this time has come."""
    return at is not None and at <= clock.now()


@register.filter
def initials(name: object) -> str:
    """Up to two letters that stand for a name."""
    words = [word for word in str(name).replace("@", " ").replace(".", " ").split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper() or "?"


@register.filter
def channel_icon(channel: str) -> str:
    """One or two letters for the channel, from its manifest."""
    manifest = manifest_of(channel)
    return manifest.icon if manifest else channel[:1]


@register.filter
def channel_name(channel: str) -> str:
    """The channel's name, from its manifest, in this language where it is an ordinary word."""
    manifest = manifest_of(channel)
    return sentence(manifest.name) if manifest else channel


@register.filter
def brief(text: object, most: int = 220) -> str:
    """The text (or the name of a thing) on one line, cut at a whole character."""
    return one_line(str(text), most)


@register.filter
def said(thing: object) -> str:
    """The finished sentence of whatever has a message id ``said`` and perhaps ``places``."""
    places = getattr(thing, "places", None)
    return sentence(str(getattr(thing, "said", thing)), places if isinstance(places, Mapping) else None)


@register.filter
def why(reason: str) -> str:
    """Why an arrival did not become a message."""
    return filter_names.why(reason)


@register.filter
def kept(text: str) -> str:
    """A reason that was kept as an English sentence, in this language."""
    return kept_reason(text)


@register.filter
def language_name(code: str) -> str:
    """A language in words."""
    return shown_reading.language_name(code)


@register.filter
def form_name(form: str) -> str:
    """A form of a text block in words: German du, German Sie, English."""
    language, _dot, address = form.partition(".")
    return f"{shown_reading.language_name(language)} {address.replace('sie', 'Sie')}".strip()


@register.filter
def reasons(reading: Reading) -> list[shown_reading.Told]:
    """What stands beside a message: findings and the words that carried them."""
    return shown_reading.reasons(reading)


@register.filter
def besides(reading: Reading, told: Sequence[shown_reading.Told]) -> list[shown_reading.Shown]:
    """What else was read: the findings that do not stand beside the message already."""
    return shown_reading.besides(reading, told)


@register.filter
def marked(text: str, reading: Reading) -> SafeString:
    """The text, escaped, with the telling words marked as what they tell: danger, urgency, a wish for an answer."""
    marks = shown_reading.marks(reading)
    if not marks:
        return conditional_escape(text)
    words = "|".join(re.escape(word) for word in sorted(marks, key=len, reverse=True))
    pieces = re.split(rf"(?<!\w)({words})(?!\w)", text, flags=re.IGNORECASE)
    return format_html_join("", "{}", ((_mark(piece, marks) if at % 2 else piece,) for at, piece in enumerate(pieces)))


@register.filter
def hits(pieces: Sequence[tuple[str, bool]]) -> SafeString:
    """An excerpt, escaped, with what was looked for marked."""
    shown = (format_html("<mark>{}</mark>", said) if hit else said for said, hit in pieces)
    return format_html_join("", "{}", ((one,) for one in shown))


@register.filter
def gaps(text: str) -> SafeString:
    """A text, escaped, with its open places shown as what they ask for."""
    shown = (
        format_html('<span class="gap">{}</span>', sentence(gap_of(piece).label)) if at % 2 else piece
        for at, piece in enumerate(cut_at_places(text))
    )
    return format_html_join("", "{}", ((one,) for one in shown))


@register.filter
def notice_said(notice: Notice) -> str:
    """What somebody is told, as a sentence."""
    return digest.notice_said(notice)


@register.filter
def mentions(text: str, note: Note) -> SafeString:
    """The text of a note, escaped, with the names of those it mentions set apart."""
    names = sorted({name for one in note.mentioned.all() for name in (one.name, one.name.split(maxsplit=1)[0])})
    if not names:
        return conditional_escape(text)
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    pieces = re.split(rf"(@(?:{words}))(?![\w-])", text, flags=re.IGNORECASE)
    named = '<strong class="named">{}</strong>'
    return format_html_join(
        "", "{}", ((format_html(named, piece) if at % 2 else piece,) for at, piece in enumerate(pieces))
    )


@register.filter
def edited(before: str, after: str) -> SafeString:
    """What was changed from one wording to the next."""
    return edits.edited(before, after)


@register.filter
def event_name(kind: str) -> str:
    """What happened, in words; the bare name where there are none."""
    return str(EVENT_NAMES.get(kind, kind))


@register.filter
def details(told: Mapping[str, object], people: Mapping[int, str]) -> list[detail_names.Detail]:
    """What an event tells, each with its name."""
    return list(detail_names.details(told, people))


@register.simple_tag(takes_context=True)
def with_query(context: template.Context, **changes: object) -> str:
    """The page's query with some values changed; an empty value takes one out."""
    query = {**context["request"].GET.dict(), **{name: str(value) for name, value in changes.items()}}
    left = {name: value for name, value in query.items() if value}
    return f"?{urlencode(left)}" if left else "?"


@register.simple_tag
def icon(name: str, size: int = 16) -> SafeString:
    """A line icon of the Lucide set by its name, in the colour of its text; only decoration, hidden from readers of the
    screen: words stand beside it or in a label. An empty name draws nothing.
    """
    return _drawn(str(name), size) if name else SafeString("")


@cache
def _drawn(name: str, size: int) -> SafeString:
    return SafeString(lucide(name, size=size, **{"class": "i", "aria-hidden": "true"}))


def _mark(word: str, marks: Mapping[str, str]) -> SafeString:
    return format_html('<mark class="{}">{}</mark>', marks.get(word.lower(), "asks"), word)


def manifest_of(channel: str) -> Manifest | None:
    """The manifest, where the channel's connector is installed."""
    found = connectors().get(channel)
    return found.manifest if found else None
