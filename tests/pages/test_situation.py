"""The start page: every number is a link to exactly what it counts, for this person."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resonanz.casework.situation import closing, due, hours, standings
from resonanz.kit import clock
from resonanz.model.models import Approval, Conversation, Coverage, Delivery, Draft, Message
from tests import make

pytestmark = [pytest.mark.page]


def mixed(town):
    """Six cases of every kind in the red team's queue, one in the other team's."""
    now = clock.now()
    for n in range(3):
        make.case(town, urgency=n + 1)
    mine = make.case(town, assignee=town.alice)
    window = make.case(town, text="Antwortet ihr noch?")
    Message.objects.filter(conversation__case=window).update(reply_until=now + timedelta(hours=5))
    late = make.case(town, text="Schon vorbei")
    Message.objects.filter(conversation__case=late).update(reply_until=now - timedelta(minutes=1))
    make.case(town, queue=town.other_queue, urgency=3)
    make.case(town, text="Bis Freitag", due_at=now + timedelta(hours=3), due_reason="versprochen")
    make.case(town, text="Zu spät", due_at=now - timedelta(hours=3), state="snoozed", snoozed_until=now)
    make.case(town, text="Erledigt", due_at=now, state="closed", closed_at=now)
    make.case(town, text="Nächste Woche", due_at=now + timedelta(days=6), state="closed", closed_at=now)
    answered = Message.objects.filter(conversation__case=mine)
    answered.update(coverage=Coverage.ANSWERED, covered_at=now)
    return window


def numbers(page):
    """(address, number) of every link on the page that begins with a number."""
    body = page.content.decode().partition('id="now"')[2]
    found = re.findall(r'<a[^>]*href="(/(?:inbox|ledger)/[^"]*)"[^>]*>(?:<b[^>]*>)?(\d+)', body)
    return {address.replace("&amp;", "&"): int(number) for address, number in found}


def listed(browser, address):
    page = browser.get(address)
    return len(page.context["slice"].rows if "slice" in page.context else page.context["list"].page.rows)


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "lead"])
def test_every_number_is_a_link_to_exactly_what_it_counts(town, as_, who):
    mixed(town)
    browser = as_(getattr(town, who))

    found = numbers(browser.get("/"))

    assert {address: listed(browser, address) for address in found} == found
    assert len(found) >= 5


def test_a_queue_stands_with_its_open_free_and_urgent_cases_and_its_oldest(town):
    mixed(town)

    (mine,) = standings(town.alice)

    assert (mine.open, mine.free, mine.urgent, mine.oldest) == (7, 6, 2, make.NOON)


def test_only_windows_that_are_open_and_close_within_a_day_are_told(town):
    window = mixed(town)

    assert [one.case for one in closing(town.alice)] == [window]
    assert closing(town.charlie) == []


def test_what_is_promised_for_the_next_day_is_told_overdue_first(town):
    mixed(town)

    assert [case.title for case in due(town.alice)] == ["Zu spät", "Bis Freitag"]
    assert due(town.charlie) == []


def test_the_last_24_hours_count_this_persons_reactions_hour_by_hour(town):
    mixed(town)
    talks = Conversation.objects.filter(case__queue=town.queue)
    Message.objects.filter(conversation__in=talks[:2]).update(received_at=clock.now() - timedelta(hours=3))

    day = hours(town.alice)

    assert (len(day), day[-4].count, day[-1].count, sum(one.count for one in day)) == (24, 2, 8, 10)


@pytest.mark.parametrize("who", ["alice", "lead", "operator"])
def test_more_cases_and_queues_take_no_more_questions(town, as_, who):
    browser = as_(getattr(town, who))
    mixed(town)
    with CaptureQueriesContext(connection) as few:
        browser.get("/")
    mixed(town)
    mixed(town)

    with CaptureQueriesContext(connection) as many:
        browser.get("/")

    assert len(many) == len(few)


def test_an_empty_house_says_that_nothing_is_open(town, as_):
    page = as_(town.alice).get("/", headers={"Accept-Language": "en"})

    assert "Nothing is open." in page.content.decode()


def test_a_new_house_shows_the_way_to_the_first_answer_and_what_is_done(town, as_):
    page = as_(town.lead).get("/")

    assert [(step.page, step.is_done) for step in page.context["steps"]] == [
        ("imports", False),
        ("team_invite", True),
        ("block_new", False),
        ("inbox", False),
    ]


def test_the_first_steps_are_gone_once_a_reply_has_left(town, as_):
    make.block()
    case = make.case(town)
    talk = case.conversations.get()
    target = talk.messages.get()
    draft = Draft.objects.create(case=case, conversation=talk, target=target, text="Gern.", written_by=town.alice)
    approval = Approval.objects.create(draft=draft, content_hash="x", decision="released", by=town.lead)
    Delivery.objects.create(
        approval=approval, account=town.page, conversation=talk, target=target, key="k", content={}, state="sent"
    )

    assert as_(town.lead).get("/").context["steps"] == []


def test_who_only_answers_is_not_asked_to_set_the_house_up(town, as_):
    assert [as_(getattr(town, who)).get("/").context["steps"] for who in ("alice", "privacy")] == [[], []]
