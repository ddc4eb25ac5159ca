"""Who may see and do what: one decorator for pages, one look-up for cases. A stranger's case is not there."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from resonanz.kit.errors import NotAllowed, NotFound
from resonanz.model.base import besides
from resonanz.model.models import Agent, Case, May
from resonanz.model.team import NAMED

P = ParamSpec("P")
_UNNAMED = besides("assignee", Agent, *NAMED)
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def allowed(*what: May, verbs: tuple[str, ...] = ("GET",)) -> Callable[[View[P]], View[P]]:
    """Let only people in whose roles allow all of ``what``, and only with these verbs (a form says DELETE as
    ``_method=delete``).
    """

    def around(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if verb(request) not in verbs and not (request.method == "HEAD" and "GET" in verbs):
                return HttpResponseNotAllowed(verbs)
            if not agent_of(request).may(*what):
                raise NotAllowed
            return view(request, *args, **kwargs)

        return guarded

    return around


def agent_of(request: HttpRequest) -> Agent:
    """The signed-in person; SignedIn has seen to it that there is one."""
    if not isinstance(request.user, Agent):
        raise NotAllowed
    return request.user


def verb(request: HttpRequest) -> str:
    """The HTTP verb that is meant: plain forms can only POST and name another in ``_method``."""
    method = request.method or "GET"
    meant = request.POST.get("_method", "").upper() if method == "POST" else ""
    return meant if meant in {"DELETE", "PUT"} else method


def case_for(request: HttpRequest, case_id: int) -> Case:
    """The case, if this person sees it."""
    seen = Case.objects.visible_to(agent_of(request)).select_related("contact", "queue", "assignee")
    case = seen.defer(*_UNNAMED).filter(pk=case_id).first()
    if case is None:
        raise NotFound
    return case


def cases_seen(agent: Agent, ids: Iterable[int | None]) -> frozenset[int]:
    """Which of these cases this person may open, in one query."""
    if not agent.may(May.READ_CASES):
        return frozenset()
    named = {one for one in ids if one is not None}
    return frozenset(Case.objects.visible_to(agent).filter(pk__in=named).values_list("pk", flat=True))
