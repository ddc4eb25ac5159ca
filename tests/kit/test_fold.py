"""Words as a search compares them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.kit.fold import LONGEST, folded, spellings, spoken


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Größe: 5 m²!", ["grosse", "5", "m2"]),
        ("MÜLL Müll mu\u0308ll", ["mull", "mull", "mull"]),
        ("Straße STRASSE", ["strasse", "strasse"]),
        ("ada@example.org", ["ada", "example", "org"]),
        ("東京は", ["東", "京", "は"]),
        ("Привет, мир", ["привет", "мир"]),
        ("🔥 -- …", []),
        ("x" * 100, ["x" * LONGEST]),
    ],
)
def test_words_are_folded(text, words):
    assert folded(text) == words


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("Müll", [["mull"], ["muell"]]),
        ("muell", [["muell"], ["mull"]]),
        ("neue", [["neue"], ["neu"]]),
        ("kein Licht", [["kein", "licht"]]),
        ("!", []),
    ],
)
def test_german_is_found_in_both_spellings(sought, found):
    assert spellings(sought) == found


@given(st.text())
def test_what_is_written_is_found_by_itself(text):
    words = folded(text)

    assert words in spellings(text) or not words
    assert all(0 < len(word) <= LONGEST and not set(word) & set(" \"'&|:*()\\") for word in words)


@given(st.text())
def test_words_stand_where_they_are_said_to(text):
    at = 0
    for start, end, _words in spoken(text):
        assert at <= start < end <= len(text)
        at = end
