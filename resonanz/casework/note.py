"""A word among colleagues, and whom it mentions."""

import re
from collections.abc import Sequence

from django.db.transaction import atomic

from resonanz.casework.permit import permit
from resonanz.casework.reach import who_sees
from resonanz.journal.record import record
from resonanz.journal.tell import tell
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.kit.text import clean
from resonanz.model.models import Agent, Case, Note, NoticeKind

MOST = 20_000


def add_note(case: Case, *, text: str, by: Agent) -> Note:
    """Keep a note at the case; it never leaves the house. Whom it mentions ("@Bob Brandt") is told."""
    permit(case, by)
    text = clean(text).strip()
    if not text:
        raise Refused("Write something first.")
    if len(text) > MOST:
        raise Refused("A note has at most {most} characters.", most=MOST)
    named = mentioned(text, who_sees(case)) if "@" in text else []
    with atomic():
        note = Note.objects.create(case=case, by=by, text=text, at=clock.now())
        note.mentioned.set(named)
        for agent in named:
            tell(agent, NoticeKind.MENTIONED, case=case, by=by, text=text)
        Case.objects.filter(pk=case.pk).words_changed()
        record("note.added", case, by=by, note=note.pk)
    return note


def mentioned(text: str, among: Sequence[Agent]) -> list[Agent]:
    """Who of these is named after an @: by the whole name or, where only one bears it, by the first."""
    first: dict[str, list[Agent]] = {}
    whole: dict[str, list[Agent]] = {}
    for agent in among:
        whole.setdefault(agent.name.casefold(), []).append(agent)
        first.setdefault(agent.name.split(maxsplit=1)[0].casefold(), []).append(agent)
    names = whole | {name: agents for name, agents in first.items() if len(agents) == 1 and name not in whole}
    if not names:
        return []
    words = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    found = re.findall(rf"(?<![\w@])@({words})(?![\w-])", text.casefold())
    return list(dict.fromkeys(agent for name in found for agent in names[name]))
