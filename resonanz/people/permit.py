"""Whether somebody may do something with a person, said once: who sees a case of theirs sees them."""

from django.db.models import QuerySet

from resonanz.kit.errors import NotAllowed, NotFound
from resonanz.model.models import Agent, Case, Contact, May


def seen_contacts(agent: Agent) -> QuerySet[Contact]:
    """The people of whom this agent sees at least one case."""
    return Contact.objects.filter(pk__in=Case.objects.visible_to(agent).values("contact"), merged_into=None)


def permit(contact: Contact, by: Agent) -> None:
    """Raise NotFound where ``by`` sees no case of this person, NotAllowed where the role only reads."""
    if not Case.objects.visible_to(by).filter(contact=contact).exists():
        raise NotFound
    if not by.may(May.WORK_CASES):
        raise NotAllowed
