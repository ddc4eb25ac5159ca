"""Two contacts become one person and are parted again, bit for bit, whatever lies between."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.kit.errors import NotAllowed, NotFound, Refused
from resonanz.model.models import (
    Case,
    Consent,
    Contact,
    ContactNote,
    Conversation,
    Event,
    Identity,
    Message,
    Queue,
)
from resonanz.people.about import change_contact, end_consent, give_consent, note_contact
from resonanz.people.history import timeline
from resonanz.people.identify import Face, identify
from resonanz.people.merge import LaterMergeFirst, MergedAlready, follow_merges, merge_contacts, part_contacts
from resonanz.people.suggest import say_two_people, suggestions
from tests import make

TABLES = (Contact, Identity, Case, Conversation, Message, ContactNote, Consent)


def everything():
    """All rows of all tables that a merge could touch."""
    return {table.__name__: list(table.objects.order_by("pk").values()) for table in TABLES}


@pytest.fixture
def ben(town):
    """Somebody else, with a case and a profile of their own."""
    who = make.identity(Contact.objects.create(name="Ben Osei"), "email", "ben@example.org", "ben.osei")
    make.case(town, who=who)
    return who.contact


@pytest.fixture
def ada(town):
    make.case(town)
    return town.ada


def test_after_a_merge_one_person_has_all_profiles_cases_and_words(town, ada, ben):
    merge_contacts(ada, ben, by=town.alice)

    assert Identity.objects.filter(contact=ada).count() == 4
    assert Case.objects.filter(contact=ada).count() == 2
    assert timeline(ada).count() == 2
    assert Event.objects.filter(kind="contact.merged").count() == 1


PARTS = st.fixed_dictionaries(
    {
        "language": st.sampled_from(["", "de", "en"]),
        "address_form": st.sampled_from(["", "du", "sie"]),
        "note": st.sampled_from(["", "ruft lieber an"]),
        "notes": st.integers(0, 2),
        "cases": st.integers(0, 2),
        "consents": st.booleans(),
    }
)


@given(kept=PARTS, gone=PARTS)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merge_then_part_restores_every_row_bit_for_bit(town, ada, ben, kept, gone):
    sid = transaction.savepoint()
    for contact, parts in ((ada, kept), (ben, gone)):
        fields = {name: parts[name] for name in ("language", "address_form", "note")}
        Contact.objects.filter(pk=contact.pk).update(**fields)
        for _n in range(parts["notes"]):
            note_contact(contact, text="ein Wort", by=town.alice)
        for _n in range(parts["cases"]):
            make.case(town, who=contact.identities.first())
        if parts["consents"]:
            give_consent(contact, purpose="quote", how="am Telefon", by=town.alice)
    before = everything()

    merge = merge_contacts(ada, ben, by=town.alice)
    during = everything()
    part_contacts(merge, by=town.bob)

    assert everything() == before
    assert during != before
    transaction.savepoint_rollback(sid)


def test_what_a_profile_brought_while_merged_goes_with_it(town, ada, ben):
    merge = merge_contacts(ada, ben, by=town.alice)
    case = make.case(
        town, who=Identity.objects.get(native_id="ben@example.org"), opened_at=merge.at + timedelta(hours=1)
    )
    Case.objects.filter(pk=case.pk).update(contact=ada)
    hers = make.case(town, opened_at=merge.at + timedelta(hours=1))

    part_contacts(merge, by=town.alice)

    assert [Case.objects.get(pk=one.pk).contact for one in (case, hers)] == [ben, ada]


def test_what_somebody_changed_while_merged_stays(town, ada, ben):
    Contact.objects.filter(pk=ben.pk).update(language="en", address_form="sie")
    merge = merge_contacts(ada, ben, by=town.alice)
    change_contact(ada, name="Ada Lohmann", language="en", address_form="du", by=town.bob)

    part_contacts(merge, by=town.alice)

    ada.refresh_from_db()
    assert (ada.language, ada.address_form) == ("", "du")


def test_merges_are_undone_the_last_one_first(town, ada, ben):
    first = merge_contacts(ada, ben, by=town.alice)
    carl = make.identity(Contact.objects.create(name="Carl"), "square", "carl", "Carl").contact
    make.case(town, who=carl.identities.get())
    second = merge_contacts(carl, ada, by=town.alice)

    first.refresh_from_db()
    with pytest.raises(LaterMergeFirst):
        part_contacts(first, by=town.lead)
    part_contacts(second, by=town.alice)
    part_contacts(first, by=town.alice)

    assert Contact.objects.filter(merged_into__isnull=False).count() == 0


def test_a_person_who_was_merged_cannot_be_merged_again(town, ada, ben):
    merge_contacts(ada, ben, by=town.alice)
    make.case(town, who=make.identity(ben, "square", "left-over", "Ben"))

    with pytest.raises(MergedAlready):
        merge_contacts(ada, ben, by=town.alice)


def test_twice_the_same_person_is_refused(town, ada):
    with pytest.raises(Refused):
        merge_contacts(ada, ada, by=town.alice)


@pytest.mark.parametrize(("who", "error"), [("charlie", NotFound), ("privacy", NotAllowed), ("editor", NotAllowed)])
def test_only_who_sees_and_works_both_may_merge(town, ada, ben, who, error):
    with pytest.raises(error):
        merge_contacts(ada, ben, by=getattr(town, who))

    assert Contact.objects.filter(merged_into__isnull=False).count() == 0


def test_a_new_word_of_a_merged_profile_belongs_to_the_one_person(town, ada, ben):
    merge_contacts(ada, ben, by=town.alice)

    known = identify([Face("email", "", "ben@example.org", "Ben", "ben.osei", "", make.NOON)], at=make.NOON)

    assert {one.contact for one in known.values()} == {ada.pk}


def test_a_case_opened_in_the_moment_of_a_merge_follows_it(town, ada, ben):
    merge_contacts(ada, ben, by=town.alice)
    strayed = make.case(town)
    Case.objects.filter(pk=strayed.pk).update(contact=ben)

    moved = follow_merges()

    strayed.refresh_from_db()
    assert (moved, strayed.contact, follow_merges()) == (1, ada, 0)


def test_the_same_handle_and_the_same_full_name_are_suggested_with_the_reason(town, ada):
    handle = make.identity(Contact.objects.create(name="A. L."), "email", "x", "@ADA L.").contact
    name = Contact.objects.create(name="ada lohmann")
    make.identity(name, "email", "y", "irgendwer")
    for who in (handle, name):
        make.case(town, who=who.identities.get())

    found = suggestions(ada, by=town.alice)

    assert [(one.contact, one.said.partition(":")[0]) for one in found] == [
        (handle, "the same name on the channel"),
        (name, "the same name"),
    ]


def test_a_first_name_alone_or_a_short_handle_suggests_nobody(town, ada):
    for name, handle in (("Ada", "ada"), ("Lohmann", "lo")):
        make.case(town, who=make.identity(Contact.objects.create(name=name), "email", handle, handle))
    make.identity(ada, "file", "lo", "lo")

    assert suggestions(ada, by=town.alice) == []


def test_two_people_are_not_suggested_again_nor_strangers_to_this_agent(town, ada):
    twin = Contact.objects.create(name="Ada Lohmann")
    make.case(town, who=make.identity(twin, "email", "z", "zwilling"))
    hidden = Contact.objects.create(name="Ada Lohmann")
    make.case(town, who=make.identity(hidden, "email", "h", "heimlich"), queue=Queue.objects.get(slug="tram"))

    before = [one.contact for one in suggestions(ada, by=town.alice)]
    say_two_people(ada, twin, by=town.alice)
    say_two_people(twin, ada, by=town.alice)

    assert (before, suggestions(ada, by=town.alice), suggestions(twin, by=town.bob)) == ([twin], [], [])


def test_a_consent_is_written_once_and_ends_once(town, ada):
    first = give_consent(ada, purpose="elsewhere", how="am Telefon, 23.11.", by=town.alice)
    again = give_consent(ada, purpose="elsewhere", how="noch einmal", by=town.bob)
    end_consent(first, by=town.bob)
    end_consent(first, by=town.alice)

    held = Consent.objects.get()
    assert (again, held.how, held.ended_by) == (first, "am Telefon, 23.11.", town.bob)
    assert Event.objects.filter(kind__startswith="contact.consent").count() == 2


@pytest.mark.parametrize(
    "act",
    [
        lambda one, by: give_consent(one, purpose="everything", how="ja", by=by),
        lambda one, by: give_consent(one, purpose="quote", how="  ", by=by),
        lambda one, by: note_contact(one, text=" \n", by=by),
        lambda one, by: note_contact(one, text="x" * 20_001, by=by),
        lambda one, by: change_contact(one, name="  ", language="", address_form="", by=by),
        lambda one, by: change_contact(one, name="Ada", language="tlh", address_form="", by=by),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_kept(town, ada, act):
    before = everything()

    with pytest.raises(Refused):
        act(ada, town.alice)

    assert everything() == before
