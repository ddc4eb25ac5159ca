"""Arrivals that need somebody: unreadable or set aside ones, kept as they came; and imported files."""

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from resonanz.accounts.connect import connect_account
from resonanz.intake.file import import_file
from resonanz.intake.retry import retry_arrival
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Account, Agent, Arrival, ArrivalState, FileImport, May
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.keyset import newest_first
from resonanz.web.tabs import tabs

SHOWN = (ArrivalState.UNREADABLE, ArrivalState.UNSUPPORTED, ArrivalState.FILTERED, ArrivalState.NEW)
MOST_SHOWN = 20_000


@allowed(May.RUN_ACCOUNTS)
def arrivals(request: HttpRequest) -> HttpResponse:
    """What did not become a message, newest first."""
    state = request.GET.get("state", ArrivalState.UNREADABLE)
    if state not in SHOWN:
        raise NotFound
    counts = dict(Arrival.objects.filter(state__in=SHOWN).values_list("state").annotate(n=Count("pk")).order_by())
    rows = Arrival.objects.filter(state=state).select_related("account").defer("body")
    values = {
        "slice": newest_first(request, rows),
        "tabs": tabs("state", state, [(one, str(one.label), counts.get(one, 0)) for one in SHOWN]),
    }
    return render(request, "tools/arrivals.html", values)


@allowed(May.RUN_ACCOUNTS)
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """One arrival, raw, as it came."""
    one = get_object_or_404(Arrival.objects.select_related("account"), pk=pk)
    raw = bytes(one.body)
    values = {"arrival": one, "raw": raw[:MOST_SHOWN].decode("utf-8", "replace"), "size": len(raw), "most": MOST_SHOWN}
    return render(request, "tools/arrival.html", values)


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle one again."""
    retry_arrival(get_object_or_404(Arrival, pk=pk), by=agent_of(request))
    messages.success(request, _("It is being settled again."))
    return redirect("arrivals")


@allowed(May.IMPORT, verbs=("GET", "POST"))
def imports(request: HttpRequest) -> HttpResponse:
    """All imported files with their progress; a form for one more."""
    agent = agent_of(request)
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None or upload.file is None:
            raise Refused("Choose a file first.")
        one = import_file(_file_account(agent), name=str(upload.name), content=upload.file, by=agent)
        messages.success(request, _("The file is being read."))
        return redirect("import", one.pk)
    rows = FileImport.objects.select_related("by", "account")[:50]
    return render(request, "tools/imports.html", {"imports": rows})


@allowed(May.IMPORT)
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: how far it is, and its bad lines."""
    one = get_object_or_404(FileImport.objects.select_related("by", "account"), pk=pk)
    share = round(100 * one.done / one.lines) if one.lines else 0
    values = {"file": one, "share": min(share, 100), "bad_lines": one.bad_lines.all()[:200]}
    return render(request, "tools/import.html", values)


def _file_account(agent: Agent) -> Account:
    """The account that imports belong to; made at the first import."""
    found = Account.objects.filter(channel="file").first()
    if found is not None:
        return found
    by = agent if agent.may(May.RUN_ACCOUNTS) else None
    return connect_account(channel="file", name=_("Imported files"), settings={}, secrets={}, by=by)
