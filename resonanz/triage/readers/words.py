"""Telling words: rules with a plain stem each, so that a text is searched with a pattern only where its stem occurs."""

import re
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """``stem`` occurs literally (lower case) in whatever ``pattern`` matches."""

    stem: str
    pattern: "re.Pattern[str]"


def rules(*given: str | tuple[str, str]) -> tuple[Rule, ...]:
    """Rules from plain words (found at a word's beginning) or (stem, pattern) pairs; all lower case."""
    made = []
    for one in given:
        stem, pattern = one if isinstance(one, tuple) else (one, rf"\b{re.escape(one)}\w*")
        made.append(Rule(stem, re.compile(pattern)))
    return tuple(made)


def first(lower: str, words: Iterable[Rule]) -> str:
    """What the first rule that matches found in a lower-case text; empty where none does."""
    for rule in words:
        if rule.stem in lower and (match := rule.pattern.search(lower)):
            return match.group(0).strip()
    return ""
