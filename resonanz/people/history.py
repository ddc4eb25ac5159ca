"""Everything one person said to us and we to them, over all channels."""

from datetime import datetime, timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from resonanz.model.base import besides
from resonanz.model.models import Account, Agent, Case, Contact, Direction, Identity, Message, Thread, VisibleTo
from resonanz.model.team import NAMED

_NOT_TOLD = [
    "html", "references", "version", "status_version",
    *besides("account", Account, "channel", "name"),
    *besides("conversation__thread", Thread, "title"),
    *besides("author", Identity, "name", "handle", "native_id"),
    *besides("agent", Agent, *NAMED),
]  # fmt: skip


def timeline(
    contact: Contact, *, seen_by: Agent | None = None, channel: str = "", direction: str = ""
) -> QuerySet[Message]:
    """All messages of all conversations of a contact, newest first. ``seen_by``: private ones of cases that this person
    does not see are left out; ``channel`` and ``direction`` narrow, where they name one.
    """
    said = (
        Message.objects.filter(conversation__identity__contact=contact)
        .select_related("account", "conversation__thread", "author", "agent")
        .defer(*_NOT_TOLD)
        .order_by("-occurred_at", "-pk")
    )
    if channel:
        said = said.filter(account__channel=channel)
    if direction in Direction.values:
        said = said.filter(direction=direction)
    if seen_by is None:
        return said
    seen = Case.objects.visible_to(seen_by).filter(pk=OuterRef("conversation__case"))
    return said.filter(~Q(visibility=VisibleTo.PRIVATE) | Exists(seen))


def times_asked(contact: Contact, *, case: Case, days: int = 30, newest: datetime | None = None) -> int:
    """With how many matters this person came to us within so many days up to their newest word in this case (looked up
    unless given), this one counted; over all channels. Several words about one matter are one.
    """
    words = Message.objects.inbound().filter(conversation__identity__contact=contact)
    newest = newest or words.filter(conversation__case=case).aggregate(at=Max("occurred_at"))["at"]
    if newest is None:
        return 0
    lately = words.filter(occurred_at__gt=newest - timedelta(days=days), occurred_at__lte=newest)
    return lately.filter(conversation__case__isnull=False).order_by().values("conversation__case").distinct().count()
