"""Text blocks: the library, one block with its versions, and the acts of writing, submitting and approving."""

from datetime import date

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from resonanz.compose.blocks import (
    FORMS,
    approve_version,
    create_block,
    reject_version,
    retire_version,
    submit_version,
    write_version,
)
from resonanz.compose.render import PLACES, fill, sample_scene
from resonanz.model.models import BlockState, BlockVersion, May, TextBlock
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import said_beside, status_of, words
from resonanz.web.tabs import tabs

FORM_LABELS = {
    "de.du": gettext_lazy("German, du"),
    "de.sie": gettext_lazy("German, Sie"),
    "en": gettext_lazy("English"),
}
_AREA = forms.Textarea(attrs={"rows": 5})


class Wording(forms.Form):
    """One version's texts and dates."""

    de_du = forms.CharField(label=gettext_lazy("German, du"), widget=_AREA, required=False)
    de_sie = forms.CharField(label=gettext_lazy("German, Sie"), widget=_AREA, required=False)
    en = forms.CharField(label=gettext_lazy("English"), widget=_AREA, required=False)
    valid_from = forms.DateField(
        label=gettext_lazy("Valid from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def texts(self) -> dict[str, str]:
        return {form: self.cleaned_data[form.replace(".", "_")] for form in FORMS}

    def dates(self) -> dict[str, date | None]:
        return {name: self.cleaned_data[name] for name in ("valid_from", "valid_until")}


class NewBlock(Wording):
    """A new block: its name, then its first version."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    folder = forms.CharField(label=gettext_lazy("Folder"), max_length=80, required=False)
    field_order = ["name", "folder"]


@allowed(May.READ_CASES)
def blocks(request: HttpRequest) -> HttpResponse:
    """The library, by folder; those that wait for approval first on their own tab."""
    view = request.GET.get("view", "all")
    found = TextBlock.objects.prefetch_related(Prefetch("versions", BlockVersion.objects.select_related("written_by")))
    if query := words(request.GET, "q"):
        found = found.filter(
            Q(name__icontains=query) | Q(folder__icontains=query) | Q(versions__forms__icontains=query)
        )
    if view == "waiting":
        found = found.filter(versions__state=BlockState.SUBMITTED)
    waiting = BlockVersion.objects.filter(state=BlockState.SUBMITTED).count()
    values = {
        "blocks": found.distinct()[:300],
        "tabs": tabs("view", view, [("all", _("All"), 0), ("waiting", _("Waiting for approval"), waiting)]),
        "query": query,
        "may_edit": agent_of(request).may(May.EDIT_BLOCKS),
    }
    return render(request, "tools/blocks.html", values)


@allowed(May.EDIT_BLOCKS, verbs=("GET", "POST"))
def new(request: HttpRequest) -> HttpResponse:
    """Write a new block."""
    form = NewBlock(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with said_beside(form):
            version = create_block(
                name=form.cleaned_data["name"], folder=form.cleaned_data["folder"], forms=form.texts(),
                by=agent_of(request), **form.dates(),
            )  # fmt: skip
            messages.success(request, _("Saved. Submit it for approval when it is ready."))
            return redirect("block", version.block_id)
    return render(request, "tools/block_new.html", {"form": form, "places": PLACES.values()}, status=status_of(form))


@allowed(May.READ_CASES)
def block(request: HttpRequest, pk: int) -> HttpResponse:
    """One block: what is published, what is in work, and all that was."""
    return _block_page(request, get_object_or_404(TextBlock.objects.select_related("owner"), pk=pk))


def _block_page(request: HttpRequest, one: TextBlock, form: Wording | None = None) -> HttpResponse:
    """``form``: what a person typed that was refused."""
    versions = list(one.versions.select_related("written_by", "decided_by"))
    in_work = next((v for v in versions if v.state in {BlockState.DRAFT, BlockState.REJECTED}), None)
    base = in_work or (versions[0] if versions else None)
    first: dict[str, object] = {key.replace(".", "_"): text for key, text in (base.forms if base else {}).items()}
    first |= {"valid_from": base and base.valid_from, "valid_until": base and base.valid_until}
    form = form or Wording(initial=first)
    values = {
        "one": one,
        "versions": [(version, _shown(version)) for version in versions],
        "form": form,
        "places": PLACES.values(),
        "may_edit": agent_of(request).may(May.EDIT_BLOCKS),
        "may_approve": agent_of(request).may(May.APPROVE_BLOCKS),
    }
    return render(request, "tools/block.html", values, status=status_of(form))


@allowed(May.EDIT_BLOCKS, verbs=("POST",))
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the version in work."""
    one = get_object_or_404(TextBlock, pk=pk)
    form = Wording(request.POST)
    if form.is_valid():
        with said_beside(form):
            write_version(one, forms=form.texts(), by=agent_of(request), **form.dates())
            messages.success(request, _("Saved. Submit it for approval when it is ready."))
            return redirect("block", pk)
    return _block_page(request, one, form)


@allowed(May.EDIT_BLOCKS, verbs=("POST",))
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for approval."""
    version = submit_version(get_object_or_404(BlockVersion, pk=pk), by=agent_of(request))
    messages.success(request, _("Submitted. A colleague approves it."))
    return redirect("block", version.block_id)


@allowed(May.APPROVE_BLOCKS, verbs=("POST",))
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish."""
    version = approve_version(get_object_or_404(BlockVersion, pk=pk), by=agent_of(request))
    messages.success(request, _("Approved. Agents can use it from now on."))
    return redirect("block", version.block_id)


@allowed(May.APPROVE_BLOCKS, verbs=("POST",))
def rejection(request: HttpRequest, pk: int) -> HttpResponse:
    """Send back."""
    version = get_object_or_404(BlockVersion, pk=pk)
    version = reject_version(version, by=agent_of(request), reason=request.POST.get("reason", ""))
    messages.success(request, _("Sent back with your reason."))
    return redirect("block", version.block_id)


@allowed(May.APPROVE_BLOCKS, verbs=("POST",))
def retirement(request: HttpRequest, pk: int) -> HttpResponse:
    """Take out of use."""
    version = retire_version(get_object_or_404(BlockVersion, pk=pk), by=agent_of(request))
    messages.success(request, _("Retired. Nobody is offered it any more."))
    return redirect("block", version.block_id)


def _shown(version: BlockVersion) -> list[tuple[str, str, str]]:
    """(form, text as written, text as a sample customer would read it)."""
    return [
        (str(FORM_LABELS.get(form, form)), text, fill(text, sample_scene(form)).text)
        for form, text in sorted(version.forms.items())
    ]
