"""Acts on a case; each is a resource that is made (POST) or taken away (DELETE)."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from resonanz.casework.assign import assign_case, claim_case, move_case, release_claim
from resonanz.casework.close import close_case, reopen_case
from resonanz.casework.note import add_note
from resonanz.casework.snooze import snooze_case, wake_case
from resonanz.kit import clock
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Agent, Case, CloseReason, May, Queue, Reading
from resonanz.triage.overrule import overrule_reading, take_overrule_back
from resonanz.web.allowed import agent_of, allowed, case_for, verb
from resonanz.web.given import number
from resonanz.web.pages.done import Undo, done
from resonanz.web.templatetags.desk import moment

BOTH = ("POST", "DELETE")
MORNING = time(8)


@allowed(May.WORK_CASES, verbs=BOTH)
def claim(request: HttpRequest, case_id: int) -> HttpResponse:
    """Take the case, or give it back."""
    case, agent = case_for(request, case_id), agent_of(request)
    if verb(request) == "DELETE":
        release_claim(case, by=agent)
        return done(request, case_id, _("Given back to the queue."))
    claim_case(case, by=agent)
    return done(request, case_id, _("This case is yours."), _undo("claim", case))


@allowed(May.WORK_CASES, verbs=BOTH)
def assignment(request: HttpRequest, case_id: int) -> HttpResponse:
    """Give the case to a colleague, or to nobody."""
    case, agent = case_for(request, case_id), agent_of(request)
    if verb(request) == "DELETE":
        assign_case(case, to=None, by=agent)
        return done(request, case_id, _("Nobody has this case now."))
    to = Agent.objects.filter(pk=number(request.POST.get("to")) or 0, is_active=True).first()
    if to is None:
        raise NotFound("This colleague is not here (any more).")
    assign_case(case, to=to, by=agent)
    return done(request, case_id, _("{name} has this case now.").format(name=to.name), _undo("assignment", case))


@allowed(May.WORK_CASES, verbs=BOTH)
def closure(request: HttpRequest, case_id: int) -> HttpResponse:
    """Close the case with a reason, or open it again."""
    case, agent = case_for(request, case_id), agent_of(request)
    if verb(request) == "DELETE":
        reopen_case(case, by=agent)
        return done(request, case_id, _("Open again."))
    reason = request.POST.get("reason", "")
    if reason not in CloseReason.values:
        raise Refused("Choose a reason for closing.")
    close_case(case, by=agent, reason=CloseReason(reason))
    return done(request, case_id, _("Closed."), _undo("closure", case, _("Open again")))


@allowed(May.WORK_CASES, verbs=BOTH)
def snooze(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put the case off, or bring it back now."""
    case, agent = case_for(request, case_id), agent_of(request)
    if verb(request) == "DELETE":
        wake_case(case, by=agent)
        return done(request, case_id, _("Back in the inbox."))
    until = until_of(request.POST.get("until", ""), request.POST.get("at", ""))
    snooze_case(case, until=until, by=agent)
    said = _("Put off until {time}.").format(time=moment(until))
    return done(request, case_id, said, _undo("snooze", case))


@allowed(May.WORK_CASES, verbs=("POST",))
def move(request: HttpRequest, case_id: int) -> HttpResponse:
    """Put the case into another queue, also into one of another team."""
    case, agent = case_for(request, case_id), agent_of(request)
    queue = Queue.objects.filter(slug=request.POST.get("queue", "")).first()
    if queue is None:
        raise Refused("Choose a queue.")
    move_case(case, to=queue, by=agent)
    return done(request, case_id, _("Moved to {queue}.").format(queue=queue.name))


@allowed(May.WORK_CASES, verbs=("POST",))
def notes(request: HttpRequest, case_id: int) -> HttpResponse:
    """Keep a word for colleagues."""
    add_note(case_for(request, case_id), text=request.POST.get("text", ""), by=agent_of(request))
    return done(request, case_id, _("Note kept."))


@allowed(May.WORK_CASES, verbs=BOTH)
def overrule(request: HttpRequest, reading_id: int) -> HttpResponse:
    """Say better what a reader said, or let it hold again."""
    reading = Reading.objects.filter(pk=reading_id).select_related("message__conversation").first()
    case_id = reading.message.conversation.case_id if reading else None
    if reading is None or case_id is None:
        raise NotFound
    case_for(request, case_id)
    field, value = request.POST.get("field", ""), request.POST.get("value", "")
    address = reverse("overrule", args=[reading_id])
    if verb(request) == "DELETE":
        take_overrule_back(reading, field=field, by=agent_of(request))
        return done(request, case_id, _("What the readers said holds again."))
    before = (("field", field), ("value", as_sent(reading, field)))
    undo = Undo(address, _("Undo"), verb="" if field in reading.overruled else "delete", fields=before)
    overrule_reading(reading, field=field, value=value, by=agent_of(request))
    return done(request, case_id, _("Noted; what you say holds."), undo)


def as_sent(reading: Reading, field: str) -> str:
    """What holds of one field now, as a form sends it."""
    value = getattr(reading, field, "")
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def until_of(wish: str, at: str) -> datetime:
    """The time that a choice (an hour, tomorrow, Monday) or a typed time means. Raises Refused."""
    now = timezone.localtime(clock.now())
    if wish in {"1h", "3h"}:
        return now + timedelta(hours=int(wish[0]))
    if wish in {"tomorrow", "monday"}:
        days = 1 if wish == "tomorrow" else 7 - now.weekday()
        return timezone.make_aware(datetime.combine(now.date() + timedelta(days=days), MORNING))
    try:
        typed = parse_datetime(at)
    except ValueError:
        typed = None
    if typed is None:
        raise Refused("Choose when the case should come back.")
    return typed if timezone.is_aware(typed) else timezone.make_aware(typed)


def _undo(name: str, case: Case, label: str = "") -> Undo:
    return Undo(reverse(name, args=[case.pk]), label or _("Undo"))
