"""What is typed into the search."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.casework.inbox import View
from resonanz.casework.query import MOST_TERMS, STATES, Term, terms


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("Strom weg", (Term("", "Strom"), Term("", "weg"))),
        ('"kein Strom" heute', (Term("", "kein Strom"), Term("", "heute"))),
        ('from:"Ada Berg" kanal:mastodon', (Term("from", "Ada Berg"), Term("channel", "mastodon"))),
        ("Von:ada THEMA:strom korb:netz", (Term("from", "ada"), Term("topic", "strom"), Term("queue", "netz"))),
        ("is:Closed ist:offen", (Term("is", "closed"), Term("is", "offen"))),
        (
            "is:blue 12:30 https://a.example/b",
            (Term("", "is:blue"), Term("", "12:30"), Term("", "https://a.example/b")),
        ),
        ('"not ended', (Term("", "not ended"),)),
        ('from: "" :', (Term("", "from:"), Term("", ":"))),
        ("", ()),
    ],
)
def test_words_phrases_and_operators_are_told_apart(search, found):
    assert terms(search) == found


@given(st.text())
def test_whatever_is_typed_gives_few_terms_that_are_not_empty(search):
    found = terms(search)

    assert len(found) <= MOST_TERMS
    assert all(term.text == term.text.strip() != "" for term in found)


def test_every_state_is_a_view():
    assert set(STATES.values()) <= set(View)
