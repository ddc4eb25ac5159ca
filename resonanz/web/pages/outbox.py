"""The outbox: what waits, what was sent, sending problems, and what is uncertain, each resolved with one click."""

from collections.abc import Callable

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from resonanz.kit import clock
from resonanz.kit.errors import NotFound
from resonanz.model.models import Agent, Delivery, DeliveryState, Draft, May
from resonanz.outbox.resolve import give_up, say_not_sent, say_sent, send_again
from resonanz.outbox.withdraw import withdraw_delivery
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.keyset import newest_first
from resonanz.web.tabs import tabs

VIEWS: dict[str, tuple[DeliveryState, ...]] = {
    "problems": (DeliveryState.REFUSED,),
    "unsure": (DeliveryState.UNSURE,),
    "waiting": (DeliveryState.WAITING, DeliveryState.SENDING),
    "sent": (DeliveryState.SENT, DeliveryState.CONFIRMED),
}
ACTS: dict[str, tuple[Callable[..., object], Promise]] = {
    "sent": (say_sent, _lazy("Noted: the reply stands there.")),
    "not_sent": (say_not_sent, _lazy("Noted; the reply is sent once more.")),
    "again": (send_again, _lazy("The reply is sent once more.")),
    "give_up": (give_up, _lazy("Put aside, without a new draft.")),
    "withdraw": (withdraw_delivery, _lazy("Taken back. The case stays closed.")),
}
WITH_DRAFT: dict[str, Promise] = {
    "give_up": _lazy("Put aside. There is a draft again."),
    "withdraw": _lazy("Taken back. The text is a draft again."),
}


@allowed(May.READ_CASES)
def outbox(request: HttpRequest) -> HttpResponse:
    """One of the four views; problems first where there are any."""
    seen = _visible(agent_of(request))
    counts = {name: seen.filter(state__in=states, resolved_at__isnull=True).count() for name, states in VIEWS.items()}
    usual = next((name for name in ("problems", "unsure") if counts[name]), "waiting")
    view = request.GET.get("view", usual)
    if view not in VIEWS:
        raise NotFound
    rows = seen.filter(state__in=VIEWS[view])
    if view in {"problems", "unsure"}:
        rows = rows.filter(resolved_at__isnull=True)
    rows = rows.select_related(
        "account",
        "conversation__case",
        "conversation__identity",
        "conversation__thread",
        "approval__by",
        "target",
        "receipt",
    ).prefetch_related("attempts")
    labels = {
        "problems": _("Sending problems"), "unsure": _("Uncertain"), "waiting": _("Waiting"), "sent": _("Sent"),
    }  # fmt: skip
    shown = [(name, labels[name], counts[name] if name != "sent" else 0) for name in VIEWS]
    values = {
        "slice": newest_first(request, rows),
        "tabs": tabs("view", view, shown),
        "view": view,
        "now": clock.now(),
        "may_resolve": agent_of(request).may(May.RESOLVE_SENDING),
    }
    return render(request, "tools/outbox.html", values)


@allowed(May.WORK_CASES, verbs=("POST",))
def resolution(request: HttpRequest, pk: int) -> HttpResponse:
    """What a person decided about one delivery; the operation checks the right to."""
    delivery = get_object_or_404(_visible(agent_of(request)), pk=pk)
    name = request.POST.get("act", "")
    found = ACTS.get(name)
    if found is None:
        raise NotFound
    act, said = found
    draft = act(delivery, by=agent_of(request))
    messages.success(request, str(WITH_DRAFT[name] if isinstance(draft, Draft) else said))
    view = request.POST.get("view", "")
    return redirect(reverse("outbox") + (f"?view={view}" if view in VIEWS else ""))


def _visible(agent: Agent) -> QuerySet[Delivery]:
    return Delivery.objects.visible_to(agent)
