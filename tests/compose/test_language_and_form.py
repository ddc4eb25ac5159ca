"""A reply speaks as its customer does; where it does not, that is said and nothing is held back."""

import pytest

from resonanz.compose.draft import open_draft, preview, save_draft
from resonanz.model.models import Message
from tests import make

GERMAN = "Liebe Ada, wir sind dran und melden uns bei euch, wenn der Strom wieder da ist."
ENGLISH = "Dear Ada, we are working on it and will tell you when the power is back."


@pytest.fixture
def found(town):
    """The findings about a reply to somebody who was read (or set) like this."""

    def of(text, *, language="", form="", certainty=0.97, contact_language=""):
        case = make.case(town)
        target = Message.objects.latest("pk")
        telling = {"value": language, "certainty": certainty, "because": []}
        target.reading.found = {"language": telling, "address_form": telling}
        target.reading.language, target.reading.address_form = language, form
        target.reading.save()
        town.ada.language = contact_language
        town.ada.save()
        draft = open_draft(case, target=Message.objects.get(pk=target.pk), by=town.alice)
        return preview(save_draft(draft, text=text, revision=draft.revision, by=town.alice))

    return of


@pytest.mark.parametrize(
    ("text", "language", "places"),
    [(GERMAN, "en", ("language.en", "language.de")), (ENGLISH, "de", ("language.de", "language.en"))],
)
def test_a_reply_in_another_language_than_the_writer_s_is_said_and_may_leave(found, text, language, places):
    shown = found(text, language=language)

    assert [(one.code, tuple(one.places.values())) for one in shown.findings] == [("other_language", places)]
    assert shown.may_leave


def test_what_a_person_set_for_the_contact_counts_before_what_was_read(found):
    shown = found(GERMAN, language="de", contact_language="en")

    assert [one.code for one in shown.findings] == ["other_language"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (GERMAN, {"language": "de"}),
        (GERMAN, {"language": ""}),
        (GERMAN, {"language": "en", "certainty": 0.6}),
        ("Danke und bis bald!", {"language": "en"}),
        ("Liebe Ada, the cable was broken und wir sind dran: please have a look, danke.", {"language": "en"}),
    ],
    ids=["same", "unknown", "not sure", "too short", "both"],
)
def test_nothing_is_said_where_it_is_not_certain(found, text, told):
    assert found(text, **told).findings == []


@pytest.mark.parametrize(
    ("text", "form", "codes"),
    [
        ("Gern, bitte melden Sie sich.", "du", ["wrong_form"]),
        ("Gern, melde dich bei uns.", "sie", ["wrong_form"]),
        ("Gern, bitte melden Sie sich.", "sie", []),
        ("Gern, bitte melden Sie sich.", "", []),
    ],
)
def test_du_and_sie_are_compared_only_where_the_customer_was_heard_to_use_one(found, text, form, codes):
    assert [one.code for one in found(text, language="de", form=form).findings] == codes
