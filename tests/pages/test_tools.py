"""The tools as people use them: what was typed stays, numbers lead to what they count, odd addresses break nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resonanz.casework.note import add_note
from resonanz.compose.approve import submit_draft
from resonanz.compose.draft import open_draft, save_draft
from resonanz.journal.record import record
from resonanz.model.models import (
    Approval,
    Arrival,
    Contact,
    Delivery,
    FileImport,
    Message,
    Queue,
    Team,
    TextBlock,
    VisibleTo,
)
from resonanz.people.history import timeline
from tests import make

pytestmark = [pytest.mark.page]


def fill_the_house(town, number):
    """One more of everything that the lists show."""
    contact = Contact.objects.create(name=f"Person {number}")
    case = make.case(town, who=make.identity(contact, "square", f"u-{number}", f"Person {number}"))
    target = Message.objects.get(conversation__case=case)
    draft = open_draft(case, target=target, by=town.alice)
    draft = save_draft(draft, text="Um 9 Uhr.", revision=draft.revision, by=town.alice)
    draft = submit_draft(draft, by=town.alice, revision=draft.revision)
    approval = Approval.objects.create(draft=draft, by=town.lead, decision="released", content_hash="x")
    Delivery.objects.create(
        account=town.page, conversation=target.conversation, target=target, approval=approval, key=f"key-{number}",
        content_hash="x", content={"text": "Um 9 Uhr.", "visibility": "public"},
    )  # fmt: skip
    make.block(f"Block {number}", by=town.editor)
    make.account(queue=town.queue, name=f"Account {number}")
    Arrival.objects.create(account=town.page, external_id=f"a-{number}", body=b"{}", state="unreadable")
    FileImport.objects.create(account=town.page, name=f"{number}.csv", path=f"{number}.csv", by=town.lead)
    make.message(make.conversation(town.page, town.ada_on_square, case=make.case(town)))
    record("case.claimed", case, by=town.alice)


LISTS = ("/approvals/", "/blocks/", "/outbox/?view=waiting", "/accounts/", "/people/", "person", "/journal/?all=yes")
LISTS += ("/arrivals/", "/imports/", "/team/", "/ledger/", "/ledger/messages/")


@pytest.mark.parametrize("path", LISTS)
def test_more_rows_need_no_more_queries(town, as_, path):
    town.operator.roles = ["lead", "operator"]
    town.operator.save()
    browser = as_(town.operator)
    path = f"/people/{town.ada.pk}/" if path == "person" else path
    counted = []

    for number in range(3):
        fill_the_house(town, number)
        browser.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(path).status_code == 200
        counted.append(len(seen))

    assert counted[2] == counted[0]


@pytest.mark.parametrize("value", ["²", "9" * 30, "-1", "x", "%00"])
@pytest.mark.parametrize(
    "path", ["/people/?before=", "/ledger/?account=", "/journal/?by=", "/journal/?case=", "/people/?q="]
)
def test_odd_values_in_an_address_break_nothing(town, as_, path, value):
    assert as_(town.lead).get(path + value).status_code == 200


@pytest.mark.parametrize("query", ["to=9999-12-31", "from=0001-01-01", "to=2026-02-31", "from=tomorrow"])
def test_a_day_that_is_none_is_said_beside_the_form(town, as_, query):
    response = as_(town.lead).get(f"/ledger/?{query}", headers={"Accept-Language": "en"})

    assert response.status_code == 422
    assert b"is no day. An example is 2026-11-01." in response.content
    assert b'name="from"' in response.content


def test_a_refused_version_keeps_what_was_typed(town, as_):
    block = make.block(by=town.editor).block
    typed = "{{ no.such.place }}, wir melden uns."

    response = as_(town.editor).post(f"/blocks/{block.pk}/versions/", {"de_du": typed})

    assert response.status_code == 422
    assert typed in response.content.decode()
    assert block.versions.count() == 1


def test_a_refused_new_block_keeps_what_was_typed(town, as_):
    response = as_(town.editor).post("/blocks/new/", {"name": "Neu", "de_du": "{{ no.such.place }} bald."})

    assert response.status_code == 422
    assert "{{ no.such.place }} bald." in response.content.decode()
    assert not TextBlock.objects.filter(name="Neu").exists()


def test_a_refused_account_keeps_what_was_typed_but_no_secret(town, as_):
    typed = {"name": "Zweiter Platz", "base_url": "", "token": "very-secret"}

    response = as_(town.operator).post("/accounts/new/square/", typed)

    assert response.status_code == 422
    assert "Zweiter Platz" in response.content.decode()
    assert "very-secret" not in response.content.decode()


def test_a_refused_invitation_keeps_what_was_typed_but_no_password(town, as_):
    typed = {"name": "Nora Neu", "email": town.alice.email, "password": "a very good one", "roles": ["agent"]}

    response = as_(town.lead).post("/team/people/", typed)

    assert response.status_code == 422
    assert "Nora Neu" in response.content.decode()
    assert "a very good one" not in response.content.decode()


def test_a_queue_whose_name_is_taken_is_said_beside_its_form(town, as_):
    response = as_(town.lead).post("/team/queues/", {"name": town.queue.name, "words": "gas, strom"})

    assert response.status_code == 422
    assert "gas, strom" in response.content.decode()
    assert Queue.objects.count() == 2


def test_a_queue_is_changed_and_another_made_the_default(town, as_):
    other = Queue.objects.exclude(pk=town.queue.pk).get()
    typed = {"name": "Gas & Wasser", "team": "", "words": "gas, wasser, gas", "is_default": "on"}

    response = as_(town.lead).post(f"/team/queues/{other.pk}/", typed)

    other.refresh_from_db()
    assert (response.status_code, other.name, other.team, other.words) == (302, "Gas & Wasser", None, ["gas", "wasser"])
    assert list(Queue.objects.filter(is_default=True)) == [other]


def test_the_last_default_queue_stays_one_and_says_why(town, as_):
    default = Queue.objects.get(is_default=True)

    response = as_(town.lead).post(f"/team/queues/{default.pk}/", {"name": default.name, "words": "neu"})

    assert (response.status_code, Queue.objects.get(is_default=True).words) == (422, default.words)


def test_a_team_is_made_where_it_has_a_name(town, as_):
    response = as_(town.lead).post("/team/teams/", {"name": "Green"})

    assert response.status_code == 302
    assert Team.objects.filter(name="Green").count() == 1


def test_the_journal_speaks_in_words_and_leaves_small_changes_out(town, as_):
    case = make.case(town)
    record("draft.saved", case, by=town.alice)
    record("case.claimed", case, by=town.alice)
    browser = as_(town.lead)

    usual, asked = (
        browser.get(path, headers={"Accept-Language": "en"}) for path in ("/journal/", "/journal/?kind=draft.saved")
    )

    assert b'<td class="told" title="case.claimed">taken</td>' in usual.content
    assert b'title="draft.saved"' not in usual.content
    assert b'title="draft.saved"' in asked.content


def test_private_words_of_a_case_that_a_person_does_not_see_are_not_in_the_history(town):
    elsewhere = make.case(town, queue=town.other_queue)
    talk = elsewhere.conversations.get()
    make.message(talk, "Meine Kundennummer ist 4711.", visibility=VisibleTo.PRIVATE)

    seen = {who: timeline(town.ada, seen_by=getattr(town, who)).count() for who in ("alice", "charlie", "lead")}

    assert seen == {"alice": 1, "charlie": 2, "lead": 2}


def test_after_five_wrong_passwords_the_right_one_does_not_open_either(town, client):
    for _ in range(5):
        client.post("/doors/login/", {"login": town.alice.email, "password": "wrong"})

    client.post("/doors/login/", {"login": town.alice.email, "password": "a good password"})

    assert client.get("/me/").status_code == 302


def test_the_journal_links_to_cases_only_for_readers_who_may_open_them(town, as_):
    cases = make.case(town), make.case(town, queue=town.other_queue)
    for case, by in zip(cases, (town.alice, town.charlie), strict=True):
        add_note(case, text="Hm", by=by)

    pages = {who: as_(getattr(town, who)).get("/journal/").content.decode() for who in ("privacy", "operator")}

    linked = {who: [f'href="/cases/{case.pk}/"' in page for case in cases] for who, page in pages.items()}
    assert linked == {"privacy": [True, True], "operator": [False, False]}
