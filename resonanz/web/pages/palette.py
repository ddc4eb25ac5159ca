"""What the command palette finds: places of the house, cases and people, by what was typed."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from resonanz.casework.inbox import Look, page
from resonanz.kit.fold import plain
from resonanz.model.models import Agent, Case, Contact, May
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.frame import rail_of
from resonanz.web.given import number, words

MOST_CASES, MOST_PEOPLE = 6, 4
SEARCH_FROM = 2  # letters; fewer find everything


@dataclass(frozen=True, slots=True)
class Found:
    """One line: where it leads, what it is called, and what stands beside the name."""

    label: str
    url: str
    icon: str = ""
    key: str = ""
    channel: str = ""
    said: str = ""


@allowed()
def palette(request: HttpRequest) -> HttpResponse:
    """Everything that fits, nearest first: a case by its number, places, cases, people."""
    agent, query = agent_of(request), words(request.GET, "q")
    found = [*_by_number(agent, query), *_places(request, query)]
    if len(query) >= SEARCH_FROM and agent.may(May.READ_CASES):
        found += [*_cases(agent, query), *_people(agent, query)]
    return render(request, "parts/palette_found.html", {"found": found, "query": query})


def _by_number(agent: Agent, query: str) -> Iterator[Found]:
    named = number(query.removeprefix("#"))
    if named is not None and agent.may(May.READ_CASES):
        for case in Case.objects.visible_to(agent).filter(pk=named).select_related("contact"):
            yield Found(f"#{case.pk}", reverse("case", args=[case.pk]), "inbox", said=str(case.contact))


def _places(request: HttpRequest, query: str) -> Iterator[Found]:
    words = plain(query).split()
    for group in rail_of(request, "").groups:
        for link in group.links:
            if all(word in plain(f"{link.label} {group.title}") for word in words):
                yield Found(link.label, link.url, link.icon, link.key)


def _cases(agent: Agent, query: str) -> Iterator[Found]:
    for row in page(agent, Look(search=query), most=MOST_CASES).rows:
        said, channel = (row.message.own_words, row.message.account.channel) if row.message else ("", "")
        yield Found(str(row.case.contact), reverse("case", args=[row.case.pk]), "inbox", channel=channel, said=said)


def _people(agent: Agent, query: str) -> Iterator[Found]:
    named = Q(name__icontains=query) | Q(identities__handle__icontains=query)
    seen = Contact.objects.filter(named, cases__in=Case.objects.visible_to(agent)).distinct()
    for one in seen.order_by("-pk")[:MOST_PEOPLE]:
        yield Found(str(one), reverse("person", args=[one.pk]), "contact", said=_("person"))
