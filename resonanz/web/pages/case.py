"""One open case: its talk, its reading, its customer, and the composer below."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from resonanz.casework.beside import OTHERS
from resonanz.casework.notices import read_notices
from resonanz.casework.order import reason
from resonanz.casework.presence import present, see_case
from resonanz.casework.story import newest_question, story
from resonanz.model.models import Agent, Case, CloseReason, Event, May, Message, Queue
from resonanz.people.history import timeline, times_asked
from resonanz.web.allowed import agent_of, allowed, case_for, cases_seen
from resonanz.web.given import number
from resonanz.web.middleware import is_part
from resonanz.web.pages.composing import composing
from resonanz.web.pages.listing import listing, queue_named
from resonanz.web.pages.onward import last_of
from resonanz.web.pages.strip import strip_values

HISTORY = 12
ASKED_DAYS = 30
EVENTS = 30
MORE_OTHERS = 20
SMALL = ("draft.saved",)  # every pause in writing makes one


@allowed(May.READ_CASES)
def case(request: HttpRequest, case_id: int) -> HttpResponse:
    """The whole page, or (for htmx) the case with its customer."""
    agent, opened = agent_of(request), case_for(request, case_id)
    values = case_values(request, agent, opened)
    see_case(opened, by=agent)
    read_notices(by=agent, case=opened)
    if is_part(request):
        return render(request, "parts/open.html", {**values, "is_part": True})
    queue = queue_named(agent, request.GET.get("queue", ""))
    return render(request, "pages/inbox.html", {**values, "list": listing(request, agent, queue, opened.pk)})


@allowed(May.READ_CASES)
def talk(request: HttpRequest, case_id: int) -> HttpResponse:
    """The talk and the bar as they are now; the page fetches them when anything happened."""
    agent, opened = agent_of(request), case_for(request, case_id)
    if not is_part(request):
        return redirect("case", case_id)
    target = newest_question(opened, number(request.GET.get("to")))
    values = {**bar_values(agent, opened), **talk_values(request, opened, target), "list_query": list_query(request)}
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
    history = list(timeline(opened.contact, seen_by=agent)[:HISTORY])
    return {
        **bar_values(agent, opened),
        **talk_values(request, opened, target),
        "composer": composing(opened, target, agent, request.GET.get("as", ""), last_of(request)),
        "contact": opened.contact,
        "asked": times_asked(opened.contact, case=opened, days=ASKED_DAYS),
        "asked_days": ASKED_DAYS,
        "identities": opened.contact.identities.order_by("channel", "pk"),
        "history": history,
        "seen_cases": cases_seen(agent, [message.conversation.case_id for message in history]),
        "other_cases": opened.contact.cases.exclude(pk=opened.pk).visible_to(agent).order_by("-opened_at")[:6],
        "list_query": list_query(request),
    }


def list_query(request: HttpRequest) -> str:
    """What of the address belongs to the list: its queue, view and search."""
    given = QueryDict(request.POST.get("list_query", "")) if request.method == "POST" else request.GET
    kept = {name: given[name] for name in ("queue", "view", "q", "post", "saved") if given.get(name)}
    return urlencode(kept)


def bar_values(agent: Agent, opened: Case) -> dict[str, object]:
    """What the bar above the case shows: whose it is and what may be done."""
    works = agent.may(May.WORK_CASES)
    can_give = agent.may(May.ASSIGN_OTHERS)
    return {
        "case": opened,
        "reason": reason(opened),
        "works": works,
        "can_give": can_give,
        "colleagues": _colleagues(opened) if works and can_give else (),
        "other_queues": Queue.objects.exclude(pk=opened.queue_id) if works else (),
        "reasons": [choice for choice in CloseReason.choices if choice[0] != CloseReason.WITHDRAWN],
        "present": [one for one in present(opened) if one.agent_id != agent.pk],
        "list_url": reverse("inbox"),
        **strip_values(agent, opened, works=works),
    }


def talk_values(request: HttpRequest, opened: Case, target: Message | None) -> dict[str, object]:
    """What was said; ``others`` in the address says how much of other people's words is shown around it."""
    others = number(request.GET.get("others")) or OTHERS
    return {
        "case": opened,
        "target": target,
        "talks": story(opened, target.pk if target else None, others),
        "others": others,
        "more_others": others + MORE_OTHERS,
        "notes": opened.notes.select_related("by").prefetch_related("mentioned"),
        "events": Event.objects.filter(case=opened).exclude(kind__in=SMALL).select_related("by")[:EVENTS],
    }


def _colleagues(opened: Case) -> list[Agent]:
    """Everybody who is there and could work this case."""
    active = Agent.objects.filter(is_active=True).order_by("name")
    if opened.queue.team_id is not None:
        active = active.filter(teams=opened.queue.team_id)
    return [agent for agent in active[:60] if agent.may(May.WORK_CASES) and not agent.is_away]
