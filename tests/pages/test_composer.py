"""The composer's acts: one way to send and its alternatives, public and private, nothing sent twice."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from resonanz.casework.close import close_case, reopen_case
from resonanz.compose.approve import submit_draft
from resonanz.compose.draft import WouldBePublic, open_draft, preview, save_draft, words_hash
from resonanz.connectors.registry import connector
from resonanz.kit import clock
from resonanz.model.models import Case, CloseReason, Delivery, Draft, DraftState, Message
from tests import make

pytestmark = [pytest.mark.page]
HTMX = {"HX-Request": "true"}


def question(case):
    return Message.objects.filter(conversation__case=case, direction="in").first()


def draft_of(case, by, text="Um 9 Uhr.", **values):
    draft = open_draft(case, target=question(case), by=by)
    return save_draft(draft, text=text, revision=draft.revision, by=by, **values)


def typed(case, text="Um 9 Uhr.", **more):
    return {"target": question(case).pk, "text": text, "revision": 1} | more


def shown(draft):
    return {
        "draft": draft.pk, "content_hash": preview(draft).content_hash, "words": words_hash(draft.target),
        "target": draft.target_id, "text": draft.text, "revision": draft.revision,
    }  # fmt: skip


@pytest.fixture
def two_eyes(monkeypatch):
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, four_eyes=False))


@pytest.fixture
def three_cases(town):
    return [make.case(town, who=make.identity(make.stranger(), "square", f"u-{n}", f"Person {n}")) for n in range(3)]


def test_submit_and_next_opens_the_case_behind_in_the_same_list(town, as_, three_cases):
    first, second, _third = three_cases
    values = typed(first, then="next", list_query="queue=everyday")

    answer = as_(town.alice).post(f"/cases/{first.pk}/draft/submission/", values, headers=HTMX)

    assert answer["HX-Push-Url"] == f"/cases/{second.pk}/?queue=everyday"
    assert f'data-case="{second.pk}"' in answer.content.decode()
    assert Draft.objects.get().state == DraftState.WAITING


def test_next_behind_the_last_case_is_the_first(town, as_, three_cases):
    first, _second, third = three_cases

    answer = as_(town.alice).post(f"/cases/{third.pk}/draft/submission/", typed(third, then="next"))

    assert answer["Location"] == f"/cases/{first.pk}/"


def test_next_where_nobody_else_waits_is_the_list(town, as_):
    case = make.case(town)

    answer = as_(town.alice).post(f"/cases/{case.pk}/draft/submission/", typed(case, then="next"), headers=HTMX)

    assert answer["HX-Redirect"] == "/inbox/"


def test_next_never_leads_to_a_case_of_another_team(town, as_, three_cases):
    first, *others = three_cases
    Case.objects.filter(pk__in=[one.pk for one in others]).update(queue=town.other_queue)

    answer = as_(town.alice).post(f"/cases/{first.pk}/draft/submission/", typed(first, then="next"))

    assert answer["Location"] == "/inbox/"


@pytest.mark.parametrize(("then", "closes"), [("", False), ("next", False), ("close", True), ("close-next", True)])
def test_what_is_sent_closes_its_case_as_the_pressed_button_says(town, as_, three_cases, then, closes):
    case = three_cases[0]

    as_(town.alice).post(f"/cases/{case.pk}/draft/submission/", typed(case, then=then))

    assert Draft.objects.get().closes_case is closes


def test_the_button_does_next_time_what_the_person_did_last(town, as_, three_cases):
    browser, (first, second, _third) = as_(town.alice), three_cases
    browser.post(f"/cases/{first.pk}/draft/submission/", typed(first, then="close-next"))

    page = browser.get(f"/cases/{second.pk}/").content.decode()

    assert re.search(r'id="send" name="then" value="close-next"', page)


def test_a_released_reply_can_be_taken_back_from_the_next_case_and_opens_its_own_again(town, as_, three_cases):
    lead, (first, second, _third) = as_(town.lead), three_cases
    draft = draft_of(first, town.alice)

    answer = lead.post(f"/cases/{first.pk}/draft/release/", shown(draft) | {"then": "next"}, headers=HTMX)
    delivery = Delivery.objects.get()
    assert f'data-case="{second.pk}"' in answer.content.decode()
    assert f'action="/deliveries/{delivery.pk}/withdrawal/"' in answer.content.decode()
    assert f'data-seconds="{settings.CONFIG.undo_seconds}"' in answer.content.decode()

    back = lead.post(f"/deliveries/{delivery.pk}/withdrawal/", headers=HTMX)
    assert f'data-case="{first.pk}"' in back.content.decode()
    assert back["HX-Push-Url"] == f"/cases/{first.pk}/"


def test_without_script_the_notice_on_the_next_page_carries_the_way_back(town, as_, three_cases):
    lead, draft = as_(town.lead), draft_of(three_cases[0], town.alice)

    page = lead.post(f"/cases/{draft.case_id}/draft/release/", shown(draft) | {"then": "next"}, follow=True)

    assert f'action="/deliveries/{Delivery.objects.get().pk}/withdrawal/"' in page.content.decode()


def test_a_reply_sent_twice_by_a_double_click_leaves_once(town, as_):
    draft = draft_of(make.case(town), town.alice)
    values = shown(draft)

    codes = [as_(town.lead).post(f"/cases/{draft.case_id}/draft/release/", values).status_code for _ in range(2)]

    assert codes == [302, 404]
    assert Delivery.objects.count() == 1


def test_who_needs_nobody_sends_what_they_wrote_at_once(town, as_, two_eyes):
    browser, case = as_(town.alice), make.case(town)
    assert 'data-main data-send="">' in (page := browser.get(f"/cases/{case.pk}/").content.decode())
    assert "/draft/release/" in page
    draft = draft_of(case, town.alice)

    browser.post(f"/cases/{case.pk}/draft/release/", shown(draft))

    assert Delivery.objects.get().content["text"] == "Um 9 Uhr."


def test_private_words_do_not_become_public_unasked(town):
    draft = draft_of(make.case(town), town.alice, visibility="private")

    with pytest.raises(WouldBePublic):
        save_draft(draft, text="Anders.", revision=draft.revision, by=town.alice, visibility="public")
    told = {"revision": draft.revision, "by": town.alice, "visibility": "public"}
    assert save_draft(draft, text="Anders.", **told, others_may_read=True).visibility == "public"


@pytest.mark.parametrize("headers", [HTMX, {}])
def test_the_way_back_to_the_public_asks_first_and_shows_what_speaks_against_it(town, as_, headers):
    browser, case = as_(town.alice), make.case(town)
    draft = draft_of(case, town.alice, "Ihre Kundennummer 4711 0815 stimmt.", visibility="private")
    address = f"/cases/{case.pk}/draft/visibility/"
    values = shown(draft) | {"visibility": "private"}

    asked = browser.post(address, values | {"as": "public"}, headers=headers)
    assert 'name="sure" value="public"' in asked.content.decode()
    assert "note hot" in asked.content.decode()
    assert Draft.objects.get().visibility == "private"

    browser.post(address, values | {"sure": "public"}, headers=headers)
    assert Draft.objects.get().visibility == "public"


def test_an_empty_composer_changes_its_way_without_a_question_and_without_a_draft(town, as_):
    case = make.case(town)
    values = {"target": question(case).pk, "text": "", "visibility": "public", "as": "private"}

    answer = as_(town.alice).post(f"/cases/{case.pk}/draft/visibility/", values, headers=HTMX)

    assert 'class="composer private"' in answer.content.decode()
    assert Draft.objects.count() == 0


def test_who_can_read_the_answer_is_said_in_words(town, as_):
    case = make.case(town)

    public, private = (
        as_(town.alice).get(f"/cases/{case.pk}/?as={way}", headers={"Accept-Language": "en"}).content.decode()
        for way in ("public", "private")
    )

    assert "Everybody can read this." in public
    assert "Only Ada L. can read this." in private


def test_an_answer_that_is_on_its_way_to_the_same_message_is_told(town, as_):
    draft = draft_of(make.case(town), town.alice)
    as_(town.lead).post(f"/cases/{draft.case_id}/draft/release/", shown(draft))

    page = as_(town.bob).get(f"/cases/{draft.case_id}/", headers={"Accept-Language": "en"}).content.decode()

    assert "An answer to this by Alice Adler is on its way: “Um 9 Uhr.”" in page


def test_a_submitted_draft_says_that_its_case_closes(town, as_):
    draft = draft_of(make.case(town), town.alice)
    submit_draft(draft, by=town.alice, revision=draft.revision, close_case=True)

    page = as_(town.lead).get(f"/cases/{draft.case_id}/", headers={"Accept-Language": "en"}).content.decode()

    assert "Once it is sent, the case is closed." in page


def test_personal_data_in_a_public_answer_is_named_and_marked(town, as_):
    draft = draft_of(make.case(town), town.alice, "Ihre Kundennummer 4711 0815 <b> stimmt.")

    page = as_(town.alice).get(f"/cases/{draft.case_id}/", headers={"Accept-Language": "en"}).content.decode()

    assert "Everybody could read this customer or contract number: 4711 0815." in page
    assert '<span class="bare">4711 0815</span> &lt;b&gt; stimmt.' in page


def test_a_block_is_offered_with_its_whole_text(town, as_):
    make.block(de_du="Anfang. " + "Mitte. " * 40 + "Ende.")
    case = make.case(town)

    page = as_(town.alice).get(f"/cases/{case.pk}/blocks/?target={question(case).pk}", headers=HTMX).content.decode()

    assert page.count("Ende.") == 2


def test_the_length_is_told_while_somebody_writes_and_nothing_is_kept(town, as_):
    case = make.case(town)

    answer = as_(town.alice).post(f"/cases/{case.pk}/draft/length/", typed(case, "x" * 2003), headers=HTMX)

    assert "2003 / 2000 · 3 zu viel" in answer.content.decode()
    assert Draft.objects.count() == 0


def test_the_preview_marks_from_where_on_the_text_is_too_long(town, as_):
    case = make.case(town)
    draft_of(case, town.alice, text="Guten Tag. " + "x" * 1989 + "Ende.")

    page = as_(town.alice).get(f"/cases/{case.pk}/").content.decode()

    assert '<span class="cut">ab hier zu lang</span><span class=" over">Ende.</span>' in page


@pytest.mark.parametrize(
    ("left", "told", "tone"),
    [
        (timedelta(minutes=50), "Antwort möglich bis", "hot"),
        (timedelta(hours=3), "Antwort möglich bis", "faint"),
        (-timedelta(minutes=1), "Die Zeit für eine Antwort ist vorbei.", "hot"),
    ],
)
def test_until_when_an_answer_is_possible_stands_beside_its_length(town, as_, left, told, tone):
    case = make.case(town)
    Message.objects.update(reply_until=clock.now() + left)

    page = as_(town.alice).get(f"/cases/{case.pk}/").content.decode()

    assert re.search(rf'class="s n {tone}" id="window">{told}', page)


def test_without_an_end_nothing_is_said_of_one(town, as_):
    case = make.case(town)

    assert 'id="window"' not in as_(town.alice).get(f"/cases/{case.pk}/").content.decode()


def test_the_answer_is_shown_as_it_will_look_there(town, as_):
    case = make.case(town)
    draft_of(case, town.alice, "Um 9 Uhr <b>oder</b> später.")

    page = as_(town.alice).get(f"/cases/{case.pk}/", headers={"Accept-Language": "en"}).content.decode()
    there = page.partition('id="as-there"')[2].partition("</details>")[0]

    assert "Um 9 Uhr &lt;b&gt;oder&lt;/b&gt; später." in there
    assert str(town.page.name) in there
    assert question(case).own_words in there


def test_what_a_platform_asks_for_a_reply_stands_beside_its_length(town, as_, monkeypatch):
    case, browser = make.case(town), as_(town.alice)
    free = browser.get(f"/cases/{case.pk}/").content.decode()

    square = connector("square")
    monkeypatch.setattr(square, "manifest", replace(square.manifest, price_per_send="0.015 USD"))
    priced = browser.get(f"/cases/{case.pk}/").content.decode()

    assert 'id="price"' not in free
    assert '<span class="s n faint" id="price">kostet 0.015 USD</span>' in priced


def test_half_an_answer_to_a_text_block_is_not_put_in_while_the_text_is_kept_by_itself(town, as_):
    case, browser = make.case(town), as_(town.alice)
    values = typed(case, "Um {{ ask: Uhrzeit }} Uhr.", **{"gap:ask: Uhrzeit": "1"})

    browser.post(f"/cases/{case.pk}/draft/", values | {"quiet": "1"}, headers=HTMX)
    kept = Draft.objects.get()
    browser.post(
        f"/cases/{case.pk}/draft/", values | {"gap:ask: Uhrzeit": "18", "revision": kept.revision}, headers=HTMX
    )

    assert (kept.text, Draft.objects.get().text) == ("Um {{ ask: Uhrzeit }} Uhr.", "Um 18 Uhr.")


def test_a_wording_is_set_aside_and_taken_up_from_the_composer(town, as_):
    case, browser = make.case(town), as_(town.alice)

    aside = browser.post(f"/cases/{case.pk}/draft/alternatives/", typed(case, "Um 9 Uhr."), headers=HTMX)
    begun = aside.content.decode()
    draft = Draft.objects.get()
    beside = draft.alternatives.get()
    address = f"/cases/{case.pk}/draft/alternatives/{beside.pk}/"
    taken = browser.post(address, typed(case, "Gegen Morgen.", revision=draft.revision), headers=HTMX).content.decode()

    assert (f'id="wording-{beside.pk}"' in begun, ">Um 9 Uhr.</button>" in begun) == (True, True)
    assert ">Um 9 Uhr.</textarea>" in taken
    assert ">Gegen Morgen.</button>" in taken
    assert browser.post(address, typed(case)).status_code == 302  # without script, too
    other = make.case(town)
    assert browser.post(address.replace(f"/{case.pk}/", f"/{other.pk}/", 1), typed(other)).status_code == 404


@pytest.mark.parametrize("begun", ["", "Ein neuer Anfang."])
def test_words_of_a_draft_that_went_with_its_case_are_kept_in_a_new_one_over_nobody_else_s(town, as_, begun):
    case, browser = make.case(town), as_(town.alice)
    seen = draft_of(case, town.alice, "Um 9")
    close_case(case, by=town.bob, reason=CloseReason.NO_ANSWER)
    reopen_case(Case.objects.get(pk=case.pk), by=town.bob)
    if begun:
        draft_of(Case.objects.get(pk=case.pk), town.bob, begun)
    values = typed(case, draft=seen.pk, revision=seen.revision, quiet="1")

    answer = browser.post(f"/cases/{case.pk}/draft/", values, headers=HTMX).content.decode()

    assert Draft.objects.alive().get().text == (begun or "Um 9 Uhr.")
    assert ("data-conflict" in answer) == bool(begun)
