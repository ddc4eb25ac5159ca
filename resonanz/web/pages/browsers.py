"""The browsers in which a person is told of notices; each is added, tried and removed by that person alone."""

from functools import cache
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from resonanz.casework.browsers import add_browser, browser_of, public_key, remove_browser, try_browser
from resonanz.model.models import Agent, Browser
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import words

HERE = "browser"  # in the session: which of them this one is
WORKER = Path(__file__).parents[1] / "static" / "js" / "worker.js"
# What a browser says of itself names all it wants to be taken for; the first that fits is what it is.
MAKES = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@allowed(verbs=("POST",))
def browsers(request: HttpRequest) -> HttpResponse:
    """Tell me in this browser, too."""
    agent = agent_of(request)
    given = {name: words(request.POST, name, 2_000) for name in ("endpoint", "key", "auth")}
    added = add_browser(agent, **given, name=name_of(request.headers.get("User-Agent", "")), by=agent)
    request.session[HERE] = added.pk
    messages.success(request, _("Notices reach you in this browser from now on."))
    return redirect("notices")


@allowed(verbs=("DELETE",))
def browser(request: HttpRequest, browser_id: int) -> HttpResponse:
    """Tell me there no more."""
    agent = agent_of(request)
    remove_browser(browser_of(agent, browser_id), by=agent)
    messages.success(request, _("Nothing is pushed there any more."))
    return redirect("notices")


@allowed(verbs=("POST",))
def trial(request: HttpRequest, browser_id: int) -> HttpResponse:
    """Push a trial now."""
    agent = agent_of(request)
    try_browser(browser_of(agent, browser_id), by=agent)
    messages.success(request, _("The trial is on its way. It should appear within seconds."))
    return redirect("notices")


def worker(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """The script that shows what is pushed. It stands at the root, as it works for everything beneath its place."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})


def browser_values(agent: Agent) -> dict[str, object]:
    """What the page of notices shows of this."""
    public = public_key()
    theirs = Browser.objects.filter(agent=agent).order_by("-since", "-pk") if public else ()
    return {"browsers": theirs, "push_public": public}


def forget_browser(request: HttpRequest, agent: Agent) -> None:
    """This browser is left: nobody is told in it any more."""
    here = Browser.objects.filter(pk=request.session.get(HERE) or 0, agent=agent).first()
    if here is not None:
        remove_browser(here, by=agent)


def name_of(user_agent: str) -> str:
    """What people call a browser, from what it says of itself: "Firefox, Windows"."""
    found = [next((name for sign, name in signs if sign in user_agent), "") for signs in (MAKES, SYSTEMS)]
    return ", ".join(filter(None, found)) or _("A browser")


@cache
def _worker() -> bytes:
    return WORKER.read_bytes()
