"""A word among colleagues."""

from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.journal.record import record
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, Case, Note

MOST = 20_000


def add_note(case: Case, *, text: str, by: Agent) -> Note:
    """Keep a note at the case; it never leaves the house."""
    permit(case, by)
    text = clean(text).strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > MOST:
        raise Refused("A note has at most {most} characters.", most=MOST)
    with atomic():
        note = Note.objects.create(case=case, by=by, text=text, at=clock.now())
        record("note.added", case, by=by, note=note.pk)
    return note
