"""Accounts: what is connected and how it stands; connecting one more; changing, trying, pausing one."""

from collections.abc import Collection, Mapping
from contextlib import suppress

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.accounts.connect import (
    change_account,
    check_account,
    connect_account,
    pause_account,
    resume_account,
    set_signing,
)
from resonanz.accounts.own import OWN_SENDS, sends_per_minute
from resonanz.accounts.past import begin_past, go_on_with_past, has_past, offers_past, past_of, stop_past
from resonanz.accounts.push import can_push, hook_address, look_at_push, subscribe_account
from resonanz.connectors.contract import Ability, Health, Manifest
from resonanz.connectors.registry import connector, connectors
from resonanz.kit.errors import NotAllowed, NotFound, Refused
from resonanz.model.models import Account, AccountState, Delivery, May, Queue, Signing
from resonanz.outbox import budget
from resonanz.web.allowed import agent_of, allowed, verb
from resonanz.web.given import said_beside, status_of
from resonanz.web.guide import guide
from resonanz.web.past_form import PAST_DAYS, PastForm, past_field
from resonanz.web.said import sentence


class AccountForm(forms.Form):
    """The fields that the channel's manifest names; secrets are never shown again."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120, help_text=gettext_lazy("As colleagues read it."))
    queue = forms.ModelChoiceField(
        Queue.objects.all(),
        label=gettext_lazy("Queue"),
        required=False,
        empty_label=gettext_lazy("by its words, else the default queue"),
    )

    def __init__(self, manifest: Manifest, *args: object, is_new: bool, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.manifest = manifest
        for one in manifest.settings:
            self.fields[one.name] = _field(one.label, one.help, one, is_new=is_new)
        if is_new and offers_past(manifest):
            self.fields[PAST_DAYS] = past_field(least=0)

    def given(self, *, secret: bool) -> Mapping[str, str]:
        return {one.name: self.cleaned_data[one.name] for one in self.manifest.settings if one.secret is secret}


class BudgetForm(forms.Form):
    """How many replies leave in a minute."""

    per_minute = forms.IntegerField(
        label=gettext_lazy("Replies a minute, at most"),
        required=False,
        min_value=1,
        help_text=gettext_lazy(
            "Counted for this account alone, over all workers. What goes beyond waits in the outbox and leaves in the "
            "next minute. Empty: as many as the channel allows."
        ),
    )


@allowed(May.READ_ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """All connections and their health, and the channels that could be connected."""
    waiting = dict(Delivery.objects.waiting().order_by().values_list("account").annotate(n=Count("pk")))
    rows = [
        (
            one,
            next((c for c in one.cursors.all() if c.stream == "news"), None),
            budget.left(one),
            waiting.get(one.pk, 0),
        )
        for one in Account.objects.select_related("queue").prefetch_related("cursors", "budgets")
    ]
    values = {
        "rows": rows,
        "manifests": _offered({one.channel for one, *_ in rows}),
        "runs": agent_of(request).may(May.RUN_ACCOUNTS),
    }
    return render(request, "tools/accounts.html", values)


@allowed(May.RUN_ACCOUNTS, verbs=("GET", "POST"))
def new(request: HttpRequest, channel: str) -> HttpResponse:
    """Connect an account, then try it at once."""
    manifest = connector(channel).manifest
    if manifest.only_to_try and not Account.objects.filter(channel=channel).exists():
        raise NotFound
    form = AccountForm(manifest, request.POST or None, is_new=True)
    if request.method == "POST" and form.is_valid():
        with said_beside(form):
            made = connect_account(
                channel=channel, name=form.cleaned_data["name"], settings=form.given(secret=False),
                secrets=form.given(secret=True), queue=form.cleaned_data["queue"], by=agent_of(request),
                past_days=form.cleaned_data.get(PAST_DAYS) or 0,
            )  # fmt: skip
            health = check_account(made, by=agent_of(request))
            _tell(request, health)
            if health.ok and can_push(made):
                _subscribe(request, made)
            return redirect("account", made.pk)
    values = {"form": form, "manifest": manifest, "guide": guide(connector(channel).folder)}
    return render(request, "tools/account_new.html", values, status=status_of(form))


@allowed(May.READ_ACCOUNTS, verbs=("GET", "POST"))
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One connection: its state in plain words; for operators its settings, too, which are tried as soon as changed."""
    one, agent = get_object_or_404(Account, pk=pk), agent_of(request)
    start = {"name": one.name, "queue": one.queue_id, **one.settings}
    form = AccountForm(connector(one.channel).manifest, request.POST or None, initial=start, is_new=False)
    if request.method == "POST" and not agent.may(May.RUN_ACCOUNTS):
        raise NotAllowed
    if request.method == "POST" and form.is_valid():
        with said_beside(form):
            one = change_account(
                one, name=form.cleaned_data["name"], settings=form.given(secret=False), secrets=form.given(secret=True),
                queue=form.cleaned_data["queue"], by=agent,
            )  # fmt: skip
            messages.success(request, _("Saved."))
            if one.state != AccountState.PAUSED:
                _tell(request, check_account(one, by=agent))
            return redirect("account", pk)
    return _account_page(request, one, form=form)


def _account_page(
    request: HttpRequest, one: Account, *, form: AccountForm | None = None, budget_form: BudgetForm | None = None,
    past_form: PastForm | None = None,
) -> HttpResponse:  # fmt: skip
    manifest = connector(one.channel).manifest
    start = {"name": one.name, "queue": one.queue_id, **one.settings}
    form = form or AccountForm(manifest, initial=start, is_new=False)
    budget_form = budget_form or BudgetForm(initial={"per_minute": one.settings.get(OWN_SENDS)})
    past_form = past_form or PastForm()
    values = {
        "account": one,
        "runs": agent_of(request).may(May.RUN_ACCOUNTS),
        "form": form,
        "budget_form": budget_form,
        "past_form": past_form,
        "has_past": has_past(manifest),
        "past": past_of(one),
        "manifest": manifest,
        "cursor": one.cursors.filter(stream="news").first(),
        "signings": Signing.choices,
        "left": budget.left(one),
        "most": sends_per_minute(one.settings, budget.channel_limit(one)),
        "channel_most": budget.channel_limit(one),
        "sends": bool({Ability.PUBLIC_REPLY, Ability.DIRECT} & manifest.abilities),
        "hook_url": hook_address(one) if Ability.HOOK in manifest.abilities else "",
        "pushes": can_push(one),
        "guide": guide(connector(one.channel).folder),
    }
    refused = bool(form.errors or budget_form.errors or past_form.errors)
    return render(request, "tools/account.html", values, status=422 if refused else 200)


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def set_most(request: HttpRequest, pk: int) -> HttpResponse:
    """Set how many replies this account sends in a minute."""
    one = get_object_or_404(Account, pk=pk)
    given = BudgetForm(request.POST)
    if given.is_valid():
        with said_beside(given):
            budget.set_budget(one, per_minute=given.cleaned_data["per_minute"], by=agent_of(request))
            messages.success(request, _("Saved."))
            return redirect("account", pk)
    return _account_page(request, one, budget_form=given)


@allowed(May.RUN_ACCOUNTS, verbs=("POST", "PUT", "DELETE"))
def past(request: HttpRequest, pk: int) -> HttpResponse:
    """POST brings in what came earlier, DELETE stops that, PUT goes on with it."""
    one, by = get_object_or_404(Account, pk=pk), agent_of(request)
    if verb(request) == "DELETE":
        stop_past(one, by=by)
        return redirect("account", pk)
    if verb(request) == "PUT":
        go_on_with_past(one, by=by)
        return redirect("account", pk)
    given = PastForm(request.POST)
    if given.is_valid():
        with said_beside(given):
            begin_past(one, days=given.cleaned_data[PAST_DAYS], by=by)
            return redirect("account", pk)
    return _account_page(request, one, past_form=given)


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the connection now."""
    one = get_object_or_404(Account, pk=pk)
    health = check_account(one, by=agent_of(request))
    _tell(request, health)
    if health.ok and can_push(one):
        with suppress(Refused):  # then it stands on the page as missing
            look_at_push(one)
    return redirect("account", pk)


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def subscribe(request: HttpRequest, pk: int) -> HttpResponse:
    """Have the platform push to us."""
    _subscribe(request, get_object_or_404(Account, pk=pk))
    return redirect("account", pk)


@allowed(May.RUN_ACCOUNTS, verbs=("POST", "DELETE"))
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """POST pauses, DELETE resumes."""
    one = get_object_or_404(Account, pk=pk)
    if verb(request) == "DELETE":
        resume_account(one, by=agent_of(request))
        messages.success(request, _("The account fetches and sends again."))
    else:
        pause_account(one, by=agent_of(request))
        messages.success(request, _("Paused. What waits in the outbox waits."))
    return redirect("account", pk)


def _offered(connected: Collection[str]) -> list[Manifest]:
    """The channels that can be connected; one to try things out only where the demo brought it."""
    found = (one.manifest for one in connectors().values())
    return [one for one in found if one.channel in connected or not one.only_to_try]


def _field(label: str, hint: str, one: object, *, is_new: bool) -> forms.Field:
    secret, required = getattr(one, "secret", False), getattr(one, "required", True)
    default, choices = getattr(one, "default", ""), getattr(one, "choices", ())
    needed = required and not default and (is_new or not secret)
    hint = sentence(hint)
    if secret and not is_new:
        hint = (
            f"{hint}{'. ' if hint and hint[-1] not in '.!?' else ' '}{_('Leave empty to keep what is stored.')}".strip()
        )
    if choices:
        options = [(choice, sentence(choice)) for choice in choices]
        return forms.ChoiceField(
            label=sentence(label), help_text=hint, choices=options, required=needed, initial=default
        )
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"}) if secret else forms.TextInput()
    return forms.CharField(label=sentence(label), help_text=hint, required=needed, initial=default, widget=widget)


def _subscribe(request: HttpRequest, one: Account) -> None:
    try:
        subscribe_account(one, by=agent_of(request))
    except Refused as error:
        said = sentence(error.sentence, error.places)
        messages.error(request, _("The platform does not push to us: {why}").format(why=said))
    else:
        messages.success(request, _("The platform pushes to us now."))


def _tell(request: HttpRequest, health: Health) -> None:
    tell = messages.success if health.ok else messages.error
    tell(request, sentence(health.said, health.places))


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def sign(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how replies of this account end."""
    set_signing(get_object_or_404(Account, pk=pk), signing=request.POST.get("signing", ""), by=agent_of(request))
    messages.success(request, _("Saved."))
    return redirect("account", pk=pk)
