"""Identities are found by their ids alone; a person's history goes over all channels."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.model.models import Contact, Identity, Message
from resonanz.people.history import timeline, times_asked
from resonanz.people.identify import Face, identify
from tests import make
from tests.make import NOON

FACES = st.builds(
    Face,
    channel=st.sampled_from(["square", "email"]),
    scope=st.sampled_from(["", "1"]),
    native_id=st.sampled_from(["a", "b", "ä", "A"]),
    name=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=8),
    handle=st.just("h"),
    avatar_url=st.just(""),
    at=st.sampled_from([NOON, NOON + timedelta(seconds=1)]),
)


@given(faces=st.lists(FACES, max_size=12))
@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_key_is_one_identity_with_one_contact_however_often_it_comes(db, faces):
    sid = transaction.savepoint()
    Identity.objects.all().delete()

    first = identify(faces, at=NOON)
    again = identify(reversed(faces), at=NOON)

    assert again == first
    assert Identity.objects.count() == len({face.key for face in faces}) == len({k.contact for k in first.values()})
    transaction.savepoint_rollback(sid)


def test_people_of_one_name_are_not_one_person(db):
    known = identify([Face("square", "", one, "Ada", "ada", "", NOON) for one in ("1", "2")], at=NOON)

    assert len({one.contact for one in known.values()}) == 2


def test_a_new_name_is_taken_over_and_an_empty_one_is_not(db):
    identify([Face("square", "", "1", "Ada", "ada", "", NOON)], at=NOON)
    identify([Face("square", "", "1", "Ada Lohmann", "", "", NOON + timedelta(days=1))], at=NOON)

    assert Identity.objects.values_list("name", "handle").get() == ("Ada Lohmann", "ada")


@pytest.mark.parametrize(("called", "becomes"), [("Ada", "Ada Lohmann"), ("Frau Lohmann", "Frau Lohmann")])
def test_a_contact_follows_the_name_unless_a_person_gave_another(db, called, becomes):
    identify([Face("square", "", "1", "Ada", "ada", "", NOON)], at=NOON)
    Contact.objects.update(name=called)

    identify([Face("square", "", "1", "Ada Lohmann", "ada", "", NOON + timedelta(days=1))], at=NOON)

    assert Contact.objects.get().name == becomes


def test_one_identity_cannot_be_two_rows(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.identity(Contact.objects.create(), "square", "u-ada", "another Ada")


def test_a_history_goes_over_all_channels_newest_first(town):
    for who in (town.ada_on_square, town.ada_by_mail, town.ada_on_mastodon):
        make.message(make.conversation(town.page, who), f"über {who.channel}")
    make.message(make.conversation(town.page, make.identity(Contact.objects.create(), "square", "u-bob", "Bob")))

    said = list(timeline(town.ada))

    assert [message.text for message in said] == ["über mastodon", "über email", "über square"]


def test_matters_are_counted_over_all_channels_and_words_about_one_are_one(town):
    mail, square = make.case(town, who=town.ada_by_mail), make.case(town, who=town.ada_on_square)
    talk = square.conversations.get()
    make.message(talk, "Hallo?")

    assert times_asked(town.ada, case=square) == 2
    assert times_asked(town.ada, case=mail) == 1


@pytest.mark.parametrize(("days", "count"), [(29, 2), (31, 1)])
def test_matters_of_more_than_thirty_days_ago_do_not_count(town, days, count):
    before, now = make.case(town), make.case(town)
    at = Message.objects.get(conversation__case=now).occurred_at
    Message.objects.filter(conversation__case=before).update(occurred_at=at - timedelta(days=days))

    assert times_asked(town.ada, case=now) == count


def test_what_others_ask_does_not_count(town):
    make.case(town, who=make.identity(Contact.objects.create(), "square", "u-bob", "Bob"))
    mine = make.case(town)

    assert times_asked(town.ada, case=mine) == 1
