"""What strangers write keeps to its place on the page of a case."""

import pytest

from resonanz.model.models import Identity, Message
from tests import make

pytestmark = [pytest.mark.page]
HOSTILE = '</p><script>alert(1)</script><svg onload="x()">'


def page(town, as_, text):
    case = make.case(town)
    Message.objects.update(text=text)
    return as_(town.alice).get(f"/cases/{case.pk}/").content.decode()


def test_words_of_strangers_run_in_their_own_direction_and_names_are_set_apart(town, as_):
    Identity.objects.update(name="שלום")

    shown = page(town, as_, "مرحبا، متى يعود التيار؟")

    assert '<p class="words" dir="auto">' in shown
    assert "<strong><bdi>שלום</bdi></strong>" in shown


def test_hostile_markup_is_shown_as_text(town, as_):
    shown = page(town, as_, HOSTILE)

    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


@pytest.mark.parametrize(("words", "folds"), [(100, False), (10_000, True)])
def test_what_is_longer_than_a_page_is_folded_and_all_there(town, as_, words, folds):
    shown = page(town, as_, "Wort " * words + "Ende.")

    assert ('class="fold"' in shown) is folds
    assert "Ende." in shown
