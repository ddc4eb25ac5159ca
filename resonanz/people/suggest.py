"""Who could be the same person on another channel: shown with the reason, never done by itself."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower
from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.model.models import Agent, Contact, Identity, TwoPeople
from resonanz.people.permit import permit, seen_contacts

MOST = 5
MOST_ALIKE = 200  # with one handle; more say nothing
LEAST_HANDLE = 4  # letters; shorter handles are many people's


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Somebody who could be the same person; ``said`` is a message id with places."""

    contact: Contact
    said: str
    places: dict[str, object] = field(default_factory=dict)


def suggestions(contact: Contact, *, by: Agent, most: int = MOST) -> list[Suggestion]:
    """People whom ``by`` sees and who have the same handle, or the same first and last name; handles first. Those of
    whom a colleague said that they are two people are left out.
    """
    mine = list(contact.identities.all())
    others = seen_contacts(by).exclude(pk=contact.pk).exclude(pk__in=_two(contact))
    handles = {handle for one in mine if len(handle := _bare(one.handle)) >= LEAST_HANDLE}
    names = {name.strip().lower() for name in (contact.name, *(one.name for one in mine)) if " " in name.strip()}
    by_handle = _by_handle(handles, contact)
    found = [
        Suggestion(one, "the same name on the channel: {name}", {"name": by_handle[one.pk]})
        for one in _ordered(others.filter(pk__in=by_handle), most)
    ]
    namesakes = others.annotate(lower_name=Lower("name")).filter(lower_name__in=names).exclude(pk__in=by_handle)
    found += [Suggestion(one, "the same name: {name}", {"name": one.name}) for one in _ordered(namesakes, most)]
    return found[:most]


def say_two_people(one: Contact, other: Contact, *, by: Agent) -> None:
    """These are not the same person; it is not suggested again. Twice is once."""
    for person in (one, other):
        permit(person, by)
    lower, higher = sorted((one, other), key=lambda person: person.pk)
    try:
        with atomic():
            TwoPeople.objects.create(one=lower, other=higher, by=by, at=clock.now())
            record("contact.told_apart", one, by=by, name=other.name)
    except IntegrityError:
        return


def _two(contact: Contact) -> Iterable[int]:
    pairs = TwoPeople.objects.filter(Q(one=contact) | Q(other=contact)).values_list("one", "other")
    return {pk for pair in pairs for pk in pair} - {contact.pk}


def _by_handle(handles: Iterable[str], contact: Contact) -> dict[int, str]:
    """Other contacts with one of these handles, and the handle."""
    spellings = {spelling for handle in handles for spelling in (handle, f"@{handle}")}
    rows = Identity.objects.annotate(lower_handle=Lower("handle")).filter(lower_handle__in=spellings)
    return dict(rows.exclude(contact=contact).values_list("contact", "handle")[:MOST_ALIKE])


def _bare(handle: str) -> str:
    return handle.strip().lower().removeprefix("@")


def _ordered(found: QuerySet[Contact], most: int) -> Iterable[Contact]:
    return found.prefetch_related("identities").order_by("-pk")[:most]
