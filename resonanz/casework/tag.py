"""Tags: words that people put on cases to find them again."""

from collections.abc import Iterable, Sequence

from django.db.models import Count
from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.journal.record import record
from resonanz.kit.errors import Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, Case, CaseTag, Tag

LONGEST = 40
MOST = 20
MOST_OFFERED = 300


def tag_case(case: Case, name: str, *, by: Agent) -> Tag:
    """Put a tag on a case; one that is there already stays. Large and small letters make no other tag."""
    permit(case, by)
    name = " ".join(clean(name).split()).strip("# ")
    if not name:
        raise Refused("Write a word for the tag.")
    if len(name) > LONGEST:
        raise Refused("A tag has at most {most} characters.", most=LONGEST)
    with atomic():
        case = Case.objects.locked(case)
        tag, _made = Tag.objects.get_or_create(folded=name.casefold(), defaults={"name": name})
        if case.tags.filter(tag=tag).exists():
            return tag
        if case.tags.count() >= MOST:
            raise Refused("A case has at most {most} tags. Take one away first.", most=MOST)
        CaseTag.objects.create(case=case, tag=tag, by=by)
        Case.objects.filter(pk=case.pk).words_changed()
        record("case.tagged", case, by=by, tag=tag.name)
    return tag


def untag_case(case: Case, tag: Tag, *, by: Agent) -> None:
    """Take a tag away from a case; one that is not there changes nothing."""
    permit(case, by)
    with atomic():
        deleted, _of = CaseTag.objects.filter(case=case, tag=tag).delete()
        if deleted:
            Case.objects.filter(pk=case.pk).words_changed()
            record("case.untagged", case, by=by, tag=tag.name)


def tags_of(cases: Iterable[int]) -> dict[int, Sequence[Tag]]:
    """By number of the case: its tags by name; one query for any number of cases. Cases without tags are left out."""
    found: dict[int, list[Tag]] = {}
    for one in CaseTag.objects.filter(case__in=list(cases)).select_related("tag").order_by("tag__folded"):
        found.setdefault(one.case_id, []).append(one.tag)
    return dict(found)


def known_tags(most: int = MOST_OFFERED) -> list[str]:
    """The names in use, those of most cases first."""
    used = Tag.objects.annotate(n=Count("cases")).filter(n__gt=0)
    return list(used.order_by("-n", "folded").values_list("name", flat=True)[:most])
