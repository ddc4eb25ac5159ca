"""What people put on a case: tags, until when something is due, links to other cases, reminders."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from resonanz.casework.due import clear_due, set_due
from resonanz.casework.follow_up import finish_follow_up, follow_up, restore_follow_up
from resonanz.casework.link import link_case, unlink_case
from resonanz.casework.reach import who_sees
from resonanz.casework.tag import known_tags, tag_case, untag_case
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Agent, Case, CaseLink, FollowUp, LinkKind, May, Tag
from resonanz.web.allowed import agent_of, allowed, case_for, verb
from resonanz.web.given import number
from resonanz.web.pages.done import Undo, done
from resonanz.web.templatetags.desk import until
from resonanz.web.when import when

BOTH = ("POST", "DELETE")


@allowed(May.WORK_CASES, verbs=("POST",))
def tags(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put a tag on the case, by its name."""
    case = case_for(request, case_id)
    tag = tag_case(case, request.POST.get("name", ""), by=agent_of(request))
    return _tagged(request, case, tag)


@allowed(May.WORK_CASES, verbs=BOTH)
def tag(request: HttpRequest, case_id: int, tag_id: int) -> HttpResponse:
    """Take a tag away, or put it back."""
    case, agent, one = case_for(request, case_id), agent_of(request), Tag.objects.filter(pk=tag_id).first()
    if one is None:
        raise NotFound
    if verb(request) == "POST":
        return _tagged(request, case, tag_case(case, one.name, by=agent))
    untag_case(case, one, by=agent)
    undo = Undo(reverse("tag", args=[case.pk, one.pk]), _("Undo"), verb="")
    return done(request, case_id, _("Tag “{name}” taken away.").format(name=one.name), undo)


@allowed(May.WORK_CASES)
def known(request: HttpRequest, case_id: int) -> HttpResponse:
    """The tags in use, as suggestions for the field."""
    return render(request, "parts/known_tags.html", {"case": case_for(request, case_id), "names": known_tags()})


@allowed(May.WORK_CASES, verbs=BOTH)
def due(request: HttpRequest, case_id: int) -> HttpResponse:
    """Say until when something is due and why, or that nothing is."""
    case, agent = case_for(request, case_id), agent_of(request)
    if verb(request) == "DELETE":
        before = (("reason", case.due_reason), ("at", case.due_at.isoformat() if case.due_at else ""))
        clear_due(case, by=agent)
        undo = Undo(reverse("due", args=[case.pk]), _("Undo"), verb="", fields=before)
        return done(request, case_id, _("Nothing is due any more."), undo)
    due_at = when(request.POST.get("until", ""), request.POST.get("at", ""))
    set_due(case, due_at=due_at, reason=request.POST.get("reason", ""), by=agent)
    undo = Undo(reverse("due", args=[case.pk]), _("Undo"))
    return done(request, case_id, _("Due until {time}.").format(time=until(due_at)), undo)


@allowed(May.WORK_CASES, verbs=("POST",))
def links(request: HttpRequest, case_id: int) -> HttpResponse:
    """Say what this case is to another one, named by its number."""
    case, agent = case_for(request, case_id), agent_of(request)
    named = number(request.POST.get("to", "").partition(" ")[0].lstrip("#"))
    other = Case.objects.visible_to(agent).filter(pk=named or 0).first()
    if other is None:
        raise Refused("There is no case of that number for you.")
    kind = request.POST.get("kind", "")
    if kind not in LinkKind.values:
        raise Refused("Choose how the cases belong together.")
    made = link_case(case, other, kind=LinkKind(kind), by=agent)
    undo = Undo(reverse("link", args=[case.pk, made.pk]), _("Undo"))
    return done(request, case_id, _("Linked with case {number}.").format(number=other.pk), undo)


@allowed(May.WORK_CASES, verbs=("DELETE",))
def link(request: HttpRequest, case_id: int, link_id: int) -> HttpResponse:
    """Take a link away."""
    case, agent = case_for(request, case_id), agent_of(request)
    one = CaseLink.objects.filter(Q(first=case) | Q(second=case), pk=link_id).first()
    if one is None:
        raise NotFound
    unlink_case(case, one, by=agent)
    return done(request, case_id, _("The link is taken away."))


@allowed(May.WORK_CASES, verbs=("POST",))
def follow_ups(request: HttpRequest, case_id: int) -> HttpResponse:
    """Remind somebody (oneself) to look at the case again."""
    case, by = case_for(request, case_id), agent_of(request)
    due_at = when(request.POST.get("when", ""), request.POST.get("at", ""))
    named = number(request.POST.get("agent"))
    agent = Agent.objects.filter(pk=named, is_active=True).first() if named else by
    if agent is None:
        raise NotFound("This colleague is not here (any more).")
    text, reopens = request.POST.get("text", ""), "reopens" in request.POST
    made = follow_up(case, agent=agent, due_at=due_at, text=text, reopens=reopens, by=by)
    said = _("{name} is reminded: {time}.").format(name=agent.name, time=until(due_at))
    return done(request, case_id, said, Undo(reverse("follow_up", args=[case.pk, made.pk]), _("Undo")))


@allowed(May.WORK_CASES, verbs=BOTH)
def one_follow_up(request: HttpRequest, case_id: int, follow_up_id: int) -> HttpResponse:
    """Tick a reminder off, or take the tick back."""
    case, by = case_for(request, case_id), agent_of(request)
    one = FollowUp.objects.filter(case=case, pk=follow_up_id).select_related("case").first()
    if one is None:
        raise NotFound
    if verb(request) == "POST":
        restore_follow_up(one, by=by)
        return done(request, case_id, _("The reminder stands again."))
    finish_follow_up(one, by=by)
    undo = Undo(reverse("follow_up", args=[case.pk, one.pk]), _("Undo"), verb="")
    return done(request, case_id, _("The reminder is ticked off."), undo)


@allowed(May.WORK_CASES)
def colleagues(request: HttpRequest, case_id: int) -> HttpResponse:
    """Whom a note at this case can mention."""
    agent = agent_of(request)
    found = [one for one in who_sees(case_for(request, case_id)) if one.pk != agent.pk]
    return render(request, "parts/colleagues.html", {"colleagues": found})


def _tagged(request: HttpRequest, case: Case, tag: Tag) -> HttpResponse:
    undo = Undo(reverse("tag", args=[case.pk, tag.pk]), _("Undo"))
    return done(request, case.pk, _("Tagged “{name}”.").format(name=tag.name), undo)
