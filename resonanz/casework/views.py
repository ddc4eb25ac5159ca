"""Looks at the list that people keep under a name, for themselves or for their team."""

from django.db.models import Q, QuerySet
from django.db.transaction import atomic

from resonanz.casework.inbox import Look
from resonanz.journal.record import record
from resonanz.kit.errors import Conflict, NotAllowed, NotFound, Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, May, Queue, SavedView, Team

LONGEST = 60
MOST = 30  # of one person, or of one team


def views_of(agent: Agent) -> QuerySet[SavedView]:
    """What this person sees: their own views and those of their teams, their own first."""
    seen = SavedView.objects.filter(Q(agent=agent) | Q(team__in=agent.teams.all()))
    usable = seen.filter(Q(queue=None) | Q(queue__in=Queue.objects.visible_to(agent).values("pk")))
    return usable.select_related("queue", "team").order_by("team__name", "name", "pk")


def view_named(agent: Agent, view_id: int) -> SavedView:
    """One of the views that this person sees. Raises NotFound."""
    found = views_of(agent).filter(pk=view_id).first()
    if found is None:
        raise NotFound("This view is not here (any more).")
    return found


def save_view(look: Look, name: str, *, team: Team | None = None, by: Agent) -> SavedView:
    """Keep a look under a name, for oneself or for one of one's teams (which takes the right to assign to others).
    Raises Conflict where the name is taken.
    """
    _may(team, by)
    name = " ".join(clean(name).split())
    if not name:
        raise Refused("Give it a name.")
    if len(name) > LONGEST:
        raise Refused("A name has at most {most} characters.", most=LONGEST)
    owner = {"team": team} if team else {"agent": by}
    with atomic():
        kept = SavedView.objects.filter(**owner)
        if kept.filter(name=name).exists():
            raise Conflict("There is a view of that name already.")
        if kept.count() >= MOST:
            raise Refused("There are at most {most} views. Take one away first.", most=MOST)
        made = SavedView.objects.create(name=name, queue=look.queue, view=look.view, search=look.search, **owner)
        record("view.saved", made, by=by, name=name)
    return made


def drop_view(view: SavedView, *, by: Agent) -> None:
    """Take a view away; the cases stay."""
    if view.agent_id not in {None, by.pk}:
        raise NotFound
    _may(view.team, by)
    with atomic():
        record("view.dropped", view, by=by, name=view.name)
        SavedView.objects.filter(pk=view.pk).delete()


def _may(team: Team | None, by: Agent) -> None:
    if team is None:
        return
    if not by.teams.filter(pk=team.pk).exists():
        raise NotFound
    if not by.may(May.ASSIGN_OTHERS):
        raise NotAllowed("Only a team lead can keep views for a team.")
