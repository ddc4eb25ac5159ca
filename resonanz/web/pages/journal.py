"""The journal: who did what when. Nobody can change it here or anywhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from resonanz.model.models import Agent, Event, May
from resonanz.web.allowed import agent_of, allowed, cases_seen
from resonanz.web.event_names import EVENT_NAMES
from resonanz.web.given import number
from resonanz.web.keyset import newest_first

SMALL = ("draft.saved",)  # every pause in writing makes one; shown where somebody asks for it


@allowed(May.READ_JOURNAL)
def journal(request: HttpRequest) -> HttpResponse:
    """All events, newest first; by person, by kind, by case."""
    rows = Event.objects.select_related("by", "case")
    person, kind, case = (request.GET.get(name, "") for name in ("by", "kind", "case"))
    if person == "house":
        rows = rows.filter(by__isnull=True)
    elif (agent := number(person)) is not None:
        rows = rows.filter(by=agent)
    elif request.GET.get("all") != "yes" and not kind and not case:
        rows = rows.filter(by__isnull=False)
    rows = rows.filter(kind=kind) if kind else rows.exclude(kind__in=SMALL)
    if (named := number(case)) is not None:
        rows = rows.filter(case=named)
    shown = newest_first(request, rows)
    agents = list(Agent.objects.order_by("name"))
    values = {
        "slice": shown,
        "seen_cases": cases_seen(agent_of(request), [event.case_id for event in shown.rows]),
        "agents": agents,
        "people": {agent.pk: agent.name for agent in agents},
        "by": person,
        "kind": kind,
        "kinds": sorted(((one, str(label)) for one, label in EVENT_NAMES.items()), key=lambda pair: pair[1].casefold()),
        "case": case,
    }
    return render(request, "tools/journal.html", values)
