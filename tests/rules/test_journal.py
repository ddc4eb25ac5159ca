"""Whatever the code writes into the journal has a name there: each kind of event, each detail."""

import ast

from resonanz.web.detail_names import DETAIL_NAMES
from resonanz.web.event_names import EVENT_NAMES
from tests.rules.source import house

# Calls whose kind or details are worked out: where they stand, and what they can become.
KINDS_WORKED_OUT = {
    "casework/choice.py": {"agent.language_chosen", "agent.theme_chosen", "agent.density_chosen", "agent.keys_chosen"},
    "compose/blocks.py": {"block.submitted", "block.published", "block.rejected", "block.retired"},
}
DETAILS_WORKED_OUT = {"casework/choice.py": {"language", "theme", "density", "keys"}}
INSIDE = {"name", "team", "words", "is_default", "spread", "keeps_customer"}  # of a queue before and afterwards


def recorded():
    for source in house():
        for call in source.calls():
            if isinstance(call.func, ast.Name) and call.func.id == "record":
                yield source, call


def kinds():
    """Every word in the first place of a record: alone, one of two, or handed to the function around it."""
    for source, call in recorded():
        named = [one.value for one in ast.walk(call.args[0]) if isinstance(one, ast.Constant) and call.args]
        if isinstance(call.args[0], ast.JoinedStr):
            yield from KINDS_WORKED_OUT[source.name]
        elif isinstance(call.args[0], ast.Name):
            yield from (text for text in texts(source) if text in EVENT_NAMES)
        else:
            yield from named


def texts(source):
    return {one.value for one in ast.walk(source.tree) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def test_every_kind_of_event_that_is_recorded_has_a_name():
    assert sorted({kind for kind in kinds() if kind not in EVENT_NAMES}) == []


def test_every_name_of_an_event_belongs_to_one_that_is_recorded():
    everything = {text for source in house() if not source.name.startswith("web/event_names") for text in texts(source)}
    worked_out = set().union(*KINDS_WORKED_OUT.values())

    assert sorted(set(EVENT_NAMES) - everything - worked_out) == []


def test_every_detail_that_is_recorded_has_a_name_and_every_name_a_detail():
    found = set(INSIDE)
    for source, call in recorded():
        for keyword in call.keywords:
            found |= DETAILS_WORKED_OUT[source.name] if keyword.arg is None else {keyword.arg}

    assert found - {"by"} == set(DETAIL_NAMES)
