"""People: everybody who wrote to us, and one person with their whole history over all channels."""

from django.db.models import Max, Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from resonanz.kit.errors import NotFound
from resonanz.model.models import Agent, Attachment, Case, Contact, May, Purpose
from resonanz.people.history import timeline
from resonanz.people.permit import seen_contacts
from resonanz.people.suggest import suggestions
from resonanz.web.allowed import agent_of, allowed, cases_seen
from resonanz.web.given import words
from resonanz.web.keyset import newest_first
from resonanz.web.pages.about import AboutForm, ConsentForm
from resonanz.web.pages.case_past import history_links

MOST_FOUND = 8


@allowed(May.READ_CASES)
def people(request: HttpRequest) -> HttpResponse:
    """Contacts whose cases this person sees, newest first; search over names and handles."""
    seen = seen_contacts(agent_of(request))
    if query := words(request.GET, "q"):
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
    """One person. A contact none of whose cases this person sees is not there; a merged one is the one it became."""
    agent = agent_of(request)
    merged = Contact.objects.filter(pk=pk, merged_into__isnull=False).values_list("merged_into", flat=True).first()
    if merged is not None:
        return redirect("person", merged)
    return person_page(request, contact_for(agent, pk))


def contact_for(agent: Agent, pk: int) -> Contact:
    """The person, if this agent sees a case of theirs. Raises NotFound."""
    one: Contact | None = seen_contacts(agent).filter(pk=pk).prefetch_related("identities").first()
    if one is None:
        raise NotFound
    return one


def person_page(
    request: HttpRequest, one: Contact, *, about: AboutForm | None = None, consent: ConsentForm | None = None
) -> HttpResponse:
    """The page of a person, with the forms as they came back where they were refused."""
    agent = agent_of(request)
    channel, direction = words(request.GET, "channel"), words(request.GET, "who")
    files = Prefetch("attachments", Attachment.objects.defer("content"))
    said = timeline(one, seen_by=agent, channel=channel, direction=direction)
    said = said.prefetch_related(files).select_related("conversation__case")
    shown = newest_first(request, said)
    works = agent.may(May.WORK_CASES)
    query = words(request.GET, "find")
    start = {"name": one.name, "language": one.language, "address_form": one.address_form}
    refused = bool((about and about.errors) or (consent and consent.errors))
    values = {
        "contact": one,
        "works": works,
        "about": about or AboutForm(initial=start),
        "consent_form": consent or ConsentForm(),
        "consents": one.consents.select_related("by", "ended_by"),
        "purposes": Purpose.choices,
        "person_notes": one.notes.select_related("by"),
        "merges": one.merges.filter(undone_at=None).select_related("gone", "by"),
        "suggestions": suggestions(one, by=agent) if works else (),
        "find": query,
        "found": _found(agent, one, query) if works and query else (),
        "cases": Case.objects.visible_to(agent).filter(contact=one).select_related("queue").order_by("-pk")[:50],
        "slice": shown,
        "tabs": history_links(one, "", channel, direction, "#history-title"),
        "seen_cases": cases_seen(agent, [message.conversation.case_id for message in shown.rows]),
    }
    return render(request, "tools/person.html", values, status=422 if refused else 200)


def _found(agent: Agent, one: Contact, query: str) -> list[Contact]:
    """People who could be merged with this one, by name or handle."""
    named = Q(name__icontains=query) | Q(identities__handle__icontains=query)
    others = seen_contacts(agent).filter(named).exclude(pk=one.pk).distinct()
    return list(others.prefetch_related("identities").order_by("-pk")[:MOST_FOUND])
