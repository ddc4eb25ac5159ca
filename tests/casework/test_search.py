"""The full text index: what is found, what no longer is, and in which order."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from resonanz.casework import inbox, search
from resonanz.casework.assign import move_case
from resonanz.casework.inbox import Look, View, after_this, page
from resonanz.casework.note import add_note
from resonanz.casework.open import queue_due
from resonanz.casework.query import terms
from resonanz.casework.search import excerpts, forget_gone, index_due, sought
from resonanz.casework.tag import tag_case, untag_case
from resonanz.casework.team import change_queue
from resonanz.kit import clock
from resonanz.model.models import Case, Contact, Message, MessageState
from resonanz.model.search import find
from resonanz.people.about import change_contact
from resonanz.people.merge import merge_contacts, part_contacts
from tests import make


def listed(agent, words, view=View.ALL, **more):
    index_due()
    return [row.case.pk for row in page(agent, Look(view, search=words), **more).rows]


@pytest.fixture
def case(town):
    return make.case(town, text="Seit gestern kein Strom in der Müllerstraße 5.")


def other(town, name="Nobody Else", text="Danke!"):
    contact = Contact.objects.create(name=name)
    return make.case(town, who=make.identity(contact, "square", f"u-{contact.pk}", name), text=text)


@pytest.mark.parametrize(
    "words",
    [
        "Strom", "STROM gestern", "stro", "müllerstraße", "muellerstrasse", "Mullerstr", '"kein Strom"', "5", "lohmann",
        "from:ada", 'von:"Ada Lohmann"', "channel:square", "queue:everyday strom", "thema:every", "is:open strom",
    ],
)  # fmt: skip
def test_a_case_is_found_by_what_it_says(town, case, words):
    other(town)

    assert case.pk in listed(town.alice, words)


@pytest.mark.parametrize(
    "words", ['"Strom kein"', "from:strom", "rom", "channel:email", "is:closed strom", "🔥", "wasser"]
)
def test_what_is_not_said_so_is_not_found(town, case, words):
    assert listed(town.alice, words) == []


def test_notes_tags_and_queues_are_found_and_forgotten_with_them(town, case):
    add_note(case, text="Rückruf vereinbart", by=town.alice)
    tag = tag_case(case, name="Netzstörung", by=town.alice)

    assert listed(town.alice, "rueckruf") == listed(town.alice, "topic:netz") == [case.pk]

    untag_case(case, tag, by=town.alice)
    move_case(case, to=town.other_queue, by=town.lead)

    assert listed(town.lead, "topic:netz") == listed(town.lead, "queue:everyday") == []
    assert listed(town.lead, "queue:tram") == [case.pk]


def test_a_queue_of_another_name_is_found_by_it(town, case):
    assert listed(town.alice, "queue:everyday") == [case.pk]

    change_queue(town.queue, name="Alltag", team=town.red, words=[], is_default=True, by=None)

    assert listed(town.alice, "queue:alltag") == [case.pk]
    assert listed(town.alice, "queue:everyday") == []


def test_names_follow_people_who_are_renamed_merged_and_parted(town, case):
    two = other(town, "Berta Brunn")
    change_contact(two.contact, name="Berta Quelle", language="", address_form="", by=town.alice)
    assert listed(town.alice, "from:quelle") == [two.pk]

    merge = merge_contacts(case.contact, two.contact, by=town.alice)
    assert listed(town.alice, "from:ada") == [two.pk, case.pk]

    part_contacts(merge, by=town.alice)
    assert listed(town.alice, "from:ada") == [case.pk]


def test_an_edited_word_is_found_and_its_former_one_is_not(town, case):
    assert listed(town.alice, "gestern") == [case.pk]
    Message.objects.update(text="Doch Licht!", fresh="", state=MessageState.READ)

    queue_due()

    assert listed(town.alice, "licht") == [case.pk]
    assert listed(town.alice, "gestern") == []


def test_nobody_finds_what_they_may_not_see(town, case):
    assert listed(town.charlie, "strom") == []


def test_pages_follow_each_other_without_a_gap_where_few_may_be_seen(town, monkeypatch):
    monkeypatch.setattr(inbox, "CHUNK", 2)
    made = [other(town, f"P {n}", "kein Strom") for n in range(9)]
    for hidden in made[2:7]:
        Case.objects.filter(pk=hidden.pk).update(queue=town.other_queue)
    index_due()
    seen, after = [], ""

    for _ in range(9):
        shown = page(town.alice, Look(search="strom"), after, 2)
        seen += [row.case.pk for row in shown.rows]
        after = shown.after
        if not after:
            break

    assert seen == [made[n].pk for n in (8, 7, 1, 0)]


def test_a_damaged_key_begins_anew(town, case):
    assert listed(town.alice, "strom", after="9" * 40) == listed(town.alice, "strom", after="x~1") == [case.pk]


def test_the_next_case_of_a_search_is_the_next_that_was_found(town):
    one, two, three = (other(town, f"P {n}", text) for n, text in enumerate(("Strom", "Wasser", "Strom")))
    index_due()
    look = Look(search="strom")

    assert after_this(town.alice, look, three) == one
    assert after_this(town.alice, look, two) == one
    assert after_this(town.alice, look, one) == three


def test_words_of_a_case_that_is_gone_are_gone(town, case):
    index_due()
    pk = case.pk
    Message.objects.all().delete()
    case.conversations.all().delete()
    case.delete()
    query = sought(terms("strom"))

    assert find(query, most=9) == [pk]
    assert forget_gone() == 1
    assert find(query, most=9) == []


def test_the_excerpt_shows_where_it_is_said(town, case):
    long = f"{'Vorher viele Worte. ' * 20}Seit gestern kein Strom, kein Licht.{' Nachher auch.' * 20}"
    Message.objects.update(text=long, fresh="")

    (said,) = excerpts([case.pk], sought(terms('"kein strom" licht'))).values()

    assert [piece for piece, hit in said if hit] == ["kein Strom", "Licht"]
    assert "".join(piece for piece, _hit in said).strip("…") in long
    assert len("".join(piece for piece, _hit in said)) < 200


def test_only_the_newest_words_of_an_endless_case_count(town, case, monkeypatch):
    monkeypatch.setattr(search, "MOST_LETTERS", 30)
    first = Message.objects.get()
    now = clock.now()
    for n, text in enumerate(("Brunnen", "Wiese " * 20)):
        make.message(first.conversation, text, occurred_at=now + timedelta(minutes=n))

    assert listed(town.alice, "wiese") == [case.pk]
    assert listed(town.alice, "brunnen") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(words=st.text(alphabet=st.characters(), max_size=60) | st.text(alphabet="ab\" :*&|()'^-\\N", max_size=40))
def test_whatever_is_typed_is_answered(town, words):
    page(town.alice, Look(search=words.replace("\x00", "")))
