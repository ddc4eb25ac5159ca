"""The desk as people use it: with script (htmx parts) and without."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resonanz.casework.search import index_due
from resonanz.compose.draft import open_draft, save_draft, words_hash
from resonanz.kit import clock
from resonanz.model.models import (
    Case,
    CaseState,
    Contact,
    Conversation,
    Delivery,
    DeliveryState,
    Draft,
    DraftState,
    FormerText,
    Message,
    Note,
)
from tests import make

pytestmark = [pytest.mark.page]
HTMX = {"HX-Request": "true"}
PAGES = ("/", "/inbox/", "/inbox/everyday/?view=closed", "/approvals/", "/blocks/", "/blocks/new/", "/outbox/")
PAGES += ("/ledger/", "/ledger/messages/", "/people/", "/journal/", "/team/", "/team/people/", "/me/", "/imports/")


def question(case):
    return Message.objects.filter(conversation__case=case, direction="in").first()


def stranger(number):
    contact = Contact.objects.create(name=f"Person {number}")
    return make.identity(contact, "square", f"u-{number}", f"Person {number}")


def queries_of(browser, path):
    browser.get(path)
    with CaptureQueriesContext(connection) as seen:
        assert browser.get(path).status_code == 200
    return len(seen)


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("path", [*PAGES, "case", "offers"])
def test_every_page_comes_in_both_languages_with_nothing_inline(town, as_, inline_parts, path, language):
    case = make.case(town)
    make.block(de_du="{{ salutation }}, um {{ ask: Uhrzeit }}.")
    paths = {"case": f"/cases/{case.pk}/", "offers": f"/cases/{case.pk}/blocks/"}

    response = as_(town.lead).get(paths.get(path, path), headers={"Accept-Language": language})

    assert response.status_code == 200
    assert inline_parts(response) == []
    assert f'<html lang="{language}"'.encode() in response.content


@pytest.mark.parametrize("path", ["/", "/inbox/", "/rail/"])
def test_more_cases_need_no_more_queries(town, as_, path):
    browser = as_(town.alice)
    make.case(town)

    with_one = queries_of(browser, path)
    make.case(town, who=stranger(1))
    make.case(town, who=stranger(2))

    assert queries_of(browser, path) == with_one


def test_more_messages_need_no_more_queries(town, as_):
    browser, case = as_(town.alice), make.case(town)
    talk = question(case).conversation

    with_one = queries_of(browser, f"/cases/{case.pk}/")
    make.message(talk, "Hallo?")
    make.message(talk, "Noch jemand da?")

    assert queries_of(browser, f"/cases/{case.pk}/") == with_one


def test_more_comments_of_others_need_no_more_queries(town, as_):
    browser, case = as_(town.alice), make.case(town)
    thread = question(case).conversation.thread
    counted = []
    for n in range(4):
        who = stranger(n)
        beside = Conversation.objects.create(account=town.page, native_id=f"beside-{n}", thread=thread, identity=who)
        make.message(beside, "Bei mir auch")
        counted.append(queries_of(browser, f"/cases/{case.pk}/"))

    assert set(counted) == {counted[0]}


def test_the_list_puts_danger_first_and_then_whoever_waits_longest(town, as_):
    late = make.case(town, who=stranger(1), urgency=0, waiting_since=make.NOON)
    early = make.case(town, who=stranger(2), urgency=0, waiting_since=make.NOON.replace(hour=8))
    danger = make.case(town, who=stranger(3), urgency=3, waiting_since=make.NOON.replace(hour=13))
    nobody = make.case(town, who=stranger(4), urgency=0, waiting_since=None)
    answered = make.case(town, who=stranger(5), urgency=3, waiting_since=None)

    response = as_(town.alice).get("/inbox/?part=rows", headers=HTMX)

    shown = [row.case.pk for row in response.context["list"].page.rows]
    assert shown == [danger.pk, early.pk, late.pk, answered.pk, nobody.pk]


def test_the_list_can_be_walked_page_by_page_without_loss_or_repetition(town, as_, monkeypatch):
    monkeypatch.setattr("resonanz.casework.inbox.page.__defaults__", ("", 2))
    made = {
        make.case(town, who=stranger(n), urgency=n % 2, waiting_since=None if n == 4 else make.NOON).pk
        for n in range(5)
    }
    browser, seen, path = as_(town.alice), [], "/inbox/"

    while path:
        shown = browser.get(path).context["list"]
        seen += [row.case.pk for row in shown.page.rows]
        path = shown.more_url

    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize("search", ["Linie", "from:Person", "von:person", "channel:square", "linie from:person"])
def test_a_search_finds_names_words_and_channels(town, as_, search):
    case = make.case(town, who=stranger(1))
    make.case(town, who=make.identity(Contact.objects.create(name="Nobody"), "email", "n", "Nobody"), text="Rechnung")
    index_due()

    response = as_(town.alice).get("/inbox/", {"q": search})

    found = [row.case.pk for row in response.context["list"].page.rows if row.case.pk == case.pk]
    assert found == [case.pk]


def test_a_damaged_place_in_the_list_begins_anew(town, as_):
    make.case(town)

    response = as_(town.alice).get("/inbox/?after=%00%27--")

    assert len(response.context["list"].page.rows) == 1


def test_the_open_case_is_the_same_part_as_a_page_and_alone(town, as_):
    case = make.case(town)
    browser = as_(town.alice)

    whole, part = browser.get(f"/cases/{case.pk}/"), browser.get(f"/cases/{case.pk}/", headers=HTMX)

    assert b"<!doctype" not in part.content
    assert part.content.decode().split('id="talk"')[0].strip()[:30] in whole.content.decode()


def test_taking_a_case_by_part_shows_it_with_a_way_back(town, as_):
    case = make.case(town)

    response = as_(town.alice).post(f"/cases/{case.pk}/claim/", headers=HTMX)

    case.refresh_from_db()
    assert case.assignee == town.alice
    assert b'hx-swap-oob="innerHTML"' in response.content
    assert b'name="_method" value="delete"' in response.content


def test_two_people_cannot_take_the_same_case(town, as_):
    case = make.case(town)
    as_(town.alice).post(f"/cases/{case.pk}/claim/")

    response = as_(town.bob).post(f"/cases/{case.pk}/claim/", headers=HTMX)

    assert response.status_code == 409
    assert "Alice Adler" in response.content.decode()


def test_closing_and_opening_again_work_with_plain_forms(town, as_):
    case, browser = make.case(town), as_(town.alice)
    browser.post(f"/cases/{case.pk}/closure/", {"reason": "no_answer"})
    closed = Case.objects.get(pk=case.pk).state

    browser.post(f"/cases/{case.pk}/closure/", {"_method": "delete"})

    assert (closed, Case.objects.get(pk=case.pk).state) == (CaseState.CLOSED, CaseState.OPEN)


IN_SOME_WEEKS = f"{clock.now() + timedelta(days=40):%Y-%m-%dT08:00}"


@pytest.mark.parametrize(
    "values", [{"until": "1h"}, {"until": "tomorrow"}, {"until": "monday"}, {"until": "at", "at": IN_SOME_WEEKS}]
)
def test_a_case_can_be_put_off_and_stands_under_later(town, as_, values):
    case, browser = make.case(town), as_(town.alice)

    browser.post(f"/cases/{case.pk}/snooze/", values)

    later = browser.get("/inbox/?view=later").context["list"].page.rows
    assert [row.case.pk for row in later] == [case.pk]


@pytest.mark.parametrize("at", ["", "yesterday", "2020-01-01T08:00", "2026-99-99T99:99"])
def test_a_time_that_cannot_be_meant_is_refused_with_a_sentence(town, as_, at):
    case = make.case(town)

    response = as_(town.alice).post(f"/cases/{case.pk}/snooze/", {"until": "at", "at": at}, headers=HTMX)

    assert response.status_code == 422
    assert Case.objects.get(pk=case.pk).state == CaseState.OPEN


def test_who_moves_a_case_out_of_sight_lands_in_the_inbox(town, as_):
    case = make.case(town, queue=town.other_queue)

    response = as_(town.charlie).post(f"/cases/{case.pk}/queue/", {"queue": "everyday"}, headers=HTMX)

    assert response["HX-Redirect"] == "/inbox/"
    assert Case.objects.get(pk=case.pk).queue == town.queue


def test_a_note_stays_with_the_case(town, as_):
    case = make.case(town)

    as_(town.alice).post(f"/cases/{case.pk}/notes/", {"text": "<b>Ruft morgen an</b>"})

    shown = as_(town.bob).get(f"/cases/{case.pk}/").content.decode()
    assert Note.objects.get().by == town.alice
    assert "&lt;b&gt;Ruft morgen an&lt;/b&gt;" in shown


def test_hostile_words_are_shown_and_never_run(town, as_, inline_parts):
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)>"{{ 7*7 }}'
    case = make.case(town, text=evil)

    response = as_(town.alice).get(f"/cases/{case.pk}/")

    assert b"<script>alert" not in response.content
    assert b"<img src=x" not in response.content
    assert b"{{ 7*7 }}" in response.content


def test_what_a_person_says_about_a_reading_holds(town, as_):
    case = make.case(town)
    reading = question(case).reading

    as_(town.alice).post(f"/readings/{reading.pk}/overrule/", {"field": "urgency", "value": "3"})

    case.refresh_from_db()
    assert case.urgency == 3


def test_writing_keeps_itself_and_counts_as_the_channel_counts(town, as_):
    case = make.case(town)
    values = {"target": question(case).pk, "text": "Um 9 Uhr.", "revision": "1", "quiet": "1"}

    response = as_(town.alice).post(f"/cases/{case.pk}/draft/", values, headers=HTMX)

    assert Draft.objects.get().text == "Um 9 Uhr."
    assert "9 / " in response.content.decode()


def test_nothing_of_a_colleague_s_text_is_overwritten(town, as_):
    case = make.case(town)
    draft = open_draft(case, target=question(case), by=town.bob)
    save_draft(draft, text="Bobs Text", revision=draft.revision, by=town.bob)
    values = {"target": question(case).pk, "text": "Alices Text", "revision": "1", "quiet": "1"}

    response = as_(town.alice).post(f"/cases/{case.pk}/draft/", values, headers=HTMX)

    assert Draft.objects.get().text == "Bobs Text"
    assert "Bobs</del>" in response.content.decode()
    assert 'name="mine" value="2"' in response.content.decode()

    as_(town.alice).post(f"/cases/{case.pk}/draft/", {**values, "quiet": "", "both": "2"})

    assert Draft.objects.get().text == "Bobs Text\n\nAlices Text"


def test_the_way_of_a_reply_with_plain_forms(town, as_):
    case = make.case(town)
    alice, lead = as_(town.alice), as_(town.lead)
    alice.post(
        f"/cases/{case.pk}/draft/submission/", {"target": question(case).pk, "text": "Um 9 Uhr.", "revision": "1"}
    )
    waiting = lead.get("/approvals/").context["waiting"][0]

    release = {
        "draft": waiting.draft.pk,
        "content_hash": waiting.shown.content_hash,
        "words": waiting.words,
        "next": "approvals",
    }
    response = lead.post(f"/cases/{case.pk}/draft/release/", release)

    delivery = Delivery.objects.get()
    assert response["Location"] == f"/approvals/?undo=%2Fdeliveries%2F{delivery.pk}%2Fwithdrawal%2F"
    assert f'action="/deliveries/{delivery.pk}/withdrawal/"' in lead.get(response["Location"]).content.decode()
    assert (delivery.state, delivery.content["text"]) == (DeliveryState.WAITING, "Um 9 Uhr.")
    assert b"Um 9 Uhr." in alice.get(f"/cases/{case.pk}/").content


def test_a_release_of_another_text_than_the_one_shown_is_refused(town, as_):
    case = make.case(town)
    as_(town.alice).post(
        f"/cases/{case.pk}/draft/submission/", {"target": question(case).pk, "text": "Um 9 Uhr.", "revision": "1"}
    )

    shown = {"content_hash": "0" * 64, "words": words_hash(question(case))}
    response = as_(town.lead).post(f"/cases/{case.pk}/draft/release/", {"draft": Draft.objects.get().pk} | shown)

    assert response.status_code == 409
    assert Delivery.objects.count() == 0


def test_a_reply_is_sent_back_with_a_reason_that_the_writer_sees(town, as_):
    case = make.case(town)
    alice = as_(town.alice)
    alice.post(f"/cases/{case.pk}/draft/submission/", {"target": question(case).pk, "text": "Joa.", "revision": "1"})

    as_(town.lead).post(
        f"/cases/{case.pk}/draft/rejection/", {"draft": Draft.objects.get().pk, "reason": "Freundlicher"}
    )

    assert Draft.objects.get().state == DraftState.REJECTED
    assert b"Freundlicher" in alice.get(f"/cases/{case.pk}/").content


def test_a_released_reply_can_be_taken_back_before_it_leaves(town, as_):
    case = make.case(town)
    lead = as_(town.lead)
    as_(town.alice).post(
        f"/cases/{case.pk}/draft/submission/", {"target": question(case).pk, "text": "Um 9 Uhr.", "revision": "1"}
    )
    waiting = lead.get("/approvals/").context["waiting"][0]
    lead.post(
        f"/cases/{case.pk}/draft/release/",
        {"draft": waiting.draft.pk, "content_hash": waiting.shown.content_hash, "words": waiting.words},
    )

    lead.post(f"/deliveries/{Delivery.objects.get().pk}/withdrawal/")

    assert Delivery.objects.get().state == DeliveryState.WITHDRAWN
    assert Draft.objects.alive().get().text == "Um 9 Uhr."


def test_open_places_of_a_block_are_asked_for_and_filled(town, as_):
    case = make.case(town)
    block = make.block(de_du="Um {{ ask: Uhrzeit }} Uhr.")
    alice = as_(town.alice)
    alice.post(f"/cases/{case.pk}/draft/insertion/", {"version": block.pk})
    page = alice.get(f"/cases/{case.pk}/").content.decode()
    draft = Draft.objects.get()

    values = {"target": question(case).pk, "text": draft.text, "revision": draft.revision, "gap:ask: Uhrzeit": "9"}
    alice.post(f"/cases/{case.pk}/draft/", values)

    assert 'name="gap:ask: Uhrzeit"' in page
    assert Draft.objects.get().text == "Um 9 Uhr."


def test_text_blocks_are_offered_filled_for_this_customer(town, as_):
    case = make.case(town)
    make.block(name="Linie 2", de_du="{{ salutation }}, um 9.")

    response = as_(town.alice).get(f"/cases/{case.pk}/blocks/?q=linie", headers=HTMX)

    assert "Hallo Ada, um 9." in response.content.decode()


def test_who_else_reads_is_said(town, as_):
    case = make.case(town)
    as_(town.bob).get(f"/stamp?case={case.pk}&writing=1")

    told = as_(town.alice).get(f"/stamp?case={case.pk}").json()

    assert told["present"] in {"Bob Brandt schreibt.", "Bob Brandt is writing."}


def test_private_words_stand_apart_from_public_ones(town, as_):
    case = make.case(town)
    talk = make.conversation(town.page, town.ada_on_square, case=case)
    make.message(talk, "Meine Nummer ist 4711", visibility="private")

    page = as_(town.alice).get(f"/cases/{case.pk}/").content.decode()

    public, private = page.split('class="talk private"')
    assert "4711" not in public.split('id="talk"')[1]
    assert "4711" in private


def test_a_number_on_the_start_page_counts_what_its_link_lists(town, as_):
    make.case(town)
    make.case(town, who=stranger(1), assignee=town.alice)
    browser = as_(town.alice)
    figures = browser.get("/").context["figures"]

    with clock.frozen(clock.now()):
        listed = {f.url: len(browser.get(f.url).context["list"].page.rows) for f in figures if "/inbox/" in f.url}

    assert listed == {f.url: f.number for f in figures if "/inbox/" in f.url}


def test_deleted_edited_and_hidden_words_say_so(town, as_):
    case = make.case(town)
    message = question(case)
    message.edited_at = message.deleted_at = message.hidden_at = make.NOON
    message.save()
    FormerText.objects.create(message=message, version="0", text="Vorher stand hier anderes")

    page = as_(town.alice).get(f"/cases/{case.pk}/", headers={"Accept-Language": "en"}).content.decode()

    said = ["edited", "deleted by its author", "hidden on the platform", "Vorher stand hier anderes"]
    assert [words for words in said if words not in page] == []


def storm(town, case, *, before, behind):
    """Other people speak under the case's post, before its message and behind it."""
    asks = question(case)
    for n in [*range(-before, 0), *range(1, behind + 1)]:
        who, name = stranger(n), f"beside-{n}"
        beside = Conversation.objects.create(
            account=town.page, native_id=name, thread=asks.conversation.thread, identity=who
        )
        make.message(beside, f"Bei mir auch {n}", occurred_at=asks.occurred_at + timedelta(minutes=n))


def test_others_are_shown_dimmed_around_the_case_and_counted(town, as_):
    case = make.case(town)
    storm(town, case, before=8, behind=15)

    page = as_(town.alice).get(f"/cases/{case.pk}/", headers={"Accept-Language": "en"}).content.decode()

    assert re.findall(r"Bei mir auch (-?\d+)", page) == ["-3", "-2", "-1", "1", "2", "3"]
    assert page.count('class="msg other"') == 6
    assert "5 earlier comments by others" in page
    assert "12 later comments by others" in page


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_more_of_the_others_is_shown_on_demand_and_stays_when_the_talk_is_fetched_anew(town, as_, headers):
    case = make.case(town)
    storm(town, case, before=0, behind=15)
    browser = as_(town.alice)
    more = re.search(r'href="(\?|/cases/[^"]*)(to=[^"]*others=23)"', browser.get(f"/cases/{case.pk}/").content.decode())

    path = f"/cases/{case.pk}/talk/" if headers else f"/cases/{case.pk}/"
    page = browser.get(f"{path}?{more.group(2).replace('&amp;', '&')}", headers=headers).content.decode()

    assert page.count('class="msg other"') == 15
    assert 'name="others" value="23"' in page


def test_nothing_found_is_said_with_the_word_that_was_looked_for(town, as_):
    case = make.case(town)
    make.block(name="Linie 2")

    response = as_(town.alice).get(f"/cases/{case.pk}/blocks/?q=xyz", headers={**HTMX, "Accept-Language": "en"})

    assert "No text block begins with “xyz”" in response.content.decode()


def test_a_block_beyond_the_first_dozen_can_be_put_in_without_script(town, as_):
    case = make.case(town)
    versions = [make.block(name=f"Nummer {n:02}", de_du=f"Nummer {n}") for n in range(20)]

    as_(town.alice).post(f"/cases/{case.pk}/draft/insertion/", {"version": versions[-1].pk})

    assert Draft.objects.get().text == "Nummer 19"


def test_public_words_in_a_case_of_another_team_stand_in_the_history_without_a_link(town, as_):
    case, there = make.case(town), make.case(town, queue=town.other_queue, text="Wann fährt die Tram?")
    browser = as_(town.alice)

    pages = [
        browser.get(path, headers={"Accept-Language": "en"})
        for path in (f"/cases/{case.pk}/", f"/people/{town.ada.pk}/")
    ]

    for page in (one.content.decode() for one in pages):
        assert "Wann fährt die Tram?" in page
        assert "belongs to another team" in page
        assert f'href="/cases/{there.pk}/"' not in page


def test_public_words_in_another_case_of_one_s_own_team_are_a_link(town, as_):
    case, there = make.case(town), make.case(town, text="Wann fährt die Tram?")

    page = as_(town.alice).get(f"/cases/{case.pk}/").content.decode()

    assert f'<a class="line" href="/cases/{there.pk}/"' in page
