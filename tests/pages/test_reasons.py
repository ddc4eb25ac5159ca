"""Why something was read: telling words are marked as what they tell, everything else is said beside the text."""

import re

import pytest
from django.utils import translation

from resonanz.model.models import Message, MessageState
from resonanz.triage.read import read_due
from resonanz.web.templatetags.desk import marked, reasons
from tests import make

pytestmark = [pytest.mark.page]
STORY = "Es riecht nach Gas! Wir haben uns eine Stunde nicht getraut. Wann kommt ihr endlich?"


@pytest.fixture
def reading(town):
    """The reading of a text as the readers leave it."""

    def of(text):
        make.case(town, text=text)
        message = Message.objects.latest("pk")
        message.reading.delete()
        Message.objects.filter(pk=message.pk).update(state=MessageState.UNREAD)
        read_due()
        return Message.objects.get(pk=message.pk).reading

    return of


def marks(text, reading):
    return re.findall(r'<mark class="(\w+)">(.*?)</mark>', marked(text, reading))


def test_danger_and_questions_are_marked_differently_and_little_words_never(reading):
    assert marks(STORY, reading(STORY)) == [("hot", "riecht nach Gas"), ("asks", "Wann kommt ihr endlich?")]


@pytest.mark.parametrize("text", ["Uns hat eine Rechnung nicht erreicht", "We have not heard from you and this is it"])
def test_no_filler_is_marked(reading, text):
    marked_words = {word.lower() for _kind, word in marks(text, reading(text))}

    assert marked_words & {"uns", "eine", "nicht", "not", "you", "this", "and"} == set()


def test_a_mark_never_cuts_into_a_longer_word(reading):
    found = reading("Es brennt")

    assert marks("Es brennt. Verbrennte Kabel, Brenntage", found) == [("hot", "brennt")]


def test_the_words_for_the_language_are_said_beside_the_text(reading, as_, town):
    found = reading(STORY)

    beside = {one.label: one.words for one in reasons(found)}

    assert set(beside["German" if "German" in beside else "Deutsch"]) <= {
        "eine",
        "haben",
        "ihr",
        "nicht",
        "uns",
        "wann",
        "wir",
    }
    page = as_(town.alice).get(f"/cases/{found.message.conversation.case_id}/", headers={"Accept-Language": "en"})
    assert "German</summary>" in page.content.decode()


def test_what_a_person_overruled_is_no_longer_marked(reading):
    found = reading(STORY)
    found.urgency, found.overruled = 0, {"urgency": 0}

    assert marks(STORY, found) == [("asks", "Wann kommt ihr endlich?")]


def test_hostile_words_stay_escaped_beside_and_within_marks(reading):
    text = "<b>Es brennt</b> <script>"

    assert marked(text, reading(text)) == '&lt;b&gt;Es <mark class="hot">brennt</mark>&lt;/b&gt; &lt;script&gt;'


def test_kinds_of_personal_data_are_said_in_german_in_every_place(reading, as_, town):
    found = reading("Rötelweg 8, 12345 Auental. Meine Nummer: 0171 2345678")

    page = as_(town.alice).get(f"/cases/{found.message.conversation.case_id}/", headers={"Accept-Language": "de"})

    assert found.has_personal_data
    assert "<q>phone</q>" not in page.content.decode()
    assert "<q>address</q>" not in page.content.decode()
    assert "Telefonnummer" in page.content.decode()


def test_words_of_the_customer_are_never_translated_and_nothing_unknown_is_said(reading):
    found = reading("The power is gone and the fridge for my insulin is warm and you know it")

    with translation.override("de"):
        beside = {one.label: one.words for one in reasons(found)}

    assert "und" not in beside["Englisch"]
    assert "and" in beside["Englisch"]
    assert set(beside) == {"Gefahr", "Englisch"}
