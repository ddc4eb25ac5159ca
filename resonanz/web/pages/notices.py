"""Notices: what one was told, unread first; and how one wants to be told."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from resonanz.casework.digest import notices_said
from resonanz.casework.notices import choose_notices, read_notices, together, unread_notice, wishes_of
from resonanz.casework.notices import notices as told
from resonanz.kit.errors import NotFound
from resonanz.model.models import Digest, Every, Notice, NoticeKind, Way
from resonanz.web.allowed import agent_of, allowed, cases_seen, verb
from resonanz.web.given import number
from resonanz.web.keyset import newest_first
from resonanz.web.pages.browsers import browser_values

MOST_UNREAD = 200


@allowed()
def notices(request: HttpRequest) -> HttpResponse:
    """Everything this person was told. Of cases that they do not see any more, only that there was something."""
    agent = agent_of(request)
    fresh = list(told(agent).unread()[:MOST_UNREAD])
    read = newest_first(request, told(agent).filter(read_at__isnull=False))
    wishes = wishes_of(agent)
    values = {
        "fresh": fresh,
        "groups": [(group, notices_said(group)) for group in together(fresh)],
        "slice": read,
        "seen_cases": cases_seen(agent, [one.case_id for one in (*fresh, *read.rows)]),
        "kinds": [(kind, label, wishes[kind]) for kind, label in NoticeKind.choices],
        "ways": [way for way in Way.choices if settings.CONFIG.browser_push or way[0] != Way.PUSH],
        "every": Every.choices,
        "digest": Digest.objects.filter(agent=agent).first(),
        **browser_values(agent),
    }
    return render(request, "pages/notices.html", values)


@allowed(verbs=("POST",))
def reading_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read, or only the ones named (``notice``)."""
    named = [pk for pk in map(number, request.POST.getlist("notice")) if pk]
    read_notices(by=agent_of(request), ids=named or None)
    messages.success(request, _("Marked as read.") if named else _("Everything is marked as read."))
    return redirect("notices")


@allowed(verbs=("POST", "DELETE"))
def reading(request: HttpRequest, notice_id: int) -> HttpResponse:
    """Mark one as read, or as unread again."""
    agent = agent_of(request)
    notice = Notice.objects.filter(pk=notice_id, agent=agent).first()
    if notice is None:
        raise NotFound
    if verb(request) == "DELETE":
        unread_notice(notice, by=agent)
    else:
        read_notices(by=agent, ids=[notice.pk])
    return redirect("notices")


@allowed(verbs=("POST",))
def ways(request: HttpRequest) -> HttpResponse:
    """Choose how to be told."""
    agent = agent_of(request)
    chosen = {kind: request.POST.get(f"way-{kind}", Way.PAGE.value) for kind in NoticeKind.values}
    choose_notices(agent, ways=chosen, every=request.POST.get("every", Every.HOUR.value), by=agent)
    messages.success(request, _("Kept: this is how you are told from now on."))
    return redirect("notices")
