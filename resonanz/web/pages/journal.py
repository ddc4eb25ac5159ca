"""The journal: who did what when. Nobody can change it here or anywhere."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from resonanz.model.models import Agent, Event, May
from resonanz.web.allowed import allowed
from resonanz.web.keyset import newest_first


@allowed(May.READ_JOURNAL)
def journal(request: HttpRequest) -> HttpResponse:
    """All events, newest first; by person, by kind, by case."""
    rows = Event.objects.select_related("by", "case")
    person, kind, case = (request.GET.get(name, "") for name in ("by", "kind", "case"))
    if person == "house":
        rows = rows.filter(by__isnull=True)
    elif person.isdigit():
        rows = rows.filter(by=int(person))
    elif request.GET.get("all") != "yes" and not kind and not case:
        rows = rows.filter(by__isnull=False)
    if kind:
        rows = rows.filter(kind__startswith=kind)
    if case.isdigit():
        rows = rows.filter(case=int(case))
    values = {
        "slice": newest_first(request, rows),
        "agents": Agent.objects.order_by("name"),
        "by": person,
        "kind": kind,
        "case": case,
    }
    return render(request, "tools/journal.html", values)
