"""Everything one person said to us and we to them, over all channels."""

from django.db.models import Q, QuerySet

from resonanz.model.models import Agent, Case, Contact, Message, VisibleTo


def timeline(contact: Contact, *, seen_by: Agent | None = None) -> QuerySet[Message]:
    """All messages of all conversations of a contact, newest first. ``seen_by``: private ones of cases that this person
    does not see are left out.
    """
    said = (
        Message.objects.filter(conversation__identity__contact=contact)
        .select_related("account", "conversation__thread", "author", "agent")
        .order_by("-occurred_at", "-pk")
    )
    if seen_by is None:
        return said
    return said.filter(~Q(visibility=VisibleTo.PRIVATE) | Q(conversation__case__in=Case.objects.visible_to(seen_by)))


def asked_before(contact: Contact, *, before: Message) -> int:
    """How often this person has written to us before this message."""
    earlier = Q(occurred_at__lt=before.occurred_at)
    return Message.objects.inbound().filter(earlier, conversation__identity__contact=contact).count()
