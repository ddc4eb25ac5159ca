"""Being away: one's own absence, and that of somebody whom one may change."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from resonanz.casework.absence import come_back, go_away
from resonanz.casework.rights import permit_change
from resonanz.model.models import Agent, Case, May
from resonanz.web.allowed import agent_of, allowed, verb
from resonanz.web.given import said_beside, status_of


class AbsenceForm(forms.Form):
    """Until when, and what becomes of the cases."""

    until = forms.DateTimeField(
        label=gettext_lazy("Away until"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    give_back = forms.BooleanField(
        label=gettext_lazy("Give all cases back to their queues"),
        required=False,
        initial=True,
        help_text=gettext_lazy("So that no customer waits for somebody who is not there. Drafts stay in their cases."),
    )


@allowed(verbs=("GET", "POST", "DELETE"))
def mine(request: HttpRequest) -> HttpResponse:
    """POST goes away, DELETE comes back."""
    return _absence(request, agent_of(request), "absence")


@allowed(May.RUN_TEAM, verbs=("GET", "POST", "DELETE"))
def theirs(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a colleague, who perhaps fell ill."""
    one = get_object_or_404(Agent, pk=pk)
    permit_change(one, agent_of(request))
    return _absence(request, one, "team_absence", pk)


def _absence(request: HttpRequest, one: Agent, name: str, *arguments: int) -> HttpResponse:
    by = agent_of(request)
    if verb(request) == "DELETE":
        come_back(one, by=by)
        messages.success(request, _("{name} is there again.").format(name=one.name))
        return redirect(name, *arguments)
    form = AbsenceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_beside(form):
            count = go_away(one, until=form.cleaned_data["until"], give_back=form.cleaned_data["give_back"], by=by)
            said = ngettext(
                "Noted. {n} case waits in its queue again.", "Noted. {n} cases wait in their queues again.", count
            )
            messages.success(request, said.format(n=count))
            return redirect(name, *arguments)
    held = Case.objects.open().filter(assignee=one).count()
    values = {"form": form, "one": one, "held": held, "is_mine": one.pk == by.pk}
    return render(request, "tools/absence.html", values, status=status_of(form))
