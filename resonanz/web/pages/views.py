"""Looks at the list under a name: kept, and taken away again."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from resonanz.casework.inbox import Look
from resonanz.casework.views import drop_view, save_view, view_named
from resonanz.kit.errors import NotFound
from resonanz.model.models import May
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import number
from resonanz.web.middleware import is_part
from resonanz.web.pages.done import Undo
from resonanz.web.pages.onward import look_of
from resonanz.web.rail_views import address_of, address_without_name


@allowed(May.READ_CASES, verbs=("POST",))
def views(request: HttpRequest) -> HttpResponse:
    """Keep the look that ``list_query`` names."""
    agent, name = agent_of(request), request.POST.get("name", "")
    look = look_of(agent, QueryDict(request.POST.get("list_query", "")))
    team = None
    if wanted := number(request.POST.get("team")):
        team = agent.teams.filter(pk=wanted).first()
        if team is None:
            raise NotFound
    made = save_view(Look(look.view, look.queue, look.search), name, team=team, by=agent)
    messages.success(request, _("Kept as “{name}”.").format(name=made.name), extra_tags=_undo(made.pk).kept())
    return redirect(address_of(made))


@allowed(May.READ_CASES, verbs=("DELETE",))
def view(request: HttpRequest, view_id: int) -> HttpResponse:
    """Take a view away; what it showed is still shown."""
    agent = agent_of(request)
    one = view_named(agent, view_id)
    drop_view(one, by=agent)
    messages.success(request, _("The view “{name}” is gone; the cases stay.").format(name=one.name))
    address = address_without_name(one)
    return HttpResponse(headers={"HX-Redirect": address}) if is_part(request) else redirect(address)


def _undo(view_id: int) -> Undo:
    return Undo(reverse("saved_view", args=[view_id]), _("Undo"))
