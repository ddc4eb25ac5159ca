"""Telling words: rules with a plain stem each, so that a text is searched with a pattern only where its stem occurs.

Words that stand at a word's beginning are found by its first letters; the others by looking for their stem.
"""

import re
from dataclasses import dataclass

_START = 3


@dataclass(frozen=True, slots=True)
class Rule:
    """``stem`` occurs literally (lower case) in whatever ``pattern`` matches."""

    stem: str
    pattern: "re.Pattern[str]"


@dataclass(frozen=True, slots=True)
class Words:
    """Rules by the first letters of the word that they find, and those that can stand anywhere."""

    by_start: dict[str, tuple[Rule, ...]]
    anywhere: tuple[Rule, ...]


def rules(*given: str | tuple[str, str]) -> Words:
    """Rules from plain words (found at a word's beginning) or (stem, pattern) pairs; all lower case."""
    by_start: dict[str, tuple[Rule, ...]] = {}
    anywhere: list[Rule] = []
    for one in given:
        if isinstance(one, tuple):
            anywhere.append(Rule(one[0], re.compile(one[1])))
        else:
            rule = Rule(one, re.compile(rf"\b{re.escape(one)}\w*"))
            by_start[one[:_START]] = (*by_start.get(one[:_START], ()), rule)
    return Words(by_start, tuple(anywhere))


def starts(tokens: frozenset[str]) -> set[str]:
    """The first letters of the words of a text, for ``first``."""
    return {token[:_START] for token in tokens}


def first(lower: str, words: Words, begins: set[str]) -> str:
    """What a rule found in a lower-case text whose words begin with ``begins``; empty where none matches."""
    for start in words.by_start.keys() & begins:
        for rule in words.by_start[start]:
            if match := rule.pattern.search(lower):
                return match.group(0)
    for rule in words.anywhere:
        if rule.stem in lower and (match := rule.pattern.search(lower)):
            return match.group(0).strip()
    return ""
