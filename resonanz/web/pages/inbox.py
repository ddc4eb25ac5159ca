"""The inbox: the list, and beside it nothing yet."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from resonanz.model.models import May
from resonanz.web.allowed import agent_of, allowed
from resonanz.web.given import number
from resonanz.web.middleware import is_part
from resonanz.web.pages.listing import listing, queue_named

WHOLE = "pages/inbox.html"
PARTS = {"rows": "parts/list_rows.html", "next": "parts/list_next.html"}


@allowed(May.READ_CASES)
def inbox(request: HttpRequest, slug: str = "") -> HttpResponse:
    """All queues, or the one named; ``part=rows`` gives the rows alone, ``part=next`` the ones that follow beneath."""
    agent = agent_of(request)
    open_case = number(request.GET.get("open")) or 0
    shown = listing(request, queue_named(agent, slug), open_case)
    template = PARTS.get(request.GET.get("part", ""), WHOLE) if is_part(request) else WHOLE
    return render(request, template, {"list": shown})
