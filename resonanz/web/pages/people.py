"""People: everybody who wrote to us, and one person with their whole history over all channels."""

from django.db.models import Max, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from resonanz.model.models import Case, Contact, May
from resonanz.people.history import timeline
from resonanz.web.allowed import agent_of, allowed, cases_seen
from resonanz.web.keyset import newest_first


@allowed(May.READ_CASES)
def people(request: HttpRequest) -> HttpResponse:
    """Contacts whose cases this person sees, newest first; search over names and handles."""
    seen = Contact.objects.filter(cases__in=Case.objects.visible_to(agent_of(request)))
    if query := request.GET.get("q", "").replace("\x00", "").strip():
        seen = seen.filter(
            Q(name__icontains=query) | Q(identities__name__icontains=query) | Q(identities__handle__icontains=query)
        )
    rows = (
        seen.distinct()
        .prefetch_related("identities")
        .annotate(last=Max("identities__conversations__messages__occurred_at"))
    )
    return render(request, "tools/people.html", {"slice": newest_first(request, rows), "query": query})


@allowed(May.READ_CASES)
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person. A contact none of whose cases this person sees is not there."""
    agent = agent_of(request)
    seen = Contact.objects.filter(cases__in=Case.objects.visible_to(agent)).distinct()
    one = get_object_or_404(seen.prefetch_related("identities"), pk=pk)
    said = timeline(one, seen_by=agent).prefetch_related("attachments").select_related("conversation__case")
    shown = newest_first(request, said)
    values = {
        "contact": one,
        "cases": Case.objects.visible_to(agent).filter(contact=one).select_related("queue").order_by("-pk")[:50],
        "slice": shown,
        "seen_cases": cases_seen(agent, [message.conversation.case_id for message in shown.rows]),
    }
    return render(request, "tools/person.html", values)
