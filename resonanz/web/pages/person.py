"""Acts on a person: how they are addressed, notes, consent, merging and parting."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from resonanz.kit.errors import NotFound
from resonanz.model.models import Consent, May, Merge
from resonanz.people.about import change_contact, end_consent, give_consent, note_contact
from resonanz.people.merge import merge_contacts, part_contacts
from resonanz.people.suggest import say_two_people
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import number, said_beside
from resonanz.web.pages.about import AboutForm, ConsentForm
from resonanz.web.pages.people import contact_for, person_page


@allowed(May.WORK_CASES, verbs=("POST",))
def about(request: HttpRequest, pk: int) -> HttpResponse:
    """Change name, language, form of address."""
    one, form = contact_for(agent_of(request), pk), AboutForm(request.POST)
    if form.is_valid():
        with said_beside(form):
            change_contact(one, **form.cleaned_data, by=agent_of(request))
            messages.success(request, _("Saved."))
            return redirect("person", pk)
    return person_page(request, one, about=form)


@allowed(May.WORK_CASES, verbs=("POST",))
def notes(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a word about this person."""
    note_contact(contact_for(agent_of(request), pk), text=request.POST.get("text", ""), by=agent_of(request))
    messages.success(request, _("Note kept."))
    return redirect("person", pk)


@allowed(May.WORK_CASES, verbs=("POST",))
def consents(request: HttpRequest, pk: int) -> HttpResponse:
    """Write down a consent."""
    one, form = contact_for(agent_of(request), pk), ConsentForm(request.POST)
    if form.is_valid():
        with said_beside(form):
            give_consent(one, **form.cleaned_data, by=agent_of(request))
            messages.success(request, _("Saved."))
            return redirect("person", pk)
    return person_page(request, one, consent=form)


@allowed(May.WORK_CASES, verbs=("POST",))
def ending(request: HttpRequest, pk: int) -> HttpResponse:
    """End a consent."""
    one = get_object_or_404(Consent.objects.select_related("contact"), pk=pk)
    contact_for(agent_of(request), one.contact_id)
    end_consent(one, by=agent_of(request))
    messages.success(request, _("The consent has ended."))
    return redirect("person", one.contact_id)


@allowed(May.WORK_CASES, verbs=("GET", "POST"))
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at two people side by side, and say which name stays; POST merges the other into this one."""
    agent = agent_of(request)
    other_pk = number((request.POST or request.GET).get("with"))
    if other_pk is None:
        raise NotFound
    one, other = contact_for(agent, pk), contact_for(agent, other_pk)
    if request.method != "POST":
        return render(request, "tools/merge.html", {"pair": ((one, other), (other, one))})
    merge_contacts(one, other, by=agent)
    said = _("{other} and {name} are one person now. It can be undone here at any time.")
    messages.success(request, said.format(other=other, name=one))
    return redirect("person", one.pk)


@allowed(May.WORK_CASES, verbs=("POST",))
def parting(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a merge."""
    found = get_object_or_404(Merge.objects.select_related("kept", "gone"), pk=pk)
    contact_for(agent_of(request), found.kept_id)
    part_contacts(found, by=agent_of(request))
    messages.success(request, _("{name} stands alone again, as before.").format(name=found.gone))
    return redirect("person", found.kept_id)


@allowed(May.WORK_CASES, verbs=("POST",))
def two(request: HttpRequest, pk: int) -> HttpResponse:
    """These are two people: do not suggest it again."""
    agent, other_pk = agent_of(request), number(request.POST.get("other"))
    if other_pk is None:
        raise NotFound
    say_two_people(contact_for(agent, pk), contact_for(agent, other_pk), by=agent)
    messages.success(request, _("Noted: they are two people."))
    return redirect("person", pk)
