"""A person knows better than the readers, and what they said is kept."""

import pytest

from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, NotFound, Refused
from resonanz.model.models import Case, Coverage, Message, MessageState, Reading
from resonanz.triage.overrule import overrule_reading, take_overrule_back
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


def test_a_case_stays_as_urgent_as_the_most_urgent_of_its_open_messages(town, reading):
    leak = make.message(reading.message.conversation, "Es riecht nach Gas!")
    Reading.objects.filter(message=leak).update(urgency=3, is_safety=True)

    overrule_reading(reading, field="urgency", value="0", by=town.alice)
    while_it_is_open = Case.objects.get().urgency
    Message.objects.filter(pk=leak.pk).update(coverage=Coverage.NO_ANSWER, covered_at=clock.now())
    overrule_reading(reading, field="urgency", value="1", by=town.alice)

    assert (while_it_is_open, Case.objects.get().urgency) == (3, 1)


def test_what_needs_no_answer_after_all_is_said_of_the_case(town, reading):
    overrule_reading(reading, field="needs_answer", value="no", by=town.alice)
    without = Case.objects.get().needs_answer
    overrule_reading(reading, field="needs_answer", value="yes", by=town.alice)

    assert (without, Case.objects.get().needs_answer) == (False, True)


def test_a_person_can_say_that_there_is_personal_data(town, reading):
    overrule_reading(reading, field="has_personal_data", value="yes", by=town.alice)

    kept = Reading.objects.get()
    assert (kept.has_personal_data, kept.overruled) == (True, {"has_personal_data": True})


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


@pytest.mark.parametrize(
    ("field", "value"),
    [("urgency", "3"), ("needs_answer", "no"), ("language", "en"), ("address_form", "sie"), ("is_spam", "yes"),
     ("has_personal_data", "yes")],
)  # fmt: skip
def test_what_the_readers_said_holds_again(town, reading, field, value):
    Message.objects.update(state=MessageState.UNREAD, text="Kannst du mir bitte sagen, wann die Linie 2 kommt?")
    read_due()
    columns = [name.attname for name in Reading._meta.concrete_fields if name.attname != "read_at"]
    before = Reading.objects.values(*columns).get()
    reading = overrule_reading(Reading.objects.get(), field=field, value=value, by=town.alice)

    take_overrule_back(reading, field=field, by=town.bob)

    assert Reading.objects.values(*columns).get() == before


def test_taking_back_needs_the_case_the_role_and_something_that_was_read(town, reading):
    assert take_overrule_back(reading, field="urgency", by=town.alice).overruled == {}
    overrule_reading(reading, field="urgency", value="3", by=town.alice)
    with pytest.raises(NotFound):
        take_overrule_back(reading, field="urgency", by=town.charlie)
    with pytest.raises(NotAllowed):
        take_overrule_back(reading, field="urgency", by=town.editor)
    with pytest.raises(Refused):  # made by hand, never read
        take_overrule_back(reading, field="urgency", by=town.alice)
