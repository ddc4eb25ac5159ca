"""The words of a text are the same, whichever of the two ways finds them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from resonanz.kit.language import words_of

LETTERS = re.compile(r"[^\W\d_]+(?:'[a-z]+)?")
LATIN = "".join(map(chr, range(256)))


def test_every_letter_of_latin_1_is_one_and_nothing_else():
    assert words_of(LATIN.lower()) == set(LETTERS.findall(LATIN.lower()))


@given(text=st.text(LATIN, max_size=80) | st.text(max_size=80) | st.text("aäß't1²_ „é", max_size=40))
def test_words_are_runs_of_letters_in_every_script(text):
    assert words_of(text.lower()) == set(LETTERS.findall(text.lower()))
