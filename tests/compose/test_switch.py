"""From du to Sie to English: text blocks together, what was written by hand stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.compose.draft import open_draft, save_draft
from resonanz.compose.offers import offered
from resonanz.compose.render import fill, sample_scene
from resonanz.compose.switch import switch_form, switched
from resonanz.kit.errors import Conflict, Refused
from resonanz.model.models import Message
from tests import make

OPENING = {
    "de.du": "{{ salutation }}, danke dir.",
    "de.sie": "{{ salutation }}, danke Ihnen.",
    "en": "{{ salutation }}, thanks.",
}
WHEN = {
    "de.du": "Du hast ab {{ ask: Uhrzeit }} Uhr wieder Strom, sicher ab {{ ask: Uhrzeit }} Uhr.",
    "de.sie": "Sie haben ab {{ ask: Uhrzeit }} Uhr wieder Strom.",
}
BOTH = {"Anfang": OPENING, "Wann": WHEN}
DU = "Hallo Timo, danke dir.\n\nDu hast ab 18:30 Uhr wieder Strom, sicher ab 18:30 Uhr."


def test_all_blocks_change_together_and_answers_are_carried_over():
    done = switched(f"{DU}\n\nGruß", BOTH, sample_scene, to="de.sie")

    assert done.text == "Guten Tag Timo Berger, danke Ihnen.\n\nSie haben ab 18:30 Uhr wieder Strom.\n\nGruß"
    assert (done.changed, done.edited, done.lacking) == (("Anfang", "Wann"), (), ())


def test_there_and_back_is_as_before():
    there = switched(DU, BOTH, sample_scene, to="de.sie")

    assert switched(there.text, BOTH, sample_scene, to="de.du").text == DU


def test_what_has_no_such_form_stays_and_is_named():
    done = switched(DU, BOTH, sample_scene, to="en")

    assert done.text == DU.replace("Hallo Timo, danke dir.", "Hi Timo, thanks.")
    assert (done.changed, done.lacking) == (("Anfang",), ("Wann",))


@pytest.mark.parametrize(
    "text", ["Hallo lieber Timo, danke dir.", "Hallo Timo, danke dir.s", "", "Hallo Timo, danke dir. " * 2]
)
def test_what_was_edited_or_stands_there_twice_stays_and_is_named(text):
    done = switched(text, {"Anfang": OPENING}, sample_scene, to="de.sie")

    assert (done.text, done.edited) == (text, ("Anfang",))


def test_an_open_question_stays_open():
    raw = fill(WHEN["de.sie"], sample_scene("de.sie")).text

    done = switched(raw, {"Wann": WHEN}, sample_scene, to="de.du")

    assert done.text == WHEN["de.du"]


@given(before=st.text(max_size=80), after=st.text(max_size=80), answer=st.text(max_size=20))
def test_whatever_stands_around_is_not_touched(before, after, answer):
    wording = fill(WHEN["de.sie"], sample_scene("de.sie"), {"ask: Uhrzeit": answer}).text
    text = f"{before}\n\n{wording}\n\n{after}"

    done = switched(text, {"Wann": WHEN}, sample_scene, to="de.du")

    assert done.text.startswith(before)
    assert done.text.endswith(after)


@pytest.fixture
def draft(town):
    case = make.case(town)
    version = make.block("Anfang", by=town.editor, **OPENING)
    opened = open_draft(case, target=Message.objects.get(), by=town.alice)
    offer = offered("", case=case, target=opened.target, by=town.alice)[0]
    return save_draft(opened, text=f"{offer.text}\nEigenes.", revision=1, by=town.alice, version_ids=[version.pk])


def test_a_draft_is_switched_and_later_blocks_come_in_its_form(town, draft):
    saved, told = switch_form(draft, form="de.sie", revision=draft.revision, by=town.bob)

    assert saved.text == "Guten Tag Ada Lohmann, danke Ihnen.\nEigenes."
    assert told.changed == ("Anfang",)
    (offer,) = offered("", case=saved.case, target=saved.target, by=town.bob, form=saved.form)
    assert offer.form == "de.sie"


def test_an_unknown_form_and_an_old_revision_change_nothing(town, draft):
    with pytest.raises(Refused):
        switch_form(draft, form="de.ihr", revision=draft.revision, by=town.alice)
    with pytest.raises(Conflict):
        switch_form(draft, form="en", revision=draft.revision - 1, by=town.alice)

    draft.refresh_from_db()
    assert draft.text == "Hallo Ada, danke dir.\nEigenes."
