"""Who works a case: claiming is atomic, so that two people never take the same one without knowing."""

from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.journal.record import record
from resonanz.journal.tell import tell
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, NotAllowed, Refused
from resonanz.model.models import Agent, Case, May, NoticeKind, Queue


def claim_case(case: Case, *, by: Agent) -> Case:
    """Take a free case. Conflict where a colleague has it; again by the same person changes nothing."""
    permit(case, by)
    with atomic():
        case = Case.objects.locked(case)
        if case.assignee_id == by.pk:
            return case
        if case.assignee is not None:
            raise Conflict("{name} has taken this case already.", name=case.assignee.name)
        return _assign(case, by, "case.claimed", by=by)


def release_claim(case: Case, *, by: Agent) -> Case:
    """Give one's own case back to the queue."""
    permit(case, by)
    with atomic():
        case = Case.objects.locked(case)
        if case.assignee_id is None:
            return case
        if case.assignee_id != by.pk and not by.may(May.ASSIGN_OTHERS):
            raise NotAllowed("Only the person who has it, or a team lead, can give this case back.")
        return _assign(case, None, "case.given_back", by=by)


def assign_case(case: Case, *, to: Agent | None, by: Agent) -> Case:
    """Give a case to a person (or to nobody). Oneself always; others need the right to assign."""
    permit(case, by)
    with atomic():
        case = Case.objects.locked(case)
        if case.assignee_id == (to.pk if to else None):
            return case
        if to is not None and not (to.is_active and Queue.objects.visible_to(to).filter(pk=case.queue_id).exists()):
            raise Refused("{name} cannot work in this queue.", name=to.name)
        if to is not None and to != by and to.is_away:
            raise Refused("{name} is away.", name=to.name)
        if to != by and not by.may(May.ASSIGN_OTHERS):
            raise NotAllowed("Only a team lead can give cases to others.")
        return _assign(case, to, "case.assigned", by=by)


def move_case(case: Case, *, to: Queue, by: Agent) -> Case:
    """Put a case into another queue; who has it there is open again unless it is the same person's queue."""
    permit(case, by)
    with atomic():
        case = Case.objects.locked(case)
        if case.queue_id == to.pk:
            return case
        before, case.queue = case.queue.name, to
        case.changed_at = clock.now()
        if case.assignee is not None and not Queue.objects.visible_to(case.assignee).filter(pk=to.pk).exists():
            case.assignee, case.assigned_at = None, None
        case.save(update_fields=["queue", "assignee", "assigned_at", "changed_at"])
        Case.objects.filter(pk=case.pk).words_changed()
        record("case.moved", case, by=by, before=before, after=to.name)
    return case


def put_back(case: Case, *, queue: int, assignee: int | None, by: Agent) -> Case:
    """Take an own act back: the queue and the person as before. Also where one no longer sees the case, because one
    gave it to another team; somebody who has left meanwhile does not get it back.
    """
    if not by.may(May.WORK_CASES):
        raise NotAllowed
    with atomic():
        case = Case.objects.locked(case)
        person = Agent.objects.filter(pk=assignee, is_active=True).first() if assignee else None
        case.queue = Queue.objects.get(pk=queue)
        case.assignee, case.assigned_at, case.changed_at = person, clock.now() if person else None, clock.now()
        case.save(update_fields=["queue", "assignee", "assigned_at", "changed_at"])
        Case.objects.filter(pk=case.pk).words_changed()
        record("case.put_back", case, by=by, after=case.queue.name, to=person.pk if person else None)
    return case


def _assign(case: Case, to: Agent | None, kind: str, *, by: Agent) -> Case:
    case.assignee, case.assigned_at = to, clock.now() if to else None
    case.changed_at = clock.now()
    case.save(update_fields=["assignee", "assigned_at", "changed_at"])
    record(kind, case, by=by, to=to.pk if to else None)
    tell(to, NoticeKind.ASSIGNED, case=case, by=by, text=case.title)
    return case
