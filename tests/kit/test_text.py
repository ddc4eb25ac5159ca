"""Counting as platforms count, shortening without tearing, cleaning what comes from outside."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.kit.text import clean, count, fingerprint, one_line, shorten

WAYS = ["characters", "graphemes", "bytes", "utf16", "weighted"]
TEXTS = st.text(max_size=120) | st.text("aé🙂👩‍👩‍👧\u0301\u200d🏳️\n ä", max_size=60)


@given(text=TEXTS, most=st.integers(0, 80), way=st.sampled_from(WAYS))
def test_a_shortened_text_fits(text, most, way):
    short = shorten(text, most, way)

    assert count(short, way) <= most


@given(text=TEXTS, way=st.sampled_from(WAYS))
def test_a_text_that_fits_comes_back_as_it_is(text, way):
    assert shorten(text, count(text, way), way) == text


@given(text=TEXTS, most=st.integers(0, 80), way=st.sampled_from(WAYS))
def test_a_shortened_text_is_a_beginning(text, most, way):
    short = shorten(text, most, way)

    assert short == text or text.startswith(short.removesuffix("…"))


@given(text=st.text(max_size=80))
def test_cleaning_twice_changes_nothing_more(text):
    once = clean(text)

    assert clean(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(text=st.text(max_size=80))
def test_nothing_that_breaks_a_table_or_a_page_is_left(text):
    left = clean(text + "\x00\u202e\ud800\r")

    assert not set(left) & {"\x00", "\u202e", "\ud800", "\r"}


@given(text=st.text(max_size=400), most=st.integers(1, 90))
def test_one_line_is_one_line(text, most):
    line = one_line(text, most)

    assert len(line) <= most
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    ("text", "way", "length"),
    [
        ("Grüße", "characters", 5),
        ("Grüße", "bytes", 7),
        ("👩‍👩‍👧", "graphemes", 1),
        ("👩‍👩‍👧", "weighted", 2),
        ("🙂", "utf16", 2),
        ("https://example.org/a/very/long/path ok", "weighted", 26),
        ("日本", "weighted", 4),
    ],
)
def test_lengths_are_the_platforms_own(text, way, length):
    assert count(text, way) == length


@given(text=st.text(max_size=40))
def test_a_fingerprint_sees_no_case_and_no_white_space(text):
    assert fingerprint(f"  {text} \n") == fingerprint(text)
    assert fingerprint("Wann  kommt\ndie 2?") == fingerprint("wann kommt die 2?")
