"""Telling words: rules that search a text with a pattern only where one of its words calls for it.

Which rules a word calls for is found once and remembered: people use the same few thousand words again and again.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Call = Literal["begins", "is", "holds", "loose"]
_MARKS: dict[str, Call] = {"^": "begins", "=": "is"}
_MOST_REMEMBERED = 50_000
_BEGIN = 3


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """``pattern`` is tried on a text in which a word begins with, is or holds ``stem``; or, where the stem is no part
    of a word (``loose``), in which the stem stands anywhere. ``number`` keeps the order in which rules were written.
    """

    number: int
    topic: str
    call: Call
    stem: str
    pattern: "re.Pattern[str]"


@dataclass(frozen=True, slots=True)
class Topic:
    """Rules that tell the same; ``loose`` are those that no word calls for."""

    name: str
    loose: tuple[Rule, ...]


class _Calls(dict[str, tuple[Rule, ...]]):
    """By word, the rules that it calls for: those whose stem it is, begins with (looked up by its first letters) or
    holds.
    """

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.exact: dict[str, list[Rule]] = defaultdict(list)
        self.begins: dict[str, list[Rule]] = defaultdict(list)
        self.holds: list[Rule] = []

    def add(self, rule: Rule) -> None:
        self.clear()
        self.count += 1
        match rule.call:
            case "begins":
                if len(rule.stem) < _BEGIN:
                    raise ValueError(rule.stem)
                self.begins[rule.stem[:_BEGIN]].append(rule)
            case "is":
                self.exact[rule.stem].append(rule)
            case "holds":
                self.holds.append(rule)

    def __missing__(self, word: str) -> tuple[Rule, ...]:
        if len(self) >= _MOST_REMEMBERED:
            self.clear()
        found = [
            *self.exact.get(word, ()),
            *(rule for rule in self.begins.get(word[:_BEGIN], ()) if word.startswith(rule.stem)),
            *(rule for rule in self.holds if rule.stem in word),
        ]
        self[word] = tuple(found)
        return self[word]


_calls = _Calls()


def rules(topic: str, *given: str | tuple[str, str]) -> Topic:
    """A topic from plain words (found at a word's beginning) or (stem, pattern) pairs; all lower case. "^gas": a word
    begins with "gas"; "=gas": a word is "gas"; "gas": a word holds it; what is no part of a word ("t.me/") stands
    anywhere.
    """
    made = [_rule(topic, one) for one in given]
    return Topic(topic, tuple(rule for rule in made if rule.call == "loose"))


def _rule(topic: str, given: str | tuple[str, str]) -> Rule:
    stem, pattern = given if isinstance(given, tuple) else ("^" + given, rf"\b{re.escape(given)}\w*")
    call = _MARKS.get(stem[0], "holds" if stem.isalpha() else "loose")
    rule = Rule(_calls.count, topic, call, stem.lstrip("^="), re.compile(pattern))
    _calls.add(rule)
    return rule


def called(words: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of all topics that the words of a text call for, in the order in which they were written."""
    found = [rule for some in map(_calls.__getitem__, words) if some for rule in some]
    return tuple(found) if len(found) < 2 else tuple(sorted(set(found), key=_number))  # noqa: PLR2004 - two


def first(lower: str, topic: Topic, calling: tuple[Rule, ...]) -> str:
    """What a rule of the topic found in a lower-case text, given the rules ``called`` for; empty where none matches."""
    for rule in calling:
        if rule.topic == topic.name and (match := rule.pattern.search(lower)):
            return match.group(0).strip()
    for rule in topic.loose:
        if rule.stem in lower and (match := rule.pattern.search(lower)):
            return match.group(0).strip()
    return ""


def _number(rule: Rule) -> int:
    return rule.number
