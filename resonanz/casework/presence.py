"""Who has a case before them: so that two people do not answer the same customer."""

from datetime import timedelta

from resonanz.casework.permit import permit
from resonanz.kit import clock
from resonanz.model.case import visible_to
from resonanz.model.models import Agent, Case, May, Presence

FRESH = timedelta(seconds=30)


def see_case(case: Case, *, by: Agent, is_writing: bool = False) -> None:
    """Say that ``by`` looks at the case now. Not journaled: it is no act, and it is forgotten after half a minute."""
    permit(case, by, May.READ_CASES)
    seen = {"is_writing": is_writing, "seen_at": clock.now()}
    if not Presence.objects.filter(case=case, agent=by).update(**seen):
        Presence.objects.update_or_create(case=case, agent=by, defaults=seen)


def present(case: Case) -> list[Presence]:
    """Who is there now, in the order of coming."""
    fresh = Presence.objects.filter(case=case, seen_at__gte=clock.now() - FRESH)
    return list(fresh.select_related("agent").order_by("pk"))


def others_at(agent: Agent) -> dict[int, list[Presence]]:
    """By number of the case: who else is at it now, of the cases that this person sees; one query."""
    fresh = Presence.objects.filter(seen_at__gte=clock.now() - FRESH).exclude(agent=agent)
    found: dict[int, list[Presence]] = {}
    for one in fresh.filter(visible_to(agent, "case__")).select_related("agent").order_by("pk"):
        found.setdefault(one.case_id, []).append(one)
    return found


def forget_stale() -> int:
    """Remove what is older than an hour; returns how many."""
    deleted, _ = Presence.objects.filter(seen_at__lt=clock.now() - timedelta(hours=1)).delete()
    return deleted
