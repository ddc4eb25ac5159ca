"""Tables are written by operations alone: in model, journal and the operation floors."""

import ast

import pytest

from tests.rules.source import Source, house

MAY_WRITE = frozenset(
    [
        "model",
        "journal",
        "accounts",
        "outbox",
        "people",
        "concept",
        "intake",
        "triage",
        "waves",
        "casework",
        "compose",
        "capacity",
        "measure",
        "privacy",
    ]
)
WRITES = frozenset(
    [
        "save",
        "create",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
        "create_user",
    ]
)
BULK = frozenset({"insert", "update", "set_all", "take_ids"})
MEASURES = "site/bench/"  # measures bare inserts beside ours
NO_TABLES = frozenset({"connectors", "sandbox", "kit"})  # a contract of import-linter keeps Django out of these


def written_in(source: Source) -> list[str]:
    """Calls that look like writes to a table; plain dictionaries and progress bars say ``update`` too, so a receiver
    must lead to ``objects``, a row or a relation.
    """
    found = []
    bulk = {
        alias.asname or alias.name
        for node in ast.walk(source.tree)
        if isinstance(node, ast.ImportFrom) and node.module == "resonanz.model.bulk"
        for alias in node.names
    }
    for call in source.calls():
        said = ast.unparse(call.func)
        if isinstance(call.func, ast.Name) and said in bulk & BULK:
            found.append(f"{source.name}:{call.lineno} {said}(…)")
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES and not _is_plain(call):
            found.append(f"{source.name}:{call.lineno} {said}(…)")
    return found


def _is_plain(call: ast.Call) -> bool:
    """``dict.update(mapping)``, ``bar.update(task, …)``: tables are updated by keywords alone."""
    assert isinstance(call.func, ast.Attribute)
    return call.func.attr == "update" and bool(call.args)


@pytest.mark.parametrize(
    "source",
    [s for s in house() if s.room not in MAY_WRITE | NO_TABLES and not s.name.startswith(MEASURES)],
    ids=lambda source: source.name,
)
def test_no_table_is_written_outside_the_operations(source):
    assert written_in(source) == []


def test_the_rule_sees_a_write_where_there_is_one():
    operation = next(source for source in house() if source.name == "casework/close.py")

    assert any("case.save" in found for found in written_in(operation))


def test_raw_statements_are_made_in_the_model_alone():
    elsewhere = [
        f"{source.name}:{call.lineno}"
        for source in house()
        if source.room not in NO_TABLES | {"model", "site"}
        for call in source.calls()
        if ast.unparse(call.func).endswith((".execute", ".executemany", ".raw", ".cursor"))
    ]

    assert elsewhere == []
