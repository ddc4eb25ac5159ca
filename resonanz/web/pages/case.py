"""One open case: its talk, its reading, its customer, and the composer below."""

from typing import cast
from urllib.parse import urlencode

from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from resonanz.casework.beside import OTHERS
from resonanz.casework.notices import read_notices
from resonanz.casework.order import reason
from resonanz.casework.presence import There, present, see_case
from resonanz.casework.story import Talk, newest_question, newest_word, story
from resonanz.model.base import besides
from resonanz.model.models import Agent, Case, CloseReason, May, Message
from resonanz.model.team import NAMED
from resonanz.people.history import times_asked
from resonanz.web.allowed import agent_of, allowed, case_for
from resonanz.web.around import around
from resonanz.web.given import number
from resonanz.web.middleware import is_part
from resonanz.web.pages.case_past import past_values
from resonanz.web.pages.composing import composing
from resonanz.web.pages.listing import listing, queue_named
from resonanz.web.pages.onward import last_of
from resonanz.web.pages.strip import strip_values

ASKED_DAYS = 30
MORE_OTHERS = 20
_UNNAMED = besides("by", Agent, *NAMED)


@allowed(May.READ_CASES)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The whole page, or (for htmx) the case with its customer."""
    agent, opened = agent_of(request), case_for(request, case_id)
    if around(request).unread and read_notices(by=agent, case=opened):
        del around(request).unread
    values = case_values(request, agent, opened)
    see_case(opened, by=agent, there=cast("list[There]", values["there"]))
    if is_part(request):
        return render(request, "parts/open.html", {**values, "is_part": True})
    queue = queue_named(agent, request.GET.get("queue", ""))
    return render(request, "pages/inbox.html", {**values, "list": listing(request, queue, opened.pk)})


@allowed(May.READ_CASES)
def talk(request: HttpRequest, case_id: int) -> HttpResponse:
    """The talk and the bar as they are now; the page fetches them when anything happened."""
    opened = case_for(request, case_id)
    if not is_part(request):
        return redirect("case", case_id)
    target = newest_question(opened, number(request.GET.get("to")))
    values = {**bar_values(request, opened), **talk_values(request, opened, target), "list_query": list_query(request)}
    return render(request, "parts/talk_fresh.html", values)


@allowed(May.READ_CASES)
def composer(request: HttpRequest, case_id: int) -> HttpResponse:
    """The composer as it is now, for whoever is not writing in it: a colleague may have submitted or released."""
    agent, opened = agent_of(request), case_for(request, case_id)
    if not is_part(request):
        return redirect("case", case_id)
    target = newest_question(opened, number(request.GET.get("to")))
    shown = composing(opened, target, agent, request.GET.get("as", ""), last_of(request))
    values = {"case": opened, "composer": shown, "list_query": list_query(request)}
    return render(request, "parts/composer.html", values)


def case_values(request: HttpRequest, agent: Agent, opened: Case) -> dict[str, object]:
    """What the open case shows; after an act of the composer the message that it answers stays the same."""
    target = newest_question(opened, number(request.GET.get("to") or request.POST.get("target")))
    talk = talk_values(request, opened, target)
    prefetch_related_objects([opened.contact], "identities")
    return {
        **bar_values(request, opened),
        **talk,
        "composer": composing(opened, target, agent, request.GET.get("as", ""), last_of(request)),
        "contact": opened.contact,
        "asked": times_asked(
            opened.contact, case=opened, days=ASKED_DAYS, newest=newest_word(cast("tuple[Talk, ...]", talk["talks"]))
        ),
        "asked_days": ASKED_DAYS,
        "identities": sorted(opened.contact.identities.all(), key=lambda one: (one.channel, one.pk)),
        **past_values(opened, agent),
        "list_query": list_query(request),
    }


def list_query(request: HttpRequest) -> str:
    """What of the address belongs to the list: its queue, view and search."""
    given = QueryDict(request.POST.get("list_query", "")) if request.method == "POST" else request.GET
    kept = {name: given[name] for name in ("queue", "view", "q", "post", "saved") if given.get(name)}
    return urlencode(kept)


def bar_values(request: HttpRequest, opened: Case) -> dict[str, object]:
    """What the bar above the case shows: whose it is and what may be done."""
    here, agent = around(request), agent_of(request)
    works, there = agent.may(May.WORK_CASES), present(opened)
    return {
        "case": opened,
        "reason": reason(opened),
        "works": works,
        "can_give": agent.may(May.ASSIGN_OTHERS),
        "colleagues": here.takers(opened.queue) if works else (),
        "other_queues": [queue for queue in here.queues if queue.pk != opened.queue_id] if works else (),
        "reasons": close_reasons(opened),
        "there": there,
        "present": [one for one in there if one.agent != agent.pk],
        "list_url": reverse("inbox"),
        **strip_values(here, opened, works=works),
    }


def close_reasons(opened: Case) -> list[tuple[str, str]]:
    """Why the case can be closed, the likeliest first: as answered only where nobody waits any more."""
    reasons = [(value, str(label)) for value, label in CloseReason.choices if value != CloseReason.WITHDRAWN]
    return [*reasons[1:], reasons[0]] if opened.waiting_since else reasons


def talk_values(request: HttpRequest, opened: Case, target: Message | None) -> dict[str, object]:
    """What was said; ``others`` in the address says how much of other people's words is shown around it."""
    others = number(request.GET.get("others")) or OTHERS
    return {
        "case": opened,
        "target": target,
        "talks": story(opened, target.pk if target else None, others),
        "others": others,
        "more_others": others + MORE_OTHERS,
        "notes": opened.notes.select_related("by").defer(*_UNNAMED).prefetch_related("mentioned"),
    }
