"""The team: people with their roles, teams, queues; and each person's own page."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.db.transaction import atomic
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.casework.absence import MOST_CAPACITY, set_capacity
from resonanz.casework.attended import unattended
from resonanz.casework.rights import (
    may_change,
    may_change_address,
    permit_change,
    roles_for,
    roles_to_give,
    teams_to_give,
)
from resonanz.casework.team import (
    change_address,
    change_agent,
    change_queue,
    change_self,
    create_queue,
    create_team,
    invite_agent,
    set_needs_release,
)
from resonanz.model.models import ROLE_MAY, Agent, Case, May, Queue, Role, Spread, Team
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

    def __init__(self, *args: Any, roles: Iterable[str], teams: Iterable[Team], **kwargs: Any) -> None:
        """Only these roles and teams are there to choose from."""
        super().__init__(*args, **kwargs)
        if not set(roles).issuperset(Role.values):
            self.fields["roles"].help_text = _("Further rights are given by an operator.")
        self.fields["roles"].choices = [(value, label) for value, label in Role.choices if value in set(roles)]  # type: ignore[attr-defined]
        self.fields["teams"].queryset = Team.objects.filter(pk__in=[team.pk for team in teams]).order_by("name")  # type: ignore[attr-defined]


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
    email = forms.EmailField(
        label=gettext_lazy("E-mail address"), help_text=gettext_lazy("With it the person signs in.")
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Open cases that queues give out by themselves, at most"),
        required=False,
        min_value=0,
        max_value=MOST_CAPACITY,
        help_text=gettext_lazy("Counted over all queues. 0: none; whoever takes cases may have more."),
    )
    needs_release = forms.BooleanField(
        label=gettext_lazy("Only drafts: a colleague releases every reply"),
        required=False,
        help_text=gettext_lazy("For somebody new, for as long as you wish."),
    )
    field_order = ["name", "email", "capacity"]

    def __init__(self, *args: Any, with_address: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not with_address:
            del self.fields["email"]


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


class ChangedQueue(NewQueue):
    """A queue that is here."""

    is_default = forms.BooleanField(
        label=gettext_lazy("Default queue"),
        required=False,
        help_text=gettext_lazy("Where cases wait that no word and no account leads elsewhere."),
    )
    spread = forms.ChoiceField(label=gettext_lazy("Who takes the cases"), choices=Spread.choices, required=False)
    keeps_customer = forms.BooleanField(
        label=gettext_lazy("Customers stay with whom they had"),
        required=False,
        help_text=gettext_lazy(
            "Only where the queue gives its cases out: whoever had this customer's last case gets the next one, where "
            "they are there and have room."
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
    signature = forms.CharField(
        label=gettext_lazy("Signature"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Beneath longer replies, where the account ends them so; otherwise your name."),
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
    may_labels, by = dict(May.choices), agent_of(request)
    own = set(by.teams.all())
    agents = Agent.objects.prefetch_related("teams").order_by("-is_active", "name")
    loads = dict(Case.objects.open().order_by().values_list("assignee").annotate(n=Count("pk")))
    values = {
        "agents": [(one, may_change(one, by, own=own), loads.get(one.pk, 0)) for one in agents],
        "unattended": unattended(),
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
    by = agent_of(request)
    own = teams_to_give(by)
    start = {"roles": [Role.AGENT], "teams": own if len(own) == 1 else []}
    form = Invitation(request.POST or None, initial=start, roles=roles_to_give(by), teams=own)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            made = invite_agent(
                email=told["email"], name=told["name"], password=told["password"], roles=told["roles"],
                teams=list(told["teams"]), by=by,
            )  # fmt: skip
            messages.success(request, _("{name} can sign in now.").format(name=made.name))
            return redirect("team")
    values = {"form": form, "title": _("Invite somebody"), "act": _("Invite"), "back": "team"}
    return render(request, "tools/form.html", values, status=status_of(form))


@allowed(May.RUN_TEAM, verbs=("GET", "POST"))
def agent(request: HttpRequest, pk: int) -> HttpResponse:
    """Change what a person is, as far as the one who looks may."""
    one, by = get_object_or_404(Agent, pk=pk), agent_of(request)
    permit_change(one, by)
    start = {
        "name": one.name, "email": one.email, "roles": one.roles, "teams": one.teams.all(), "is_active": one.is_active,
        "capacity": one.capacity, "needs_release": one.needs_release,
    }  # fmt: skip
    form = Change(
        request.POST or None, initial=start, roles=roles_for(one, by), teams=teams_to_give(by),
        with_address=may_change_address(one, by),
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form), atomic():
            if "email" in told:
                change_address(one, told["email"], by=by)
            change_agent(
                one, name=told["name"], roles=told["roles"], teams=list(told["teams"]),
                is_active=told["is_active"], by=by,
            )  # fmt: skip
            if told["capacity"] is not None:
                set_capacity(one, capacity=told["capacity"], by=by)
            set_needs_release(one, needs_release=told["needs_release"], by=by)
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


@allowed(May.RUN_TEAM, verbs=("GET", "POST"))
def one_queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a queue."""
    one = get_object_or_404(Queue, pk=pk)
    start = {
        "name": one.name, "team": one.team, "words": ", ".join(one.words), "is_default": one.is_default,
        "spread": one.spread, "keeps_customer": one.keeps_customer,
    }  # fmt: skip
    form = ChangedQueue(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            change_queue(
                one, name=told["name"], team=told["team"], words=told["words"].split(","),
                is_default=told["is_default"], by=agent_of(request), spread=told["spread"],
                keeps_customer=told["keeps_customer"],
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("team")
    values = {"form": form, "title": one.name, "act": _("Save"), "back": "team"}
    return render(request, "tools/form.html", values, status=status_of(form))


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
    start = {
        "name": one.name, "initials": one.initials, "signature": one.signature, "language": one.language,
        "theme": one.theme,
    }  # fmt: skip
    form = Own(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        with said_beside(form):
            change_self(
                one, name=told["name"], initials=told["initials"], signature=told["signature"],
                language=told["language"], theme=told["theme"],
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("me")
    return render(
        request,
        "tools/form.html",
        {"form": form, "title": _("Me"), "act": _("Save"), "back": "situation"},
        status=status_of(form),
    )
