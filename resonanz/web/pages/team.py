"""The team: people with their roles, teams, queues; and each person's own page."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.casework.team import change_agent, change_self, create_queue, create_team, invite_agent
from resonanz.model.models import ROLE_MAY, Agent, May, Queue, Role, Team
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import said_beside, status_of

QUEUE_IDS, TEAM_IDS = "queue_%s", "team_%s"  # two forms on one page have a field "name"


class Person(forms.Form):
    """What a person is in this house."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    roles = forms.MultipleChoiceField(
        label=gettext_lazy("Roles"), choices=Role.choices, widget=forms.CheckboxSelectMultiple, required=False
    )
    teams = forms.ModelMultipleChoiceField(
        Team.objects.all(), label=gettext_lazy("Teams"), required=False, widget=forms.CheckboxSelectMultiple
    )


class Invitation(Person):
    """A new person."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), help_text=gettext_lazy("With it the person signs in.")
    )
    password = forms.CharField(
        label=gettext_lazy("First password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("At least ten characters; the person changes it after signing in."),
    )
    field_order = ["name", "email", "password"]


class Change(Person):
    """A person who is here."""

    is_active = forms.BooleanField(label=gettext_lazy("May sign in"), required=False)


class NewQueue(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    team = forms.ModelChoiceField(
        Team.objects.all(), label=gettext_lazy("Team"), required=False, empty_label=gettext_lazy("all teams")
    )
    words = forms.CharField(
        label=gettext_lazy("Words that lead here"),
        required=False,
        help_text=gettext_lazy(
            "Separated by commas. A new case whose first message contains one of them waits in this queue."
        ),
    )


class NewTeam(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)


class Own(forms.Form):
    """A person's own page."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    initials = forms.CharField(
        label=gettext_lazy("Initials"),
        max_length=8,
        required=False,
        help_text=gettext_lazy("With which you sign short replies."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"),
        required=False,
        choices=[("", gettext_lazy("as the browser")), ("de", "Deutsch"), ("en", "English")],
    )
    theme = forms.ChoiceField(
        label=gettext_lazy("Appearance"),
        required=False,
        choices=[("", gettext_lazy("As my device")), ("light", gettext_lazy("Light")), ("dark", gettext_lazy("Dark"))],
    )


@allowed(May.RUN_TEAM)
def team(request: HttpRequest) -> HttpResponse:
    """Everybody, all teams, all queues."""
    return _team_page(request, NewQueue(auto_id=QUEUE_IDS), NewTeam(auto_id=TEAM_IDS))


def _team_page(request: HttpRequest, queue_form: NewQueue, team_form: NewTeam) -> HttpResponse:
    may_labels = dict(May.choices)
    values = {
        "agents": Agent.objects.prefetch_related("teams").order_by("-is_active", "name"),
        "teams": Team.objects.prefetch_related("agents", "queues").order_by("name"),
        "queues": Queue.objects.select_related("team"),
        "roles": [
            (Role(role).label, [may_labels[one] for one in May.values if one in what])
            for role, what in ROLE_MAY.items()
        ],
        "role_labels": dict(Role.choices),
        "queue_form": queue_form,
        "team_form": team_form,
    }
    refused = queue_form.errors or team_form.errors
    return render(request, "tools/team.html", values, status=422 if refused else 200)


@allowed(May.RUN_TEAM, verbs=("GET", "POST"))
def invite(request: HttpRequest) -> HttpResponse:
    """Let a person in."""
    form = Invitation(request.POST or None, initial={"roles": [Role.AGENT]})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            made = invite_agent(
                email=told["email"], name=told["name"], password=told["password"], roles=told["roles"],
                teams=list(told["teams"]), by=agent_of(request),
            )  # fmt: skip
            messages.success(request, _("{name} can sign in now.").format(name=made.name))
            return redirect("team")
    values = {"form": form, "title": _("Invite somebody"), "act": _("Invite"), "back": "team"}
    return render(request, "tools/form.html", values, status=status_of(form))


@allowed(May.RUN_TEAM, verbs=("GET", "POST"))
def agent(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a person is."""
    one = get_object_or_404(Agent, pk=pk)
    start = {"name": one.name, "roles": one.roles, "teams": one.teams.all(), "is_active": one.is_active}
    form = Change(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            change_agent(
                one, name=told["name"], roles=told["roles"], teams=list(told["teams"]), is_active=told["is_active"],
                by=agent_of(request),
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("team")
    return render(
        request,
        "tools/form.html",
        {"form": form, "title": one.name, "act": _("Save"), "back": "team"},
        status=status_of(form),
    )


@allowed(May.RUN_TEAM, verbs=("POST",))
def queue(request: HttpRequest) -> HttpResponse:
    """A new queue."""
    form = NewQueue(request.POST, auto_id=QUEUE_IDS)
    if form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            create_queue(told["name"], team=told["team"], words=told["words"].split(","), by=agent_of(request))
            messages.success(request, _("Saved."))
            return redirect("team")
    return _team_page(request, form, NewTeam(auto_id=TEAM_IDS))


@allowed(May.RUN_TEAM, verbs=("POST",))
def add_team(request: HttpRequest) -> HttpResponse:
    """A new team."""
    form = NewTeam(request.POST, auto_id=TEAM_IDS)
    if form.is_valid():
        with said_beside(form):
            create_team(form.cleaned_data["name"], by=agent_of(request))
            messages.success(request, _("Saved."))
            return redirect("team")
    return _team_page(request, NewQueue(auto_id=QUEUE_IDS), form)


@allowed(verbs=("GET", "POST"))
def me(request: HttpRequest) -> HttpResponse:
    """A person's own page."""
    one = agent_of(request)
    start = {"name": one.name, "initials": one.initials, "language": one.language, "theme": one.theme}
    form = Own(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            change_self(
                one, name=told["name"], initials=told["initials"], signature=one.signature, language=told["language"],
                theme=told["theme"],
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("me")
    return render(
        request,
        "tools/form.html",
        {"form": form, "title": _("Me"), "act": _("Save"), "back": "situation"},
        status=status_of(form),
    )
