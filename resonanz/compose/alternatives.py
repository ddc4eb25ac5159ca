"""Other wordings of one answer: set aside while another is tried, taken up again, seen by all who share the draft."""

from django.db.transaction import atomic

from resonanz.compose.draft import held
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Agent, Alternative, Draft, DraftState

MOST = 5


class NothingToSetAside(Refused):
    """The answer is empty."""

    code = "nothing_to_set_aside"
    said = "Nothing is written yet that could be set aside."


class TooManyAlternatives(Refused):
    """As many wordings wait beside as one can compare."""

    code = "too_many_alternatives"
    said = "{most} wordings wait beside this one already. Take one of them up first."


def set_aside(draft: Draft, *, revision: int, by: Agent) -> Draft:
    """Keep the text, with the blocks that it came from, beside the draft, which begins anew. Raises OldRevision."""
    with atomic():
        draft = held(draft, revision=revision, by=by)
        if not draft.text.strip():
            raise NothingToSetAside
        if draft.alternatives.count() >= MOST:
            raise TooManyAlternatives(most=MOST)
        beside = Alternative.objects.create(draft=draft, text=draft.text, by=draft.written_by, at=clock.now())
        beside.blocks.set(draft.blocks.all())
        draft.blocks.clear()
        draft = _written(draft, "", by)
        record("draft.set_aside", draft.case, by=by, draft=draft.pk)
    return draft


def take_up(alternative: Alternative, *, revision: int, by: Agent) -> Draft:
    """Make this wording the draft's; what stood there, if anything, waits in its place. Raises OldRevision."""
    with atomic():
        draft = held(alternative.draft, revision=revision, by=by)
        found = draft.alternatives.filter(pk=alternative.pk).first()
        if found is None:
            raise NotFound
        text, blocks = found.text, list(found.blocks.all())
        if draft.text.strip():
            found.text, found.by, found.at = draft.text, draft.written_by, clock.now()
            found.save(update_fields=["text", "by", "at"])
            found.blocks.set(draft.blocks.all())
        else:
            found.delete()
        draft.blocks.set(blocks)
        draft = _written(draft, text, by)
        record("draft.taken_up", draft.case, by=by, draft=draft.pk)
    return draft


def _written(draft: Draft, text: str, by: Agent) -> Draft:
    draft.text, draft.state, draft.written_by = text, DraftState.WRITING, by
    draft.revision, draft.changed_at = draft.revision + 1, clock.now()
    draft.save(update_fields=["text", "state", "written_by", "revision", "changed_at"])
    return draft
