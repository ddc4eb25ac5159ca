"""The page of notices, mentions in notes, and reminders on the page of a case."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings

from resonanz.casework.assign import assign_case
from resonanz.casework.browsers import push_due
from resonanz.casework.note import add_note
from resonanz.casework.notices import together, unread, wishes_of
from resonanz.kit import clock
from resonanz.model.models import Browser, Case, FollowUp, Notice
from tests import make

pytestmark = [pytest.mark.page]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def case(town):
    return make.case(town)


def queries(django_assert_max_num_queries, browser):
    with django_assert_max_num_queries(200) as counted:
        browser.get("/notices/")
    return len(counted)


def test_unread_notices_stand_first_and_are_read_one_by_one_or_all(town, case, as_):
    for text in ("@Bob eins", "@Bob zwei", "@Bob drei"):
        add_note(case, text=text, by=town.alice)
    bob, first = as_(town.bob), Notice.objects.order_by("pk").first()

    left = []
    for path, values in (
        (f"/notices/{first.pk}/reading/", {}),
        (f"/notices/{first.pk}/reading/", {"_method": "delete"}),
        ("/notices/reading/", {}),
    ):
        bob.post(path, values)
        left.append(unread(town.bob))

    assert left == [2, 3, 0]


def test_to_open_the_case_is_to_read_its_notices(town, case, as_):
    add_note(case, text="@Bob", by=town.alice)
    add_note(make.case(town), text="@Bob", by=town.alice)

    as_(town.bob).get(f"/cases/{case.pk}/")

    assert unread(town.bob) == 1


def test_of_a_case_that_one_does_not_see_any_more_no_word_is_told(town, case, as_):
    add_note(case, text="@Bob geheim", by=town.alice)
    Case.objects.update(queue=town.other_queue)

    page = as_(town.bob).get("/notices/").content.decode()

    assert "geheim" not in page
    assert str(case.contact) not in page


def test_nobody_reads_or_marks_another_s_notices(town, case, as_):
    add_note(case, text="@Bob hört her", by=town.alice)

    marked = as_(town.lead).post(f"/notices/{Notice.objects.get().pk}/reading/")
    page = as_(town.lead).get("/notices/").content.decode()

    assert marked.status_code == 404
    assert "hört her" not in page
    assert unread(town.bob) == 1


def test_as_many_queries_for_one_notice_as_for_three(town, case, as_, django_assert_max_num_queries):
    bob = as_(town.bob)
    add_note(case, text="@Bob", by=town.alice)
    one = queries(django_assert_max_num_queries, bob)
    for _ in range(2):
        add_note(make.case(town), text="@Bob", by=town.alice)

    assert queries(django_assert_max_num_queries, bob) == one


def test_a_person_chooses_how_to_be_told(town, as_):
    as_(town.bob).post("/notices/ways/", {"way-mentioned": "mail", "way-assigned": "none", "every": "day"})

    chosen = wishes_of(town.bob)

    assert (chosen["mentioned"], chosen["assigned"], chosen["follow_up"]) == ("mail", "none", "page")
    assert town.bob.digest.every == "day"


def test_names_in_notes_are_set_apart_and_nothing_else_is_markup(town, case, as_):
    add_note(case, text="<b>@Bob</b>", by=town.alice)

    page = as_(town.alice).get(f"/cases/{case.pk}/").content.decode()

    assert '&lt;b&gt;<strong class="named">@Bob</strong>&lt;/b&gt;' in page


def test_those_are_offered_who_see_the_case_but_not_oneself(town, case, as_):
    offered = as_(town.alice).get(f"/cases/{case.pk}/colleagues/").content.decode()

    assert [name for name in ("Alice", "Bob", "Charlie", "Lena", "Otto") if name in offered] == ["Bob", "Lena"]


def test_a_reminder_is_set_shown_and_ticked_off_with_an_undo(town, case, as_):
    alice = as_(town.alice)
    alice.post(f"/cases/{case.pk}/follow-ups/", {"when": "monday", "text": "Zähler <i>da</i>?", "agent": town.bob.pk})
    one = FollowUp.objects.get()

    shown = alice.get(f"/cases/{case.pk}/").content.decode()
    path = f"/cases/{case.pk}/follow-ups/{one.pk}/"
    ticked = alice.post(path, {"_method": "delete"}, **HTMX).content.decode()
    gone = FollowUp.objects.open().count()
    alice.post(path)

    assert "Zähler &lt;i&gt;da&lt;/i&gt;?" in shown
    assert f'action="{path}"' in ticked
    assert (gone, FollowUp.objects.open().count()) == (0, 1)


def test_cases_that_were_given_in_one_go_are_told_and_read_as_one(town, as_):
    three = [make.case(town, who=make.identity(make.stranger(), "square", f"p{n}", f"p{n}")) for n in range(3)]
    for one in three:
        assign_case(one, to=town.bob, by=town.lead)
    bob = as_(town.bob)

    page = bob.get("/notices/", headers={"Accept-Language": "en"}).content.decode()
    assert "Lena Lead gave you 3 cases." in page
    assert [f'href="/cases/{one.pk}/"' in page for one in three] == [True] * 3
    bob.post("/notices/reading/", {"notice": [one.pk for one in Notice.objects.all()[:2]]})

    assert unread(town.bob) == 1


def test_what_was_given_by_others_or_later_is_told_apart(town):
    told = [make.case(town, who=make.identity(make.stranger(), "square", f"q{n}", f"q{n}")) for n in range(4)]
    for one, by in zip(told, (town.lead, town.alice, town.lead, town.lead), strict=True):
        Notice.objects.create(agent=town.bob, kind="assigned", case=one, by=by)
    Notice.objects.filter(case=told[3]).update(at=clock.now() + timedelta(minutes=3))

    groups = together(Notice.objects.order_by("pk"))

    assert [len(group) for group in groups] == [1, 1, 1, 1]


def test_a_browser_is_added_named_and_removed_and_left_with_the_door(town, as_, given):
    bob = as_(town.bob)

    bob.post("/notices/browsers/", given("one"), headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"})
    bob.post("/notices/browsers/", given("two"))
    page = bob.get("/notices/").content.decode()
    first = Browser.objects.order_by("pk").first()
    bob.post(f"/notices/browsers/{first.pk}/", {"_method": "delete"})
    left = list(Browser.objects.values_list("name", flat=True))
    bob.post("/doors/logout/")

    assert ("Firefox, Windows" in page, "Probe senden" in page, "In diesem Browser" in page) == (True, True, True)
    assert left == ["Ein Browser"]
    assert not Browser.objects.exists()


def test_nobody_removes_or_tries_the_browser_of_another(town, as_, given):
    as_(town.bob).post("/notices/browsers/", given("one"))
    pk = Browser.objects.get().pk

    answers = [
        as_(town.alice).post(f"/notices/browsers/{pk}/trial/").status_code,
        as_(town.alice).post(f"/notices/browsers/{pk}/", {"_method": "delete"}).status_code,
    ]

    assert (answers, Browser.objects.count()) == ([404, 404], 1)


def test_where_the_house_pushes_nothing_the_page_does_not_speak_of_it(town, as_, monkeypatch):
    push_due()
    monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, browser_push=False))

    page = as_(town.bob).get("/notices/").content.decode()

    assert ('id="push"' in page, 'value="push"' in page) == (False, False)


def test_the_worker_stands_at_the_root_and_is_nobody_s_secret(client):
    answer = client.get("/worker.js")

    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (200, "text/javascript")
    assert b"showNotification" in answer.content


@pytest.fixture
def given(db):
    """What a browser says when it is asked for its address, in a house whose worker has begun."""
    push_due()

    def one(name):
        return {
            "endpoint": f"https://push.example.net/{name}",
            "key": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
            "auth": "BTBZMqHH6r4Tts7J_aSIgg",
        }

    return one
