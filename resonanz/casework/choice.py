"""What a person chooses for themselves: language and appearance."""

from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit.errors import Refused
from resonanz.model.models import Agent

LANGUAGES = frozenset({"de", "en"})
THEMES = frozenset({"", "light", "dark"})


class UnknownChoice(Refused):
    code = "unknown_choice"
    said = "There is no such choice."


def choose_language(agent: Agent, *, language: str, by: Agent) -> Agent:
    """Show the pages in this language from now on. Raises UnknownChoice."""
    return _choose(agent, "language", language, LANGUAGES, by)


def choose_theme(agent: Agent, *, theme: str, by: Agent) -> Agent:
    """Show the pages light, dark, or ("") as the device has it. Raises UnknownChoice."""
    return _choose(agent, "theme", theme, THEMES, by)


def _choose(agent: Agent, field: str, value: str, known: frozenset[str], by: Agent) -> Agent:
    if value not in known:
        raise UnknownChoice
    if getattr(agent, field) == value:
        return agent
    with atomic():
        setattr(agent, field, value)
        agent.save(update_fields=[field])
        record(f"agent.{field}_chosen", agent, by=by, **{field: value})
    return agent
