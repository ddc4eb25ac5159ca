"""Filling texts: nothing raw ever leaves, and no name from outside says more than a name."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from resonanz.compose.render import (
    PLACES,
    Person,
    Scene,
    fill,
    first_name,
    is_raw,
    places_in,
    sample_scene,
    unknown_places,
)
from resonanz.kit.text import Untrusted

NAMES = sorted(PLACES)
FORMS = ["de.du", "de.sie", "en"]
OUTSIDE = st.text(max_size=40) | st.sampled_from(
    ["{{ agent.name }}", "}}{{", "{{", "https://evil.example", "www.evil.example", "a@b.example", "\u202eAda", "\x00"]
)


def scene(name="Timo Berger", handle="@timo", title="Störung", form="de.du"):
    return Scene(
        customer=Person(Untrusted(name), Untrusted(handle)),
        agent_name="Alina Roth",
        agent_initials="AR",
        company="Auenwerke",
        thread_title=Untrusted(title),
        case_number="1042",
        today="23.11.2026",
        form=form,
    )


PARTS = st.lists(
    st.sampled_from([f"{{{{ {name} | liebe Kundin }}}}" for name in NAMES])
    | st.text(st.characters(exclude_characters="{}"), max_size=12),
    max_size=6,
)


@given(parts=PARTS, name=OUTSIDE, handle=OUTSIDE, title=OUTSIDE, form=st.sampled_from(FORMS))
def test_a_text_whose_places_have_fallbacks_is_never_raw(parts, name, handle, title, form):
    filled = fill("".join(parts), scene(name, handle, title, form))

    assert (is_raw(filled.text), filled.gaps) == (False, ())


@given(text=st.text("{} |abcagent.me:k", max_size=40), name=OUTSIDE)
def test_what_is_left_unfilled_is_named_or_seen_as_raw(text, name):
    filled = fill(text, scene(name))

    assert is_raw(filled.text) == ("{{" in filled.text or "}}" in filled.text)
    assert bool(filled.gaps) <= is_raw(filled.text)


@example(name="@", place="customer.name")
@example(name="{}}{", place="customer.name")
@given(name=OUTSIDE, place=st.sampled_from(["salutation", "customer.name", "customer.first_name", "thread.title"]))
def test_no_name_brings_an_address_or_a_placeholder_along(name, place):
    text = fill(f"{{{{ {place} }}}}", scene(name, title=name)).text.replace(f"{{{{ {place} }}}}", "")

    assert not any(sign in text for sign in ("://", "www.", "@", "{{", "}}", "\n", "\x00", "\u202e"))


@pytest.mark.parametrize(
    ("name", "first"),
    [
        ("Timo Berger", "Timo"),
        ("anna-lena koch", "Anna-lena"),
        ("xX_strom_Xx", ""),
        ("Dr. Berger", ""),
        ("Familie Özdemir", ""),
        ("strom", ""),
        ("T", ""),
        ("12345", ""),
        ("Ümit", "Ümit"),
        ("", ""),
        ("🙂 Ada", ""),
    ],
)
def test_a_first_name_is_one_or_nothing(name, first):
    assert first_name(name) == first


@pytest.mark.parametrize(
    ("form", "name", "said"),
    [
        ("de.du", "Timo Berger", "Hallo Timo"),
        ("de.sie", "Timo Berger", "Guten Tag Timo Berger"),
        ("de.sie", "Timo", "Guten Tag"),
        ("en", "Timo Berger", "Hi Timo"),
        ("de.du", "xX_strom_Xx", "Hallo"),
        ("en", "", "Hi"),
        ("de.sie", "Timo https://evil.example", "Guten Tag"),
    ],
)
def test_everybody_is_greeted_and_nobody_wrongly(form, name, said):
    assert fill("{{ salutation }}", scene(name, form=form)).text == said


def test_a_question_to_the_agent_is_a_gap_until_it_is_answered():
    text = "In {{ ask: Ort }} bis {{ ask: Uhrzeit | heute Abend }}."

    asked, told = fill(text, scene()), fill(text, scene(), {"ask: Ort": "Auental"})

    assert [gap.label for gap in asked.gaps] == ["Ort"]
    assert told.text == "In Auental bis heute Abend."


def test_an_answer_of_the_agent_is_no_template():
    assert fill("{{ ask: Ort }}", scene(), {"ask: Ort": "{{ agent.name }}"}).text == " agent.name "


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_every_placeholder_has_a_value_in_the_sample(form, name):
    filled = fill(f"{{{{ {name} }}}}", sample_scene(form))

    assert (filled.gaps, bool(filled.text)) == ((), True)


def test_unknown_places_are_named():
    text = "{{ customer.frist_name }} {{ agent.name }} {{ ask: Ort }}"

    assert places_in(text) == ["customer.frist_name", "agent.name", "ask: Ort"]
    assert unknown_places(text) == ["customer.frist_name"]
