"""What is answered after an act: the case as it is now with a notice, or (without script) the way back to it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from resonanz.casework.presence import see_case
from resonanz.kit.errors import NotFound, ResonanzError
from resonanz.model.models import Case, Draft
from resonanz.web.allowed import agent_of, case_for
from resonanz.web.middleware import is_part
from resonanz.web.pages.case import case_values
from resonanz.web.pages.onward import next_case
from resonanz.web.said import sentence


@dataclass(frozen=True, slots=True)
class Undo:
    """How an act is taken back: its address, its label, the verb where it is not POST, named values to send, and for
    how many seconds.
    """

    url: str
    label: str
    verb: str = "delete"
    fields: tuple[tuple[str, str], ...] = ()
    seconds: int = 0

    def kept(self) -> str:
        """As a notice carries it to the next page; nothing where it needs more than an address."""
        if self.fields:
            return ""
        return f"{self.seconds} {self.verb or '-'} {self.url}"


def undo_kept(tags: str) -> Undo | None:
    """The way back that a notice carries, or none."""
    seconds, _space, rest = tags.partition(" ")
    verb, _space, url = rest.partition(" ")
    if not url.startswith("/"):
        return None
    label = _("Take back") if verb == "-" else _("Undo")
    return Undo(url, label, "" if verb == "-" else verb, seconds=int(seconds))


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
        messages.success(request, said, extra_tags=undo.kept() if undo else "")
        return redirect(_back(request, case_id))
    response = _shown(request, case, said, undo)
    if "withdrawal" in request.path:  # taken back from another case: this one is open now
        response["HX-Push-Url"] = _back(request, case_id)
    return response


def onward(request: HttpRequest, answered: Case, said: str, undo: Undo | None = None) -> HttpResponse:
    """Show the next case of the same list after one was answered; the list where nobody waits any more. ``answered``
    as it was read before the act.
    """
    query = request.POST.get("list_query", "")
    case = next_case(agent_of(request), answered, query)
    here = reverse("case", args=[case.pk]) if case else reverse("inbox")
    address = f"{here}?{query}" if query and case else here
    if case is None or not is_part(request):
        messages.success(request, said, extra_tags=undo.kept() if undo else "")
        return HttpResponse(headers={"HX-Redirect": address}) if is_part(request) else redirect(address)
    see_case(case, by=agent_of(request))
    response = _shown(request, case_for(request, case.pk), said, undo)
    response["HX-Push-Url"], response["HX-Trigger-After-Settle"] = address, "onward"
    return response


def _shown(request: HttpRequest, case: Case, said: str, undo: Undo | None) -> HttpResponse:
    response = render(request, "parts/open.html", {**case_values(request, agent_of(request), case), "is_part": True})
    return with_toast(request, response, said, undo)


def with_toast(
    request: HttpRequest, response: HttpResponse, said: str, undo: Undo | None, more_url: str = ""
) -> HttpResponse:
    """A part of a page, and beside it a notice of what was done, with the way back and where to read why not."""
    notice = {"said": said, "undo": undo, "more_url": more_url, "csrf_token": request.META.get("CSRF_COOKIE", "")}
    toast = render_to_string("parts/toast.html", notice, request)
    swap = "beforeend" if undo and undo.seconds else "innerHTML"  # one reply after another can still be taken back
    response.content += f'<div id="toasts" hx-swap-oob="{swap}">{toast}</div>'.encode()
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
