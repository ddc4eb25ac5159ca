"""Identities are found by their ids alone; a person's history goes over all channels."""

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.model.models import Contact, Identity
from resonanz.people.history import asked_before, timeline
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
    known = identify([Face("square", "", one, "Ada", "ada", "") for one in ("1", "2")], at=NOON)

    assert len({one.contact for one in known.values()}) == 2


def test_a_new_name_is_taken_over_and_an_empty_one_is_not(db):
    identify([Face("square", "", "1", "Ada", "ada", "")], at=NOON)
    identify([Face("square", "", "1", "Ada Lohmann", "", "")], at=NOON)

    assert Identity.objects.values_list("name", "handle").get() == ("Ada Lohmann", "ada")


def test_one_identity_cannot_be_two_rows(town):
    with pytest.raises(IntegrityError), transaction.atomic():
        make.identity(Contact.objects.create(), "square", "u-ada", "another Ada")


def test_a_history_goes_over_all_channels_newest_first(town):
    for who in (town.ada_on_square, town.ada_by_mail, town.ada_on_mastodon):
        make.message(make.conversation(town.page, who), f"über {who.channel}")
    make.message(make.conversation(town.page, make.identity(Contact.objects.create(), "square", "u-bob", "Bob")))

    said = list(timeline(town.ada))

    assert [message.text for message in said] == ["über mastodon", "über email", "über square"]
    assert asked_before(town.ada, before=said[0]) == 2
