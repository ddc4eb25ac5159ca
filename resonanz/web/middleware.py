"""What holds for every answer: content security, language, named errors, the closed door."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _

from resonanz.kit.errors import NotAllowed, NotFound, ResonanzError
from resonanz.model.models import Agent
from resonanz.web.said import sentence

Answer = Callable[[HttpRequest], HttpResponse]

RULES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
)
POLICY = "; ".join(RULES)
OPEN_DOORS = ("/doors/", "/hooks/", "/static/", "/alive", "/worker.js")
LANGUAGES = {code for code, _name in settings.LANGUAGES}


def content_security(answer: Answer) -> Answer:
    """A strict policy on every answer, and no look into what a signed-in person saw from a shared cache."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware


def language_of_person(answer: Answer) -> Answer:
    """The language that the person chose, else the cookie's, else the browser's, else the installation's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        chosen = getattr(request.user, "language", "")
        language = chosen if chosen in LANGUAGES else translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = answer(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return middleware


class NamedErrors:
    """Turns our named errors into a page part (htmx), a whole page, or JSON."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        named = _named(error, is_part=is_part(request))
        return None if named is None else error_answer(request, named)


class SignedIn:
    """Nobody sees a page without having signed in."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, Agent) or request.path.startswith(OPEN_DOORS):
            return self.answer(request)
        return _to_the_door(request)


def is_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part; going back in the browser's history wants the whole page."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def error_answer(request: HttpRequest, error: ResonanzError) -> HttpResponse:
    """One named error in the shape that the caller reads."""
    said = sentence(error.sentence, error.places)
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": error.code, "said": said}, status=error.status)
    if is_part(request):
        response = render(request, "parts/error.html", {"said": said}, status=error.status)
        response["HX-Retarget"], response["HX-Reswap"] = "#toasts", "innerHTML"
        return response
    titles = {403: _("Not allowed"), 404: _("Not here"), 409: _("Somebody was faster"), 422: _("Not like this")}
    title = titles.get(error.status, _("Something went wrong"))
    values = {"title": title, "said": said, "back": _way_back(request)}
    return render(request, "error.html", values, status=error.status)


def _named(error: Exception, *, is_part: bool) -> ResonanzError | None:
    if isinstance(error, ResonanzError):
        return error
    if isinstance(error, PermissionDenied):
        return NotAllowed()
    return NotFound() if isinstance(error, Http404) and is_part else None


def _way_back(request: HttpRequest) -> str:
    """Where the person came from, if that was one of our pages."""
    came_from = request.headers.get("Referer", "")
    origin = f"{request.scheme}://{request.get_host()}/"
    return came_from if came_from.startswith(origin) else "/"


def _to_the_door(request: HttpRequest) -> HttpResponse:
    if request.headers.get("Accept", "").startswith("application/json"):
        return JsonResponse({"code": "sign_in", "said": _("Please sign in.")}, status=401)
    if is_part(request):  # what was typed stays on the page, which says how to come in again
        return HttpResponse(status=401, headers={"HX-Reswap": "none"})
    return redirect_to_login(request.get_full_path())
