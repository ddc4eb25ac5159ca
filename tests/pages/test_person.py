"""The page of a person: found, addressed, noted, consented, merged and parted; only for who sees a case of theirs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resonanz.model.models import Contact, ContactNote, Merge
from tests import make

pytestmark = [pytest.mark.page]


@pytest.fixture
def twin(town):
    """Ada once more, by mail under the same name."""
    make.case(town)
    contact = Contact.objects.create(name="Ada Lohmann")
    make.case(town, who=make.identity(contact, "email", "ada@work.example", "a.lohmann"))
    return contact


def page(browser, contact, **query):
    return browser.get(f"/people/{contact.pk}/", query).content.decode()


def test_somebody_of_the_same_name_is_suggested_compared_merged_and_parted(town, as_, twin):
    browser = as_(town.alice)

    assert f"/people/{town.ada.pk}/merge/?with={twin.pk}" in page(browser, town.ada)
    side_by_side = browser.get(f"/people/{town.ada.pk}/merge/", {"with": twin.pk}).content.decode()
    assert [f'action="/people/{pk}/merge/"' in side_by_side for pk in (town.ada.pk, twin.pk)] == [True, True]
    browser.post(f"/people/{town.ada.pk}/merge/", {"with": twin.pk})
    assert browser.get(f"/people/{twin.pk}/")["Location"] == f"/people/{town.ada.pk}/"
    assert "ada@work.example" not in page(browser, town.ada)
    assert "a.lohmann" in page(browser, town.ada)
    browser.post(f"/merges/{Merge.objects.get().pk}/parting/")

    assert browser.get(f"/people/{twin.pk}/").status_code == 200
    assert "a.lohmann" not in page(browser, town.ada).partition("profiles-title")[2].partition("</section>")[0]


def test_anybody_can_be_looked_for_by_name_or_profile(town, as_, twin):
    assert f"?with={twin.pk}" in page(as_(town.alice), town.ada, find="a.lohm")


def test_a_note_a_form_of_address_and_a_consent_are_kept(town, as_):
    make.case(town)
    browser, where = as_(town.alice), f"/people/{town.ada.pk}/"

    browser.post(f"{where}notes/", {"text": "Ruft lieber an."})
    browser.post(f"{where}about/", {"name": "Dr. Ada Lohmann", "language": "de", "address_form": "sie"})
    browser.post(f"{where}consents/", {"purpose": "quote", "how": "am Telefon"})

    shown = page(browser, town.ada)
    assert all(text in shown for text in ("Ruft lieber an.", "Dr. Ada Lohmann", "am Telefon"))
    town.ada.refresh_from_db()
    assert (town.ada.address_form, town.ada.consents.count()) == ("sie", 1)


def test_a_consent_without_its_how_comes_back_with_what_was_typed(town, as_):
    make.case(town)

    answer = as_(town.alice).post(f"/people/{town.ada.pk}/consents/", {"purpose": "link", "how": ""})

    assert answer.status_code == 422
    assert '<option value="link" selected>' in answer.content.decode()


@pytest.mark.parametrize("who", ["privacy", "editor"])
def test_reading_roles_see_the_person_and_no_acts(town, as_, who):
    make.case(town)

    shown = page(as_(getattr(town, who)), town.ada)

    assert ("Ada Lohmann" in shown, 'method="post" action="/people/' in shown) == (True, False)


def test_names_are_shown_as_text_whatever_they_hold(town, as_, inline_parts):
    evil = '"><script>alert(1)</script>' + "\u202eabc" + "Z̷̛̤" * 60
    make.case(town)
    Contact.objects.filter(pk=town.ada.pk).update(name=evil[:200])

    answer = as_(town.alice).get(f"/people/{town.ada.pk}/")

    assert (answer.status_code, inline_parts(answer)) == (200, [])


def test_more_suggestions_and_notes_take_no_more_questions(town, as_, twin):
    browser = as_(town.alice)
    with CaptureQueriesContext(connection) as few:
        page(browser, town.ada)
    for n in range(3):
        other = Contact.objects.create(name="Ada Lohmann")
        make.case(town, who=make.identity(other, "email", f"n{n}", f"n{n}"))
        ContactNote.objects.create(contact=town.ada, by=town.bob, text="noch eine")

    with CaptureQueriesContext(connection) as many:
        page(browser, town.ada)

    assert len(many) <= len(few) + 1  # the first note brings its author


def test_the_history_is_narrowed_to_theirs_ours_and_one_channel(town, as_):
    make.case(town, text="Auf dem Platz")
    mail = make.account(channel="email", queue=town.queue)
    talk = make.conversation(mail, town.ada_by_mail, case=make.case(town, text="Noch etwas"))
    make.message(talk, "Per Post")
    make.message(talk, "Unsere Antwort", direction="out", author=None, coverage="")
    browser = as_(town.alice)

    def shown(**query):
        slice_ = browser.get(f"/people/{town.ada.pk}/", query).context["slice"]
        return {message.text for message in slice_.rows}

    assert shown() == {"Auf dem Platz", "Noch etwas", "Per Post", "Unsere Antwort"}
    assert shown(who="in") == {"Auf dem Platz", "Noch etwas", "Per Post"}
    assert shown(who="out") == {"Unsere Antwort"}
    assert shown(channel="email") == {"Per Post", "Unsere Antwort"}
    assert shown(channel="mastodon") == set()
    assert shown(who="\x00nobody") == shown()


def test_what_came_with_a_message_stands_in_the_history_where_its_case_is_seen(town, as_):
    case = make.case(town)
    make.picture(case.conversations.get().messages.get(), "laterne.png")

    assert "laterne.png" in page(as_(town.alice), town.ada)
    assert as_(town.charlie).get(f"/people/{town.ada.pk}/").status_code == 404
