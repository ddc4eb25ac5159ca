"""What an author changed is read as changes."""

import re

import pytest

from resonanz.model.models import FormerText, Message
from resonanz.web.edits import edited
from tests import make

pytestmark = [pytest.mark.page]


def bare(html):
    return re.sub(r'<span class="unseen">.*?</span>', "", html)


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("Wann kommt der Bus?", "Wann fährt der Bus?", "Wann <del>kommt</del><ins>fährt</ins> der Bus?"),
        ("Danke", "Danke sehr", "Danke<ins> sehr</ins>"),
        ("<b>", "<i>", "<del>&lt;b&gt;</del><ins>&lt;i&gt;</ins>"),
        ("Ganz andere Worte", "als zuvor", "<del>Ganz andere Worte</del><ins>als zuvor</ins>"),
        ("", "neu", "<ins>neu</ins>"),
    ],
)  # fmt: skip
def test_changes_are_shown_word_by_word_and_escaped(before, after, shown):
    assert bare(edited(before, after)) == shown


def test_very_long_texts_are_shown_whole_instead_of_compared(db):
    before, after = "a " * 5000, "b " * 5000

    shown = bare(edited(before, after))

    assert shown == f"<del>{before}</del><ins>{after}</ins>"


def test_each_former_wording_is_shown_with_the_next(town, as_):
    case = make.case(town, text="drei Busse")
    for version, text in enumerate(("ein Bus", "zwei Busse")):
        FormerText.objects.create(message=Message.objects.get(), version=str(version), text=text)

    page = bare(as_(town.alice).get(f"/cases/{case.pk}/").content.decode())

    assert "<del>ein Bus</del><ins>zwei Busse</ins>" in page
    assert "<del>zwei</del><ins>drei</ins> Busse" in page
