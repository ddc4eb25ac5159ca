"""The first readers on plain examples in German and English."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resonanz.triage.read import read
from resonanz.triage.readers.contract import Seen


def one(text, **told):
    return read([Seen(text, **told)])[0]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wann kommt denn endlich die Straßenbahn wieder? Ich warte seit einer Stunde.", "de"),
        ("When will the tram be back? I have been waiting for an hour now.", "en"),
        ("Pourquoi est-ce que le tram ne circule pas aujourd'hui dans la ville?", "fr"),
    ],
)
def test_the_language_is_read(text, language):
    assert one(text).language.value == language


def test_a_word_or_two_follow_what_is_usual_here():
    assert one("ok 👍", usual="de").language.value == "de"


@pytest.mark.parametrize(
    ("text", "because"),
    [
        ("Danke. Und wann gehts wieder?", ("wann gehts wieder?",)),
        ("Strom weg?", ("?",)),
        ("Das ist nicht richtig, die Rechnung ist falsch", ("falsch",)),
        ("Es geht nicht", ("nicht",)),
    ],
)
def test_a_wish_for_an_answer_is_shown_by_its_most_telling_words(text, because):
    assert one(text).needs_answer.because == because


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Könnt ihr mir sagen, wann die 2 fährt?", "du"),
        ("Hast du eine Ahnung, was los ist?", "du"),
        ("Können Sie mir bitte sagen, wann die Linie fährt?", "sie"),
        ("Sehr geehrte Damen und Herren, ich warte auf Ihre Antwort.", "sie"),
        ("Strom weg in der Südvorstadt", ""),
    ],
)
def test_the_form_of_address_is_read(text, form):
    assert one(text).address_form.value == form


@pytest.mark.parametrize(
    ("text", "needs"),
    [
        ("Wann kommt die Linie 2?", True),
        ("My bill is wrong again", True),
        ("Die Rechnung ist falsch", True),
        ("Danke, super Service!", False),
        ("Thanks, great work!", False),
        ("@anna @ben", False),
        ("❤️", False),
        ("Earn $500 a day, dm me to start", False),
    ],
)
def test_who_expects_an_answer_is_seen(text, needs):
    assert one(text).needs_answer.value is needs


@pytest.mark.parametrize(
    ("text", "urgency"),
    [
        ("Hier riecht es stark nach Gas!", 3),
        ("There is a smell of gas in our hallway", 3),
        ("Der Trafo brennt!", 3),
        ("Wir haben seit gestern keine Heizung und ein Baby.", 2),
        ("Please help, no heating since Friday and my landlord is away", 2),
        ("Wann kommt die Linie 2?", 1),
        ("Schöne Fotos vom Fest", 0),
    ],
)
def test_urgency_is_read(text, urgency):
    assert one(text).urgency.value == urgency


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Schreibt mir an ada@example.org", ["email"]),
        ("Meine IBAN ist DE89 3704 0044 0532 0130 00", ["iban"]),
        ("Kundennummer 4711-0815 wartet", ["number"]),
        ("Die Linie 2 kommt um 18:30", []),
    ],
)
def test_personal_data_is_found_and_never_repeated(text, kinds):
    found = one(text).personal_data

    assert (found.value, found.because) == (tuple(kinds), tuple(kinds))


@given(texts=st.lists(st.text(max_size=200), min_size=1, max_size=5))
@settings(deadline=None, max_examples=60)
def test_any_text_can_be_read_and_each_alone_as_in_a_batch(texts):
    batch = read([Seen(text) for text in texts])

    assert batch == [one(text) for text in texts]
    assert all(0 <= found.certainty <= 1 for read_one in batch for found in (read_one.language, read_one.urgency))
