"""What is answered after an act: the case as it is now with a notice, or (without script) the way back to it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from resonanz.kit.errors import NotFound, ResonanzError
from resonanz.model.models import Draft
from resonanz.web.allowed import agent_of, case_for
from resonanz.web.middleware import is_part
from resonanz.web.pages.case import case_values
from resonanz.web.said import sentence


@dataclass(frozen=True, slots=True)
class Undo:
    """How an act is taken back: its address, its label, and the verb where it is not POST."""

    url: str
    label: str
    verb: str = "delete"


def done(request: HttpRequest, case_id: int, said: str, undo: Undo | None = None) -> HttpResponse:
    """Show the case after an act. Who no longer sees it (moved away) lands in the inbox."""
    if request.POST.get("next") == "approvals":
        messages.success(request, said)
        return redirect(f"{reverse('approvals')}?{urlencode({'undo': undo.url})}" if undo else "approvals")
    try:
        case = case_for(request, case_id)
    except NotFound:
        messages.success(request, said)
        inbox = reverse("inbox")
        return HttpResponse(headers={"HX-Redirect": inbox}) if is_part(request) else redirect(inbox)
    if not is_part(request):
        messages.success(request, said)
        return redirect(_back(request, case_id))
    response = render(request, "parts/open.html", case_values(request, agent_of(request), case))
    notice = {"said": said, "undo": undo, "csrf_token": request.META.get("CSRF_COOKIE", "")}
    toast = render_to_string("parts/toast.html", notice, request)
    response.content += f'<div id="toasts" hx-swap-oob="innerHTML">{toast}</div>'.encode()
    return response


def look_again(request: HttpRequest, draft: Draft, error: ResonanzError) -> HttpResponse:
    """Nothing was done, because the page is old: show it as it is now, with the reason."""
    messages.error(request, sentence(error.sentence, error.places))
    if request.POST.get("next") == "approvals":
        return redirect("approvals")
    back = _back(request, draft.case_id)
    address = f"{back}{'&' if '?' in back else '?'}to={draft.target_id}"
    return HttpResponse(headers={"HX-Redirect": address}) if is_part(request) else redirect(address)


def _back(request: HttpRequest, case_id: int) -> str:
    query = request.POST.get("list_query", "")
    return reverse("case", args=[case_id]) + (f"?{query}" if query else "")
