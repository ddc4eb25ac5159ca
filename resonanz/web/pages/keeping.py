"""How long words are kept: the rule, what it would remove now, and what it has removed."""

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.model.models import Event, May
from resonanz.privacy.retain import LONGEST, SHORTEST, foresee, set_keeping
from resonanz.privacy.retain import keeping as rule
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import said_beside, status_of

RUNS = ("cases.emptied", "words.emptied", "arrivals.emptied", "keeping.set")
MOST_RUNS = 20


class KeepingForm(forms.Form):
    """One period; empty is for ever."""

    words_days = forms.IntegerField(
        label=gettext_lazy("Days that a closed case keeps its words"),
        required=False,
        min_value=SHORTEST,
        max_value=LONGEST,
        help_text=gettext_lazy("Counted from its closing. Empty: for ever."),
    )


@allowed(May.SET_KEEPING, verbs=("GET", "POST"))
def keeping(request: HttpRequest) -> HttpResponse:
    """Change the rule; what would be removed at once is shown and asked about before (``sure``)."""
    held = rule()
    form = KeepingForm(request.POST or None, initial={"words_days": held.words_days})
    foreseen = 0
    if request.method == "POST" and form.is_valid():
        with said_beside(form):
            told = form.cleaned_data
            foreseen = foresee(**told)
            if request.POST.get("sure") or not foreseen:
                set_keeping(**told, by=agent_of(request))
                messages.success(request, _("Saved."))
                return redirect("keeping")
    runs = Event.objects.filter(kind__in=RUNS).select_related("by").order_by("-pk")[:MOST_RUNS]
    values = {
        "form": form, "foreseen": foreseen, "held": held, "runs": runs, "people": {},
        "raw_days": settings.CONFIG.arrival_days,
    }  # fmt: skip
    return render(request, "tools/keeping.html", values, status=status_of(form))
