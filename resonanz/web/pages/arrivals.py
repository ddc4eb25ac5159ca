"""Arrivals that need somebody: unreadable or set aside ones, kept as they came; and imported files."""

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from resonanz.accounts.connect import connect_account
from resonanz.casework.ledger import because
from resonanz.intake.file import FILE_GONE, arrivals_of, import_file, is_here, read_again
from resonanz.intake.retry import BACK, retry_arrival, retry_unreadable
from resonanz.intake.samples import fill_samples, remove_samples, samples
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Account, Agent, Arrival, ArrivalState, FileImport, ImportState, May
from resonanz.web.allowed import agent_of, allowed, verb
from resonanz.web.given import number
from resonanz.web.keyset import newest_first
from resonanz.web.pages.period import period_of
from resonanz.web.tabs import tabs

SHOWN = (
    ArrivalState.UNREADABLE,
    ArrivalState.UNSUPPORTED,
    ArrivalState.FILTERED,
    ArrivalState.STALE,
    ArrivalState.NEW,
)
MOST_SHOWN = 20_000


@allowed(May.RUN_ACCOUNTS)
def arrivals(request: HttpRequest) -> HttpResponse:
    """What did not become a message, newest first; within a period and of one reason, where the ledger led here."""
    state = request.GET.get("state", ArrivalState.UNREADABLE)
    if state not in SHOWN:
        raise NotFound
    counts = dict(Arrival.objects.filter(state__in=SHOWN).values_list("state").annotate(n=Count("pk")).order_by())
    period = period_of(request) if "from" in request.GET else None
    rows = (period.span.arrivals() if period else Arrival.objects.all()).filter(state=state)
    file = _file_asked_for(request)
    if file is not None:
        rows = rows.filter(pk__in=arrivals_of(file))
    if "why" in request.GET:
        rows = because(rows, request.GET["why"].replace("\x00", ""))
    values = {
        "period": period,
        "file": file,
        "state": state,
        "slice": newest_first(request, rows.select_related("account").defer("body")),
        "unreadable": _unreadable() if state == ArrivalState.UNREADABLE else (),
        "tabs": tabs("state", state, [(one, str(one.label), counts.get(one, 0)) for one in SHOWN]),
    }
    return render(request, "tools/arrivals.html", values)


@allowed(May.RUN_ACCOUNTS)
def arrival(request: HttpRequest, pk: int) -> HttpResponse:
    """One arrival, raw, as it came."""
    one = get_object_or_404(Arrival.objects.select_related("account"), pk=pk)
    raw = bytes(one.body)
    values = {
        "arrival": one,
        "raw": raw[:MOST_SHOWN].decode("utf-8", "replace"),
        "size": len(raw),
        "most": MOST_SHOWN,
        "may_retry": one.state in BACK,
    }
    return render(request, "tools/arrival.html", values)


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle one again."""
    retry_arrival(get_object_or_404(Arrival, pk=pk), by=agent_of(request))
    messages.success(request, _("It is being settled again."))
    return redirect("arrivals")


@allowed(May.RUN_ACCOUNTS, verbs=("POST",))
def retry_all(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle everything unreadable of one account again."""
    n = retry_unreadable(get_object_or_404(Account, pk=pk), by=agent_of(request))
    said = ngettext("{n} arrival is being settled again.", "{n} arrivals are being settled again.", n)
    messages.success(request, said.format(n=n))
    return redirect("arrivals")


@allowed(May.IMPORT, verbs=("GET", "POST"))
def imports(request: HttpRequest) -> HttpResponse:
    """All imported files with their progress; a form for one more."""
    agent = agent_of(request)
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None or upload.file is None:
            raise Refused("Choose a file first.")
        account = _source(request, agent)
        one = import_file(account, name=str(upload.name), content=upload.file, by=agent)
        messages.success(request, _("The file is being read."))
        return redirect("import", one.pk)
    rows = FileImport.objects.select_related("by", "account")[:50]
    return render(request, "tools/imports.html", {"imports": rows, "sources": _sources(), "samples": samples()})


@allowed(May.IMPORT, verbs=("POST", "DELETE"))
def sample_texts(request: HttpRequest) -> HttpResponse:
    """Bring the sample data in, or take it away with everything that was done with it."""
    agent = agent_of(request)
    if verb(request) == "DELETE":
        cases = remove_samples(by=agent)
        messages.success(request, _("The sample data is gone, with {n} cases.").format(n=cases))
        return redirect("imports")
    fill_samples(name=_("Sample data"), by=agent)
    messages.success(request, _("The sample data is coming in; in a moment it stands in the inbox."))
    return redirect("imports")


@allowed(May.IMPORT)
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """One file: how far it is, and its bad lines."""
    one = get_object_or_404(FileImport.objects.select_related("by", "account"), pk=pk)
    share = round(100 * one.done / one.lines) if one.lines else 0
    stale = arrivals_of(one).filter(state=ArrivalState.STALE).count()
    values = {
        "file": one,
        "share": min(share, 100),
        "bad_lines": one.bad_lines.all()[:200],
        "stale": stale,
        "taken": one.kept - stale,
        "unsettled": arrivals_of(one).filter(state=ArrivalState.NEW, tries=0).count(),
        "stopped": one.state == ImportState.FAILED,
        "is_here": is_here(one),
        "file_gone": FILE_GONE,
        "may_look": agent_of(request).may(May.RUN_ACCOUNTS),
    }
    return render(request, "tools/import.html", values)


@allowed(May.IMPORT, verbs=("POST",))
def retry_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Read a file again whose reading stopped."""
    one = read_again(get_object_or_404(FileImport, pk=pk), by=agent_of(request))
    messages.success(request, _("The file is being read."))
    return redirect("import", one.pk)


def _file_asked_for(request: HttpRequest) -> FileImport | None:
    asked = request.GET.get("import", "")
    if not asked:
        return None
    return get_object_or_404(FileImport, pk=number(asked))


def _unreadable() -> QuerySet[Account]:
    """The accounts that have unreadable arrivals, with their number."""
    bad = Count("arrivals", filter=Q(arrivals__state=ArrivalState.UNREADABLE))
    return Account.objects.annotate(unreadable=bad).filter(unreadable__gt=0)


def _sources() -> QuerySet[Account]:
    return Account.objects.filter(channel="file").order_by("name", "pk")


def _source(request: HttpRequest, agent: Agent) -> Account:
    """The source that was chosen, or a new one: ids are unique within one source only."""
    asked, name = request.POST.get("source", ""), request.POST.get("name", "").strip()
    if asked:
        return get_object_or_404(_sources(), pk=number(asked))
    if not name:
        raise Refused("Choose where the file comes from, or name a new source.")
    if _sources().filter(name__iexact=name[:120]).exists():
        raise Refused("There is a source of this name already: choose it, or name the new one differently.")
    by = agent if agent.may(May.RUN_ACCOUNTS) else None
    return connect_account(channel="file", name=name, settings={}, secrets={}, by=by)
