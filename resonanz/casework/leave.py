"""Somebody leaves: their cases wait in their queues again, and their open doors close."""

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Agent, Browser, Case, CaseState, Presence


def leave(agent: Agent, *, by: Agent | None) -> int:
    """Give back all cases of a person who may not sign in any more, and end their sessions. Drafts stay where they
    are: what waits for release can be released, what is being written belongs to the case. Returns the number of
    cases that wait again. Call inside a transaction.
    """
    given_back = give_back_all(agent, by=by)
    # a closed one that opens again waits in its queue, too
    Case.objects.filter(assignee=agent).update(assignee=None, assigned_at=None)
    Presence.objects.filter(agent=agent).delete()
    Browser.objects.filter(agent=agent).delete()
    end_sessions(agent)
    return given_back


def give_back_all(agent: Agent, *, by: Agent | None) -> int:
    """All of a person's cases that are not closed wait in their queues again; returns how many. In a transaction."""
    theirs = Case.objects.select_for_update().filter(assignee=agent).exclude(state=CaseState.CLOSED).order_by("pk")
    cases = list(theirs)
    for case in cases:
        record("case.given_back", case, by=by, to=None, left=agent.pk)
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(
        assignee=None, assigned_at=None, changed_at=clock.now()
    )
    return len(cases)


def end_sessions(agent: Agent) -> None:
    """Sign a person out everywhere. The library keeps sessions without a column for the person."""
    running = Session.objects.filter(expire_date__gt=clock.now())
    keys = [one.session_key for one in running.iterator() if one.get_decoded().get(SESSION_KEY) == str(agent.pk)]
    Session.objects.filter(session_key__in=keys).delete()
