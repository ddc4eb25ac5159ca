"""The start page says where most is being said, and leads to exactly these cases."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from resonanz.kit import clock
from resonanz.model.models import CaseState, Conversation, Thread
from tests import make

pytestmark = [pytest.mark.page]


def post(town, title, voices, *, queue=None, ago=timedelta(minutes=5), **fields):
    """A post under which so many people speak, each in a case of their own."""
    thread = Thread.objects.create(account=town.page, native_id=title, title=title)
    for n in range(voices):
        who = make.identity(make.stranger(), "square", f"{title}-{n}", f"Person {n}")
        case = make.case(town, who=who, queue=queue or town.queue)
        talk = Conversation.objects.get(case=case)
        talk.thread = thread
        talk.save()
        at = clock.now() - ago
        talk.messages.update(occurred_at=at, received_at=at, **fields)
    return thread


def lively(browser):
    return [(one.thread.title, one.reactions, one.open) for one in browser.get("/").context["lively"]]


def test_the_liveliest_posts_come_first_with_what_is_open_there(town, as_):
    post(town, "Kundenzentrum", 3)
    storm = post(town, "Störung im Netz Süd", 5)
    settled = Conversation.objects.filter(thread=storm).first().case
    settled.state, settled.closed_at = CaseState.CLOSED, clock.now()
    settled.save()

    assert lively(as_(town.alice)) == [("Störung im Netz Süd", 5, 4), ("Kundenzentrum", 3, 3)]


def test_its_number_of_open_cases_is_what_the_link_lists(town, as_):
    post(town, "Kundenzentrum", 3)
    post(town, "Störung im Netz Süd", 5)
    browser = as_(town.alice)

    links = re.findall(r'href="(/inbox/\?post=\d+)">(\d+)', browser.get("/").content.decode())

    listed = [(link, str(len(browser.get(link).context["list"].page.rows))) for link, _n in links]
    assert listed == links
    assert [n for _link, n in links] == ["5", "3"]


@pytest.mark.parametrize(
    "fields",
    [{"visibility": "private"}, {"ago": timedelta(hours=2)}, {"voices": 2}],
    ids=["private", "long ago", "too few"],
)
def test_what_is_no_rush_is_not_shown(town, as_, fields):
    post(town, "Ruhig", fields.pop("voices", 4), **fields)

    assert lively(as_(town.alice)) == []


def test_nobody_sees_posts_of_another_team_s_cases(town, as_):
    there = post(town, "Nur Blau", 4, queue=town.other_queue)
    alice = as_(town.alice)

    assert lively(alice) == []
    assert alice.get(f"/inbox/?post={there.pk}").status_code == 404
    assert lively(as_(town.charlie)) == [("Nur Blau", 4, 4)]


def test_the_views_of_a_post_count_and_keep_the_post(town, as_):
    storm = post(town, "Störung", 3)
    make.case(town)
    browser = as_(town.alice)

    shown = browser.get(f"/inbox/?post={storm.pk}").context["list"]

    counts = {tab.label: (tab.count, tab.url) for tab in shown.tabs}
    assert shown.open == 3
    assert set(counts.values()) >= {(3, f"/inbox/?post={storm.pk}"), (3, f"/inbox/?view=unassigned&post={storm.pk}")}


def test_more_posts_need_no_more_queries(town, as_):
    browser = as_(town.alice)
    post(town, "Eins", 3)

    def queries():
        browser.get("/")
        with CaptureQueriesContext(connection) as seen:
            browser.get("/")
        return len(seen)

    with_one = queries()
    post(town, "Zwei", 4)
    post(town, "Drei", 5)

    assert queries() == with_one
