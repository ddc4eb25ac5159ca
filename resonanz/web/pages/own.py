"""What each person chooses for themselves, and small answers for machines."""

from collections.abc import Iterable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from resonanz.casework.absence import be_seen
from resonanz.casework.choice import choose_density, choose_keys, choose_language, choose_theme
from resonanz.casework.presence import There, keep_seen, there_now
from resonanz.casework.search import not_indexed
from resonanz.journal.record import stamp
from resonanz.model.models import Agent, May
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.frame import rail_of
from resonanz.web.given import number

YEAR_S = 365 * 24 * 3600


def language(request: HttpRequest) -> HttpResponse:
    """Choose the language; works before signing in, too."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    code = request.POST.get("language", "")
    if isinstance(request.user, Agent):
        choose_language(request.user, language=code, by=request.user)
    response = redirect(_next(request))
    if code in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, code, max_age=YEAR_S, samesite="Lax", secure=request.is_secure()
        )
    return response


@allowed(verbs=("POST",))
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light, dark, or as the device has it."""
    agent = agent_of(request)
    choose_theme(agent, theme=request.POST.get("theme", ""), by=agent)
    return redirect(_next(request))


@allowed(verbs=("POST",))
def density(request: HttpRequest) -> HttpResponse:
    """Choose how close together rows stand."""
    agent = agent_of(request)
    choose_density(agent, density=request.POST.get("density", ""), by=agent)
    return redirect(_next(request))


@allowed(verbs=("POST",))
def keys(request: HttpRequest) -> HttpResponse:
    """Switch the single keys off, or on again."""
    agent = agent_of(request)
    choose_keys(agent, keys=request.POST.get("keys", ""), by=agent)
    return redirect(_next(request))


def alive(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """For whoever watches the process: it answers."""
    return HttpResponse("alive\n", content_type="text/plain")


@allowed()
def newest(request: HttpRequest) -> HttpResponse:
    """The number of the newest event; pages ask for it to learn whether anything happened. ``case`` (and ``writing``)
    say what the person has before them; the answer says who else has it, who is signed in, and the token with which
    acts are sent, which is a new one after signing in again. ``due``: whether words still wait for the index, for those
    who look at a search.
    """
    agent, named = agent_of(request), number(request.GET.get("case"))
    be_seen(agent)
    told: dict[str, object] = {"stamp": stamp(), "who": agent.pk, "token": get_token(request)}
    if agent.may(May.READ_CASES) and (named or request.GET.get("list")):
        there = there_now(agent)
        if named and keep_seen(
            named, by=agent, is_writing=bool(request.GET.get("writing")), there=there.get(named, ())
        ):
            told["present"] = presence_said(_others(there.get(named, ()), agent))
        if request.GET.get("list"):
            here = {pk: presence_said(_others(found, agent)) for pk, found in there.items()}
            told["here"] = {str(pk): said for pk, said in here.items() if said}
    if request.GET.get("due"):
        told["due"] = not_indexed(1) > 0
    return JsonResponse(told)


def presence_said(others: Iterable[There]) -> str:
    """Who else has the case open, as a sentence."""
    return " ".join(
        (_("{name} is writing.") if one.is_writing else _("{name} is reading.")).format(name=one.name) for one in others
    )


def _others(there: Iterable[There], agent: Agent) -> list[There]:
    return [one for one in there if one.agent != agent.pk]


@allowed()
def rail(request: HttpRequest) -> HttpResponse:
    """The counts of the rail, as they are now."""
    return render(request, "parts/counts.html", {"rail": rail_of(request, request.GET.get("at", "/"))})


def _next(request: HttpRequest) -> str:
    wanted = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if safe else "/"
