"""Notices pushed to browsers: to a push service that is played here, sealed for one browser, never twice."""

import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from resonanz.casework.browsers import (
    MOST_BROWSERS,
    NotABrowser,
    NotPushed,
    PushIsOff,
    TooManyBrowsers,
    add_browser,
    push_due,
    push_key,
    remove_browser,
    try_browser,
)
from resonanz.casework.note import add_note
from resonanz.casework.notices import choose_notices, read_notices
from resonanz.casework.team import change_agent
from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.kit.web_push import text_of
from resonanz.model.models import Browser, Case, Event, NoticeKind
from tests import make
from tests.casework.open_seal import opened, point
from tests.connectors.programmed import Reply, programmed

HOUR = timedelta(hours=1)


class Device:
    """A browser: its keys, and what it reads of what came."""

    def __init__(self, there: str, name: str) -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = name.encode().ljust(16, b"!")[:16]
        self.endpoint = f"{there}/push/{name}"

    def given(self):
        return {"endpoint": self.endpoint, "key": text_of(point(self.private)), "auth": text_of(self.auth)}

    def read(self, body):
        return json.loads(opened(body, self.private, self.auth))


@pytest.fixture
def service(configured):
    with programmed() as plan:
        plan.always(Reply(201))
        configured(private_hosts=frozenset({plan.base_url.removeprefix("http://")}), company="Auenwerke")
        yield plan


@pytest.fixture
def configured(monkeypatch):
    from dataclasses import replace

    def one(**values):
        monkeypatch.setattr(settings, "CONFIG", replace(settings.CONFIG, **values))

    return one


@pytest.fixture
def case(town):
    return make.case(town)


@pytest.fixture
def bob(town, service):
    """Bob, who wishes everything in his browser, and that browser."""
    choose_notices(town.bob, ways=dict.fromkeys(NoticeKind.values, "push"), every="hour", by=town.bob)
    device = Device(service.base_url, "bob")
    device.row = add_browser(town.bob, **device.given(), name="Firefox, Windows", by=town.bob)
    return device


def kinds():
    return list(
        Event.objects.filter(kind__regex=r"^(browser|notices\.push)").order_by("pk").values_list("kind", flat=True)
    )


def test_what_one_is_told_is_pushed_once_sealed_signed_and_without_a_word_of_customers(town, case, service, bob):
    add_note(case, text="@Bob, Frau Berg fragt nach", by=town.alice)

    first, second = push_due(), push_due()

    asked = service.asked[0]
    headers = {name.lower(): value for name, value in asked.headers.items()}
    token, key = headers["authorization"].removeprefix("vapid t=").split(", k=")
    assert (first, second, len(service.asked)) == (1, 0, 1)
    assert bob.read(asked.body) == {
        "title": "Auenwerke",
        "body": f"Alice Adler erwähnt Sie in einer Notiz zu Vorgang {case.pk}.",
        "url": f"/cases/{case.pk}/",
    }
    assert b"Berg" not in asked.body
    assert (headers["content-encoding"], headers["ttl"]) == ("aes128gcm", "3600")
    assert key == push_key().public
    assert jwt.decode(token, options={"verify_signature": False})["aud"] == service.base_url
    assert kinds() == ["browser.added", "notices.pushed"]


def test_many_are_said_in_few_lines_and_lead_to_the_page_of_notices(town, service, bob):
    for _ in range(5):
        add_note(make.case(town), text="@Bob", by=town.alice)

    push_due()

    told = bob.read(service.asked[0].body)
    assert len(service.asked) == 1
    assert (len(told["body"].splitlines()), told["body"].splitlines()[-1], told["url"]) == (
        4,
        "und 2 weitere",
        "/notices/",
    )


@pytest.mark.parametrize("why", ["read", "old", "other kind", "another team", "left", "before", "off"])
def test_what_is_not_to_be_told_there_is_not_pushed(town, service, bob, configured, why):
    add_note(make.case(town), text="@Bob", by=town.alice)
    if why == "read":
        read_notices(by=town.bob)
    if why == "other kind":
        choose_notices(town.bob, ways=dict.fromkeys(NoticeKind.values, "page"), every="hour", by=town.bob)
    if why == "another team":
        Case.objects.update(queue=town.other_queue)
    if why == "left":
        change_agent(town.bob, name="Bob", roles=["agent"], is_active=False, teams=[], by=town.operator)
    if why == "before":
        add_browser(town.bob, **bob.given(), name="Firefox", by=town.bob)
    if why == "off":
        configured(browser_push=False)

    with clock.shifted(2 * HOUR if why == "old" else timedelta()):
        push_due()

    assert service.asked == []


@pytest.mark.parametrize(
    "refusal", [(503, {}, 30), (429, {"Retry-After": "120"}, 120), (500, {"Retry-After": "soon"}, 30)]
)
def test_what_was_surely_not_taken_is_pushed_again_after_a_pause(town, case, service, bob, refusal):
    status, headers, wait_s = refusal
    service.always(Reply(status, headers=headers))
    add_note(case, text="@Bob", by=town.alice)

    push_due()
    at_once = push_due()
    said = Browser.objects.get().said
    service.always(Reply(201))
    with clock.shifted(timedelta(seconds=wait_s + 1)):
        again = push_due()

    assert (at_once, again, len(service.asked)) == (0, 1, 2)
    assert (said, Browser.objects.get().said) == (f"127.0.0.1: {status}", "")
    assert bob.endpoint not in said


def test_where_nobody_knows_whether_it_arrived_it_is_not_pushed_again(town, case, service, bob):
    service.always(Reply(cut=True))
    add_note(case, text="@Bob", by=town.alice)

    push_due()
    service.always(Reply(201))
    with clock.shifted(timedelta(minutes=5)):
        push_due()

    browser = Browser.objects.get()
    assert (len(service.asked), browser.off_at, browser.said != "") == (1, None, True)
    assert bob.endpoint not in browser.said
    assert kinds()[-1] == "notices.push_unsure"


@pytest.mark.parametrize("status", [404, 410, 403, 400])
def test_a_browser_that_takes_nothing_any_more_is_off_until_it_is_added_again(town, case, service, bob, status):
    service.always(Reply(status))
    add_note(case, text="@Bob", by=town.alice)

    push_due()
    add_note(make.case(town), text="@Bob", by=town.alice)
    push_due()
    off = Browser.objects.get().off_at
    add_browser(town.bob, **bob.given(), name="Firefox", by=town.bob)

    assert (len(service.asked), off is not None, Browser.objects.get().off_at) == (1, True, None)
    assert "browser.lost" in kinds()


def test_one_that_cannot_be_reached_ten_times_is_given_up(town, case, service, bob):
    service.always(Reply(503))
    add_note(case, text="@Bob", by=town.alice)

    for _ in range(12):
        Browser.objects.update(due_at=clock.now())
        push_due()

    assert (len(service.asked), kinds().count("browser.lost")) == (10, 1)


def test_a_trial_is_pushed_now_or_says_why_not(town, service, bob):
    try_browser(bob.row, by=town.bob)
    service.always(Reply(410))

    with pytest.raises(NotPushed, match="410"):
        try_browser(bob.row, by=town.bob)

    assert bob.read(service.asked[0].body)["url"] == "/notices/"


def test_what_is_no_browser_or_lies_in_the_house_s_own_network_is_refused(town, service, configured):
    device = Device(service.base_url, "x")
    good = device.given()

    for bad in (
        {"key": ""},
        {"auth": "kurz"},
        {"endpoint": "http://push.example/x"},
        {"endpoint": "https://push.example/" + "x" * 1000},
    ):
        with pytest.raises(NotABrowser):
            add_browser(town.bob, **(good | bad), name="", by=town.bob)
    with pytest.raises(Refused):
        add_browser(town.bob, **good, name="", by=town.alice)
    inside = add_browser(town.bob, **(good | {"endpoint": "https://127.0.0.1:1/x"}), name="", by=town.bob)
    with pytest.raises(NotPushed, match="private network"):
        try_browser(inside, by=town.bob)
    configured(browser_push=False)
    with pytest.raises(PushIsOff):
        add_browser(town.bob, **good, name="", by=town.bob)


def test_a_browser_belongs_to_whoever_added_it_last_and_nobody_has_too_many(town, service, bob):
    add_browser(town.alice, **bob.given(), name="Firefox", by=town.alice)
    for n in range(MOST_BROWSERS - 1):
        add_browser(town.alice, **Device(service.base_url, f"a{n}").given(), name="", by=town.alice)

    with pytest.raises(TooManyBrowsers):
        add_browser(town.alice, **Device(service.base_url, "last").given(), name="", by=town.alice)
    with pytest.raises(Refused):
        remove_browser(Browser.objects.first(), by=town.bob)

    assert set(Browser.objects.values_list("agent__name", flat=True)) == {"Alice Adler"}


def test_no_address_and_no_key_lies_open_in_the_tables(town, service, bob):
    row = Browser.objects.values().get()

    assert bob.endpoint.encode() not in bytes(row["locked"])
    assert "push/bob" not in str({name: value for name, value in row.items() if name != "locked"})
    assert b"PRIVATE KEY" not in bytes(push_key().locked)


def test_whoever_leaves_is_told_nowhere(town, service, bob):
    change_agent(town.bob, name="Bob", roles=["agent"], is_active=False, teams=[], by=town.operator)

    assert not Browser.objects.exists()
