"""Acts on many cases of the list at once: what came of it, why not where not, and the way back."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resonanz.casework.bulk import MOST, Act, act_on, take_back
from resonanz.casework.inbox import page
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Agent, BulkAct, Case, May
from resonanz.web.allowed import agent_of, allowed, verb
from resonanz.web.given import number
from resonanz.web.middleware import is_part
from resonanz.web.pages.acts import until_of
from resonanz.web.pages.done import Undo, with_toast
from resonanz.web.pages.onward import look_of
from resonanz.web.said import sentence


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some cases were left as they are."""

    said: str
    cases: Sequence[Case]
    unseen: int


@allowed(May.WORK_CASES, verbs=("POST",))
def bulk(request: HttpRequest) -> HttpResponse:
    """Do one act (``act``: "close.spam", "assign.7", "tag") to the chosen cases, or to all of the list (``whole``)."""
    agent = agent_of(request)
    name, _dot, what = request.POST.get("act", "").partition(".")
    if name not in set(Act):
        raise Refused("Choose what to do.")
    act = Act(name)
    if act is Act.SNOOZE:
        what = until_of(what, request.POST.get("at", "")).isoformat()
    elif act is Act.TAG:
        what = request.POST.get("tag", "")
    return _answer(request, act_on(_chosen(request, agent), act=act, what=what, by=agent))


@allowed(May.WORK_CASES, verbs=("GET", "DELETE"))
def bulk_act(request: HttpRequest, act_id: int) -> HttpResponse:
    """What came of an act on many cases; or take it back."""
    agent = agent_of(request)
    report = BulkAct.objects.filter(pk=act_id, by=agent).first()
    if report is None:
        raise NotFound
    if verb(request) == "DELETE":
        return _answer(request, take_back(report, by=agent))
    undone = report.undone_at is not None
    values = {"report": report, "said": said_of(report), "reasons": _reasons(report, agent), "can_undo": not undone}
    return render(request, "pages/bulk.html", values)


def said_of(report: BulkAct) -> str:
    """What came of it, exactly, in one or two sentences."""
    failed, n = len(report.failed), len(report.done)
    if report.undone_at is not None:
        n -= failed
        said = ngettext("{n} case is as before.", "{n} cases are as before.", n)
        left = ngettext("{n} could not be put back.", "{n} could not be put back.", failed)
    else:
        said = _done_said(Act(report.act), n)
        left = ngettext("{n} was left as it is.", "{n} were left as they are.", failed)
    sentences = [said.format(n=n)]
    if report.unchanged and report.undone_at is None:
        same = ngettext("{n} was so already.", "{n} were so already.", report.unchanged)
        sentences.append(same.format(n=report.unchanged))
    if failed:
        sentences.append(left.format(n=failed))
    return " ".join(sentences)


def _done_said(act: Act, n: int) -> str:
    match act:
        case Act.CLAIM:
            return ngettext("{n} case is yours.", "{n} cases are yours.", n)
        case Act.ASSIGN:
            return ngettext("{n} case given.", "{n} cases given.", n)
        case Act.MOVE:
            return ngettext("{n} case moved.", "{n} cases moved.", n)
        case Act.SNOOZE:
            return ngettext("{n} case put off.", "{n} cases put off.", n)
        case Act.CLOSE:
            return ngettext("{n} case closed.", "{n} cases closed.", n)
        case Act.TAG:
            return ngettext("{n} case tagged.", "{n} cases tagged.", n)


def _chosen(request: HttpRequest, agent: Agent) -> Iterable[int]:
    """The numbers that were ticked; with ``whole`` all that the list has, as far as one act reaches."""
    if request.POST.get("whole"):
        look = look_of(agent, QueryDict(request.POST.get("list_query", "")))
        return [row.case.pk for row in page(agent, look, most=MOST).rows]
    return [pk for pk in map(number, request.POST.getlist("case")) if pk]


def _answer(request: HttpRequest, report: BulkAct) -> HttpResponse:
    """A notice with the way back; the list and what is open draw themselves anew."""
    address = reverse("bulk_act", args=[report.pk])
    undo = Undo(address, _("Undo")) if report.done and report.undone_at is None else None
    if not is_part(request):
        messages.success(request, said_of(report), extra_tags=undo.kept() if undo else "")
        return redirect(address if report.failed else f"{reverse('inbox')}?{request.POST.get('list_query', '')}")
    response = HttpResponse(headers={"HX-Reswap": "none"})
    with_toast(request, response, said_of(report), undo, address if report.failed else "")
    left = [failed[0] for failed in report.failed]
    response["HX-Trigger"] = json.dumps({"changed": None, "acted": {"left": left}})
    return response


def _reasons(report: BulkAct, agent: Agent) -> list[Reason]:
    by_reason: dict[str, list[int]] = {}
    for pk, said, places in report.failed:
        by_reason.setdefault(sentence(said, places), []).append(pk)
    seen = Case.objects.visible_to(agent).select_related("contact").in_bulk([failed[0] for failed in report.failed])
    return [
        Reason(said, [seen[pk] for pk in ids if pk in seen], sum(pk not in seen for pk in ids))
        for said, ids in by_reason.items()
    ]
