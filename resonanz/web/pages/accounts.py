"""Accounts: what is connected and how it stands; connecting one more; changing, trying, pausing one."""

from collections.abc import Mapping

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.accounts.connect import change_account, check_account, connect_account, pause_account, resume_account
from resonanz.connectors.contract import Ability, Health, Manifest
from resonanz.connectors.registry import connector, connectors
from resonanz.model.models import Account, Delivery, May, Queue
from resonanz.outbox import budget
from resonanz.web.allowed import agent_of, allowed, verb
from resonanz.web.given import said_beside, status_of
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

    def given(self, *, secret: bool) -> Mapping[str, str]:
        return {one.name: self.cleaned_data[one.name] for one in self.manifest.settings if one.secret is secret}


@allowed(May.RUN_ACCOUNTS)
def accounts(request: HttpRequest) -> HttpResponse:
    """All connections and their health, and the channels that could be connected."""
    waiting = dict(Delivery.objects.waiting().order_by().values_list("account").annotate(n=Count("pk")))
    rows = [
        (one, next(iter(one.cursors.all()), None), budget.left(one), waiting.get(one.pk, 0))
        for one in Account.objects.select_related("queue").prefetch_related("cursors", "budgets")
    ]
    manifests = [one.manifest for one in connectors().values()]
    return render(request, "tools/accounts.html", {"rows": rows, "manifests": manifests})


@allowed(May.RUN_ACCOUNTS, verbs=("GET", "POST"))
def new(request: HttpRequest, channel: str) -> HttpResponse:
    """Connect an account, then try it at once."""
    manifest = connector(channel).manifest
    form = AccountForm(manifest, request.POST or None, is_new=True)
    if request.method == "POST" and form.is_valid():
        with said_beside(form):
            made = connect_account(
                channel=channel, name=form.cleaned_data["name"], settings=form.given(secret=False),
                secrets=form.given(secret=True), queue=form.cleaned_data["queue"], by=agent_of(request),
            )  # fmt: skip
            _tell(request, check_account(made, by=agent_of(request)))
            return redirect("account", made.pk)
    values = {"form": form, "manifest": manifest, "readme": _readme(channel)}
    return render(request, "tools/account_new.html", values, status=status_of(form))


@allowed(May.RUN_ACCOUNTS, verbs=("GET", "POST"))
def account(request: HttpRequest, pk: int) -> HttpResponse:
    """One connection: its state in plain words, its settings."""
    one = get_object_or_404(Account, pk=pk)
    speaks = connector(one.channel)
    start = {"name": one.name, "queue": one.queue_id, **one.settings}
    form = AccountForm(speaks.manifest, request.POST or None, initial=start, is_new=False)
    if request.method == "POST" and form.is_valid():
        with said_beside(form):
            change_account(
                one, name=form.cleaned_data["name"], settings=form.given(secret=False), secrets=form.given(secret=True),
                queue=form.cleaned_data["queue"], by=agent_of(request),
            )  # fmt: skip
            messages.success(request, _("Saved."))
            return redirect("account", pk)
    has_hook = Ability.HOOK in speaks.manifest.abilities
    values = {
        "account": one,
        "form": form,
        "manifest": speaks.manifest,
        "cursor": one.cursors.first(),
        "left": budget.left(one),
        "hook_url": request.build_absolute_uri(reverse("hook", args=[one.hook_key])) if has_hook else "",
        "readme": _readme(one.channel),
        "imports": one.imports.all()[:10] if one.channel == "file" else [],
    }
    return render(request, "tools/account.html", values, status=status_of(form))


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Try the connection now."""
    _tell(request, check_account(get_object_or_404(Account, pk=pk), by=agent_of(request)))
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
        options = [(choice, choice) for choice in choices]
        return forms.ChoiceField(
            label=sentence(label), help_text=hint, choices=options, required=needed, initial=default
        )
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"}) if secret else forms.TextInput()
    return forms.CharField(label=sentence(label), help_text=hint, required=needed, initial=default, widget=widget)


def _tell(request: HttpRequest, health: Health) -> None:
    tell = messages.success if health.ok else messages.error
    tell(request, sentence(health.said, health.places))


def _readme(channel: str) -> str:
    path = connector(channel).folder / "README.md"
    return path.read_text(encoding="utf-8") if path.exists() else ""
