"""What a person chooses for themselves: language, appearance, density, single keys."""

from django.db.transaction import atomic

from resonanz.journal.record import record
from resonanz.kit.errors import Refused
from resonanz.model.models import Agent

LANGUAGES = frozenset({"de", "en"})
THEMES = frozenset({"", "light", "dark"})
DENSITIES = frozenset({"", "compact"})
KEYS = frozenset({"", "off"})


class UnknownChoice(Refused):
    code = "unknown_choice"
    said = "There is no such choice."


def choose_language(agent: Agent, *, language: str, by: Agent) -> Agent:
    """Show the pages in this language from now on. Raises UnknownChoice."""
    return _choose(agent, "language", language, LANGUAGES, by)


def choose_theme(agent: Agent, *, theme: str, by: Agent) -> Agent:
    """Show the pages light, dark, or ("") as the device has it. Raises UnknownChoice."""
    return _choose(agent, "theme", theme, THEMES, by)


def choose_density(agent: Agent, *, density: str, by: Agent) -> Agent:
    """Show lists with room, or ("compact") with as many rows as fit. Raises UnknownChoice."""
    return _choose(agent, "density", density, DENSITIES, by)


def choose_keys(agent: Agent, *, keys: str, by: Agent) -> Agent:
    """Let single keys act, or ("off") not, so that who dictates is not surprised (WCAG 2.1.4). Raises UnknownChoice."""
    return _choose(agent, "keys", keys, KEYS, by)


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
