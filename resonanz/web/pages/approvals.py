"""Replies that wait for a second person: what they answer, what would leave, and the decision."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from resonanz.compose.approve import may_release
from resonanz.compose.draft import Preview, preview, words_hash
from resonanz.model.models import Agent, Case, Delivery, Draft, May
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import number
from resonanz.web.middleware import is_part

MOST = 50


@dataclass(frozen=True, slots=True)
class Waiting:
    """One reply that waits."""

    draft: Draft
    shown: Preview
    may_release: bool

    @property
    def words(self) -> str:
        return words_hash(self.draft.target)


@allowed(May.READ_CASES)
def approvals(request: HttpRequest) -> HttpResponse:
    """Everything that waits for release in cases this person sees, oldest first."""
    agent = agent_of(request)
    seen = Case.objects.visible_to(agent)
    related = (
        "case__queue",
        "case__contact",
        "target__author__contact",
        "target__reading",
        "target__account",
        "conversation__account",
        "conversation__thread",
        "written_by",
    )
    drafts = Draft.objects.waiting().filter(case__in=seen).select_related(*related).order_by("changed_at", "pk")
    found = list(drafts[: MOST + 1])
    waiting = [Waiting(draft, preview(draft), may_release(draft, agent)) for draft in found[:MOST]]
    values = {"waiting": waiting, "has_more": len(found) > MOST, "released": _released(request, agent)}
    return render(request, "parts/waiting.html" if is_part(request) else "pages/approvals.html", values)


def _released(request: HttpRequest, agent: Agent) -> Delivery | None:
    """The reply that was just released here, as long as it can be taken back."""
    named = number(request.GET.get("undo", "").removeprefix("/deliveries/").removesuffix("/withdrawal/"))
    seen = Delivery.objects.waiting().filter(approval__draft__case__in=Case.objects.visible_to(agent), tries=0)
    return seen.filter(pk=named).select_related("approval__draft__case__contact").first() if named else None
