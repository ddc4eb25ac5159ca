"""Links between cases: the same matter, one that follows from another, one that was opened twice."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q
from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.journal.record import record
from resonanz.kit.errors import Conflict, Refused
from resonanz.model.models import Agent, Case, CaseLink, LinkKind

MOST, PAIR = 30, 2


@dataclass(frozen=True, slots=True)
class Linked:
    """A link as one side sees it. ``case``: the other side, None where this person does not see it. ``is_from``: the
    kind is said of this side ("this follows from that"), else of the other ("that follows from this").
    """

    pk: int
    kind: str
    case: Case | None
    is_from: bool


def link_case(case: Case, other: Case, *, kind: LinkKind, by: Agent) -> CaseLink:
    """Say what ``case`` is to ``other``; both must be seen. The same again changes nothing, another kind replaces."""
    permit(case, by)
    permit(other, by)
    if case.pk == other.pk:
        raise Refused("A case cannot be linked with itself.")
    with atomic():
        pair = Case.objects.select_for_update().filter(pk__in=[case.pk, other.pk]).order_by("pk")
        if len(pair) != PAIR:
            raise Conflict
        link = CaseLink.objects.filter(_between(case, other)).first()
        if link and link.kind == kind and (kind == LinkKind.SAME or link.first_id == case.pk):
            return link
        if link is None and CaseLink.objects.filter(Q(first=case) | Q(second=case)).count() >= MOST:
            raise Refused("A case has at most {most} links. Take one away first.", most=MOST)
        CaseLink.objects.filter(_between(case, other)).delete()
        link = CaseLink.objects.create(first=case, second=other, kind=kind, by=by)
        record("case.linked", case, by=by, other=other.pk, link=kind)
    return link


def unlink_case(case: Case, link: CaseLink, *, by: Agent) -> None:
    """Take a link away, from either side; one that is gone changes nothing."""
    permit(case, by)
    with atomic():
        gone = CaseLink.objects.filter(Q(first=case) | Q(second=case), pk=link.pk)
        if gone.delete()[0]:
            other = link.second_id if link.first_id == case.pk else link.first_id
            record("case.unlinked", case, by=by, other=other, link=link.kind)


def links_of(case: Case, *, seen_by: Agent) -> tuple[Linked, ...]:
    """Both directions, oldest first; two queries."""
    found = list(CaseLink.objects.filter(Q(first=case) | Q(second=case)).order_by("pk"))
    ids = {pk for link in found for pk in (link.first_id, link.second_id)} - {case.pk}
    seen = Case.objects.visible_to(seen_by).filter(pk__in=ids).select_related("contact", "queue")
    return tuple(_sides(case, found, {one.pk: one for one in seen}))


def _sides(case: Case, found: list[CaseLink], seen: dict[int, Case]) -> Iterator[Linked]:
    for link in found:
        is_from = link.first_id == case.pk
        yield Linked(link.pk, link.kind, seen.get(link.second_id if is_from else link.first_id), is_from)


def _between(case: Case, other: Case) -> Q:
    return Q(first=case, second=other) | Q(first=other, second=case)
