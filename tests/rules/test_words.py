"""One word, one thing: some words say nothing and are not used in names."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.rules.source import Source, house

NOT_USED = frozenset(
    [
        "manager",
        "managers",
        "service",
        "services",
        "handler",
        "handlers",
        "helper",
        "helpers",
        "util",
        "utils",
        "processor",
        "processors",
        "data",
        "info",
        "ticket",
        "tickets",
    ]
)
ALLOWED = {
    "AgentManager": "Django calls the maker of users so",
    "as_manager": "Django's name",
    "handle_data": "html.parser calls it",
    "data": "html.parser and forms name the argument so",
    "handle_DATA": "aiosmtpd calls it",
    "handlers": "logging names its attribute so",
    "request_handler": "wsgiref reads it",
    "DATA_UPLOAD_MAX_MEMORY_SIZE": "Django's setting",
}
TERM = re.compile(r"personal_?data", re.IGNORECASE)  # personal data is a legal term of its own
WORD = re.compile(r"[A-ZÄÖÜ]+(?![a-z])|[A-Z]?[a-z]+")


def names_in(source: Source) -> Iterator[tuple[str, int]]:
    """Every name that a file gives: functions, classes, arguments, variables, attributes."""
    for node in ast.walk(source.tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.attr, node.lineno


def words_of(name: str) -> set[str]:
    return {word.lower() for word in WORD.findall(TERM.sub("", name))}


@pytest.mark.parametrize("source", house(), ids=lambda source: source.name)
def test_names_use_no_empty_words(source):
    found = [
        f"{source.name}:{line} {name}"
        for name, line in names_in(source)
        if words_of(name) & NOT_USED and name not in ALLOWED
    ]

    assert found == []


def test_file_names_use_no_empty_words():
    found = [source.name for source in house() if words_of(TERM.sub("", source.name)) & NOT_USED]

    assert found == []


def test_words_are_found_in_snake_and_camel_case():
    assert words_of("CaseManager_for_HTTPData") == {"case", "manager", "for", "http", "data"}
