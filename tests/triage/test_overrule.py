"""A person knows better than the readers, and what they said is kept."""

import pytest

from resonanz.kit.errors import NotAllowed, NotFound, Refused
from resonanz.model.models import Case, Message, MessageState, Reading
from resonanz.triage.overrule import overrule_reading
from resonanz.triage.read import read_due
from tests import make


@pytest.fixture
def reading(town):
    make.case(town)
    return Reading.objects.get()


def test_what_a_person_says_holds_when_the_message_is_read_again(town, reading):
    overrule_reading(reading, field="language", value="en", by=town.alice)
    Message.objects.update(state=MessageState.UNREAD, text="Wann kommt ihr wieder zu uns nach Hause?")

    read_due()

    kept = Reading.objects.get()
    assert (kept.language, kept.address_form, kept.overruled) == ("en", "du", {"language": "en"})


def test_urgency_said_by_a_person_moves_the_case(town, reading):
    overrule_reading(reading, field="urgency", value="3", by=town.alice)

    assert (Case.objects.get().urgency, Reading.objects.get().is_safety) == (3, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [("urgency", "4"), ("urgency", "-1"), ("language", "d1"), ("found", "x"), ("is_spam", "perhaps")],
)
def test_what_cannot_be_is_refused(town, reading, field, value):
    with pytest.raises(Refused):
        overrule_reading(reading, field=field, value=value, by=town.alice)


@pytest.mark.parametrize(("person", "error"), [("charlie", NotFound), ("privacy", NotAllowed), ("operator", NotFound)])
def test_only_who_works_the_case_may(town, reading, person, error):
    with pytest.raises((error, NotAllowed)):
        overrule_reading(reading, field="urgency", value="1", by=getattr(town, person))
