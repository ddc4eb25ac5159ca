"""Other wordings of one answer: set aside, taken up again."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from resonanz.compose.alternatives import set_aside, take_up
from resonanz.kit.errors import NotFound
from resonanz.model.models import Agent, Alternative, Case, Draft, May
from resonanz.web.allowed import agent_of, allowed, case_for
from resonanz.web.middleware import is_part
from resonanz.web.pages.composing import composing
from resonanz.web.pages.done import with_toast
from resonanz.web.pages.onward import last_of
from resonanz.web.pages.replies import kept_draft


@allowed(May.WORK_CASES, verbs=("POST",))
def alternatives(request: HttpRequest, case_id: int) -> HttpResponse:
    """Set aside what is written, and begin another wording."""
    case, agent = case_for(request, case_id), agent_of(request)
    kept = kept_draft(request, case, agent)
    fresh = set_aside(kept, revision=kept.revision, by=agent)
    return _shown(request, case, agent, fresh, _("Set aside. It waits beneath the new text."))


@allowed(May.WORK_CASES, verbs=("POST",))
def alternative(request: HttpRequest, case_id: int, alternative_id: int) -> HttpResponse:
    """Take this wording up again; what is written now waits in its place."""
    case, agent = case_for(request, case_id), agent_of(request)
    found = Alternative.objects.filter(pk=alternative_id, draft__case=case).select_related("draft").first()
    if found is None:
        raise NotFound
    kept = kept_draft(request, case, agent) if "text" in request.POST else found.draft
    fresh = take_up(found, revision=kept.revision, by=agent)
    return _shown(request, case, agent, fresh, _("This wording stands in the answer now."))


def _shown(request: HttpRequest, case: Case, agent: Agent, draft: Draft, said: str) -> HttpResponse:
    listed = request.POST.get("list_query", "")
    if not is_part(request):
        here = reverse("case", args=[case.pk])
        return redirect(f"{here}?{urlencode({'to': draft.target_id})}&{listed}")
    shown = composing(case, draft.target, agent, "", last_of(request))
    response = render(request, "parts/composer.html", {"case": case, "composer": shown, "list_query": listed})
    return with_toast(request, response, said, None)
