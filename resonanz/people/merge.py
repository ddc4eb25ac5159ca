"""Two contacts are one person, because a colleague says so; and they can be parted again, exactly as they were."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Model, QuerySet
from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Conflict, Refused
from resonanz.model.models import Agent, Case, Consent, Contact, ContactNote, Conversation, Identity, Merge
from resonanz.people.permit import permit

FILLED = ("language", "address_form", "note")  # what the kept contact takes over where it had nothing
OWNED: dict[str, type[Model]] = {"identities": Identity, "cases": Case, "notes": ContactNote, "consents": Consent}


class MergedAlready(Conflict):
    """One of the two stands elsewhere already."""

    code = "merged_already"
    said = "One of the two was merged with somebody in the meantime. Look at the person again."


class LaterMergeFirst(Refused):
    """Merges are undone in the order in which they lie on each other."""

    code = "later_merge_first"
    said = "This person was merged again after that. Undo the later merge first."


def merge_contacts(kept: Contact, gone: Contact, *, by: Agent) -> Merge:
    """All that is ``gone``'s becomes ``kept``'s: identities, cases, notes, consents; empty fields are filled, none is
    overwritten. Raises MergedAlready.
    """
    for one in (kept, gone):
        permit(one, by)
    if kept.pk == gone.pk:
        raise Refused("This is one and the same person already.")
    with atomic():
        kept, gone = _locked(kept, gone)
        if kept.merged_into_id or gone.merged_into_id:
            raise MergedAlready
        before, after = _filled(kept, gone)
        moved = {name: list(_owned(name, gone).values_list("pk", flat=True)) for name in OWNED}
        for name, ids in moved.items():
            OWNED[name]._default_manager.filter(pk__in=ids).update(contact=kept)  # noqa: SLF001 - Django's API
        Contact.objects.filter(pk=kept.pk).update(**after)
        Contact.objects.filter(pk=gone.pk).update(merged_into=kept)
        merge = Merge.objects.create(
            kept=kept, gone=gone, by=by, at=clock.now(), moved=moved, before=before, after=after
        )
        Case.objects.filter(contact=kept).words_changed()
        record("contact.merged", kept, by=by, name=gone.name)
    return merge


def part_contacts(merge: Merge, *, by: Agent) -> Merge:
    """Undo a merge: everything goes back where it was, what its profiles brought since goes with them, and fields that
    nobody changed since are as before. Raises LaterMergeFirst.
    """
    permit(merge.kept.merged_into or merge.kept, by)
    with atomic():
        merge = Merge.objects.locked(merge)
        if merge.undone_at is not None:
            return merge
        kept, gone = _locked(merge.kept, merge.gone)
        if kept.merged_into_id or Merge.objects.filter(kept=kept, undone_at=None, pk__gt=merge.pk).exists():
            raise LaterMergeFirst
        _give_back(merge, gone)
        same = {name: was for name, was in merge.before.items() if getattr(kept, name) == merge.after[name]}
        Contact.objects.filter(pk=kept.pk).update(**same)
        Contact.objects.filter(pk=gone.pk).update(merged_into=None)
        merge.undone_at, merge.undone_by = clock.now(), by
        merge.save(update_fields=["undone_at", "undone_by"])
        Case.objects.filter(contact__in=(kept, gone)).words_changed()
        record("contact.parted", kept, by=by, name=gone.name)
    return merge


def follow_merges() -> int:
    """Cases that were opened for a contact in the moment in which it was merged follow it; returns how many."""
    strayed = list(Case.objects.filter(contact__merged_into__isnull=False).values_list("pk", "contact__merged_into"))
    for pk, kept in strayed:
        Case.objects.filter(pk=pk).update(contact=kept, text_due=True)
    return len(strayed)


def _locked(kept: Contact, gone: Contact) -> tuple[Contact, Contact]:
    """Both rows, held in one order whoever is merged with whom."""
    rows = {one.pk: one for one in Contact.objects.select_for_update().filter(pk__in=[kept.pk, gone.pk]).order_by("pk")}
    return rows[kept.pk], rows[gone.pk]


def _filled(kept: Contact, gone: Contact) -> tuple[Mapping[str, str], Mapping[str, str]]:
    before = {name: getattr(kept, name) for name in FILLED}
    after = {name: was or getattr(gone, name) for name, was in before.items()}
    if kept.note and gone.note:
        after["note"] = f"{kept.note}\n\n{gone.note}"
    return before, after


def _owned(name: str, contact: Contact) -> QuerySet[Any]:
    return OWNED[name]._default_manager.filter(contact=contact)  # noqa: SLF001 - Django's API


def _give_back(merge: Merge, gone: Contact) -> None:
    """What was moved, and the cases that its profiles alone brought since."""
    theirs = merge.moved["identities"]
    since = _owned("cases", merge.kept).filter(opened_at__gte=merge.at, conversations__identity__in=theirs)
    shared = Conversation.objects.filter(case__in=since).exclude(identity__in=theirs).values("case")
    brought = list(since.exclude(pk__in=shared).values_list("pk", flat=True))
    for name, ids in merge.moved.items():
        which = [*ids, *brought] if name == "cases" else ids
        _owned(name, merge.kept).filter(pk__in=which).update(contact=gone)
