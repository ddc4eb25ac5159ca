"""Everything one person said to us and we to them, over all channels."""

from django.db.models import Q, QuerySet

from resonanz.model.models import Contact, Message


def timeline(contact: Contact) -> QuerySet[Message]:
    """All messages of all conversations of a contact, newest first."""
    return (
        Message.objects.filter(conversation__identity__contact=contact)
        .select_related("account", "conversation__thread", "author", "agent")
        .order_by("-occurred_at", "-pk")
    )


def asked_before(contact: Contact, *, before: Message) -> int:
    """How often this person has written to us before this message."""
    earlier = Q(occurred_at__lt=before.occurred_at)
    return Message.objects.inbound().filter(earlier, conversation__identity__contact=contact).count()
