"""What lies behind a case, fetched when somebody looks: its journal, and its customer's history, narrowed."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from resonanz.model.models import Agent, Case, Contact, Event, May, Message
from resonanz.people.history import timeline
from resonanz.web.allowed import agent_of, allowed, case_for, cases_seen
from resonanz.web.frame import Link
from resonanz.web.given import words
from resonanz.web.keyset import newest_first
from resonanz.web.middleware import is_part
from resonanz.web.templatetags.desk import channel_name

EVENTS = 30
HISTORY = 12
SMALL = ("draft.saved",)  # every pause in writing makes one
_REPLIES = Q(kind__startswith="draft.") | Q(kind__startswith="delivery.")
_STATE = Q(kind__startswith="case.")
KINDS: dict[str, Q] = {"": Q(), "replies": _REPLIES, "state": _STATE, "rest": ~(_REPLIES | _STATE)}


@dataclass(frozen=True, slots=True)
class Past:
    """The customer's words and ours, newest first, as far as they were asked for. ``more_url``: everything."""

    messages: list[Message]
    links: tuple[Link, ...]
    more_url: str


@allowed(May.READ_CASES)
def journal(request: HttpRequest, case_id: int) -> HttpResponse:
    """Who did what in this case, newest first; ``what`` narrows. A part for the page, a page without script."""
    case, what = case_for(request, case_id), request.GET.get("what", "")
    kind = what if what in KINDS else ""
    rows = Event.objects.filter(KINDS[kind], case=case).exclude(kind__in=SMALL).select_related("by")
    people = {one.pk: one.name for one in Agent.objects.all()}
    base = reverse("case_journal", args=[case.pk])
    labels = {
        "": _("Everything"),
        "replies": _("Replies"),
        "state": _("Who has it"),
        "rest": _("Notes and reading"),
    }
    links = tuple(
        Link(label, f"{base}?what={name}" if name else base, is_here=name == kind) for name, label in labels.items()
    )
    values = {
        "case": case,
        "slice": newest_first(request, rows, EVENTS),
        "links": links,
        "people": people,
        "base": base,
    }
    return render(request, "parts/case_journal.html" if is_part(request) else "pages/case_journal.html", values)


@allowed(May.READ_CASES)
def past(request: HttpRequest, case_id: int) -> HttpResponse:
    """The customer's history beside the case, narrowed by ``channel`` and ``who``; their page without script."""
    case = case_for(request, case_id)
    if not is_part(request):
        narrowed = {name: request.GET[name] for name in ("channel", "who") if request.GET.get(name)}
        return redirect(f"{reverse('person', args=[case.contact_id])}?{urlencode(narrowed)}#history-title")
    values = past_values(case, agent_of(request), words(request.GET, "channel"), words(request.GET, "who"))
    return render(request, "parts/past.html", {"case": case, **values})


def past_values(case: Case, agent: Agent, channel: str = "", who: str = "") -> dict[str, object]:
    """The newest of what this customer and we said, as the open case shows it, and which of its cases this person may
    open.
    """
    found = list(timeline(case.contact, seen_by=agent, channel=channel, direction=who)[: HISTORY + 1])
    narrowed = urlencode({name: value for name, value in (("channel", channel), ("who", who)) if value})
    everything = f"{reverse('person', args=[case.contact_id])}?{narrowed}#history-title"
    links = history_links(case.contact, reverse("past", args=[case.pk]), channel, who)
    return {
        "past": Past(
            found[:HISTORY],
            links if narrowed or len(found) > 1 else (),
            everything if len(found) > HISTORY else "",
        ),
        "seen_cases": cases_seen(agent, [message.conversation.case_id for message in found]),
    }


def history_links(contact: Contact, base: str, channel: str, who: str, place: str = "") -> tuple[Link, ...]:
    """What of a history is shown: all, their words, ours; and by channel where there are several. ``place``: where on
    the page ("#history-title").
    """
    channels = sorted({identity.channel for identity in contact.identities.all()})
    choices = [("", "", _("All")), ("", "in", _("Theirs")), ("", "out", _("Ours"))]
    choices += [(name, "", str(channel_name(name))) for name in channels] if len(channels) > 1 else []
    return tuple(
        Link(label, f"{base}?{urlencode({k: v for k, v in (('channel', name), ('who', wish)) if v})}{place}",
             is_here=(name, wish) == (channel, who))
        for name, wish, label in choices
    )  # fmt: skip
