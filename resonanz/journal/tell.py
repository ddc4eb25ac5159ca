"""Tell a person what happened, inside the transaction in which it happened; this is the only writer of notices."""

from resonanz.kit import clock
from resonanz.kit.text import one_line
from resonanz.model.models import Agent, Case, Notice, NoticeKind, NoticeWish, Way

MOST = 280


def tell(agent: Agent | None, kind: NoticeKind, *, case: Case, by: Agent | None, text: str = "") -> Notice | None:
    """One notice for ``agent``, unless it was their own act, they have left, or they do not wish it. A customer
    who writes ten times is one notice, as long as it is unread.
    """
    if agent is None or not agent.is_active or (by is not None and agent.pk == by.pk):
        return None
    if NoticeWish.objects.filter(agent=agent, kind=kind, way=Way.NONE).exists():
        return None
    if kind == NoticeKind.WROTE_AGAIN and (
        known := Notice.objects.unread().filter(agent=agent, case=case, kind=kind).first()
    ):
        known.at, known.text = clock.now(), one_line(text, MOST)
        known.save(update_fields=["at", "text"])
        return known
    return Notice.objects.create(agent=agent, kind=kind, case=case, by=by, text=one_line(text, MOST), at=clock.now())
