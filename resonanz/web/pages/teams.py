"""One team: its name, its hours, and the days on which nobody works."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.casework.hours import DAYS
from resonanz.casework.team import change_team
from resonanz.model.models import May, Team
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import said_beside, status_of


class TeamForm(forms.Form):
    """A field for each day of the week."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    closed_days = forms.CharField(
        label=gettext_lazy("Days on which nobody works"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One date a line, like 2026-12-25."),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        for day in range(DAYS):
            hint = _("Like 08:00-18:00; empty: closed. All days empty: always there.") if day == 0 else ""
            self.fields[f"day_{day}"] = forms.CharField(
                label=WEEKDAYS[day], required=False, max_length=13, help_text=hint
            )
        self.order_fields(["name", *(f"day_{day}" for day in range(DAYS)), "closed_days"])


@allowed(May.RUN_TEAM, verbs=("GET", "POST"))
def one_team(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a team."""
    one = get_object_or_404(Team, pk=pk)
    week = one.hours or [""] * DAYS
    start = {"name": one.name, "closed_days": "\n".join(one.closed_days)}
    start |= {f"day_{day}": span for day, span in enumerate(week)}
    form = TeamForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            change_team(
                one, name=told["name"], hours=[told[f"day_{day}"] for day in range(DAYS)],
                closed_days=told["closed_days"].split(), by=agent_of(request),
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("team")
    values = {"form": form, "title": one.name, "act": _("Save"), "back": "team"}
    return render(request, "tools/form.html", values, status=status_of(form))
