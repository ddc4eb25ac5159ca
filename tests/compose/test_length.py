"""The length that is shown is the one that the channel checks; the cut parts neither characters nor addresses."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.compose.draft import length_as_typed, open_draft, preview, save_draft
from resonanz.compose.length import cut_of, length_of
from resonanz.connectors.contract import Author, Length, Limits, Outgoing, Visibility
from resonanz.connectors.registry import connectors
from resonanz.model.models import Draft, Message
from tests import make

MASTODON = connectors()["mastodon"]
TO_TIMO = Outgoing("", "", Visibility.PUBLIC, in_reply_to="1", to=Author("7", handle="timo"))
WORDS = st.text("ab \n", max_size=40) | st.sampled_from([" https://example.org/long/address ", "👩‍👩‍👧", "@timo", "ä"])


def test_the_mention_that_the_channel_puts_before_is_counted():
    outgoing = replace(TO_TIMO, text="Um 9 Uhr.")

    assert length_of(outgoing, MASTODON, Limits(500)) == Length(len("@timo Um 9 Uhr."), 500)


def test_where_nothing_is_written_nothing_is_counted():
    assert length_of(TO_TIMO, MASTODON, Limits(500)) == Length(0, 500)


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("Um 9 Uhr.", 15, None),
        ("Um 9 Uhr.", 14, "Um 9 Uhr"),
        ("Um 9 Uhr.", 3, ""),
        ("Siehe https://example.org/x dort", 30, "Siehe "),
        ("Ja 👩‍👩‍👧", 10, "Ja "),
    ],
)
def test_the_cut_parts_neither_characters_nor_addresses(text, most, left):
    cut = cut_of(replace(TO_TIMO, text=text), MASTODON, Limits(most))

    assert (None if cut is None else text[:cut]) == left


@given(words=st.lists(WORDS, max_size=8), most=st.integers(1, 120))
def test_there_is_a_cut_exactly_where_the_text_is_too_long_and_what_stands_before_it_fits(words, most):
    outgoing, limits = replace(TO_TIMO, text="".join(words)), Limits(most, "graphemes")

    cut = cut_of(outgoing, MASTODON, limits)

    assert (cut is not None) == bool(MASTODON.length(outgoing, limits).excess)
    if cut:
        assert MASTODON.length(replace(outgoing, text=outgoing.text[:cut]), limits).excess == 0


def test_what_is_counted_while_typing_is_what_is_counted_once_kept(town):
    draft = open_draft(make.case(town), target=Message.objects.get(), by=town.alice)
    text = "  Um 9 Uhr.\n\nIhr Team " * 100
    typed = length_as_typed(draft.target, text=text, visibility=draft.visibility, by=draft.written_by)

    saved = save_draft(draft, text=text, revision=draft.revision, by=town.alice)

    assert typed == preview(saved).length
    assert typed.excess > 0


def test_counting_keeps_nothing(town):
    make.case(town)

    length_as_typed(Message.objects.get(), text="Um 9 Uhr.", visibility="private", by=town.alice)

    assert Draft.objects.count() == 0
