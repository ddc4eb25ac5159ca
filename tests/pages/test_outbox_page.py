"""The outbox with something in it: each kind of trouble is shown with its reason and resolved with one click."""

from datetime import timedelta

import pytest

from resonanz.casework.close import close_case
from resonanz.kit import clock
from resonanz.model.models import Attempt, CloseReason, Delivery, DeliveryState, Draft, Outcome
from tests.outbox.conftest import address, desk, keyless, world

__all__ = ["address", "desk", "keyless", "world"]
pytestmark = [pytest.mark.page]
GERMAN, ENGLISH = {"Accept-Language": "de"}, {"Accept-Language": "en"}


@pytest.fixture
def refused(desk):
    """The platform said that what we answer is gone."""
    delivery = desk.released(desk.asks())
    desk.world.faults.plan("square", "target_gone")
    desk.run()
    return Delivery.objects.get(pk=delivery.pk)


@pytest.fixture
def unsure(keyless):
    """The line broke, and looking for the reply found nothing."""
    delivery = keyless.released(keyless.asks())
    Attempt.objects.create(delivery=delivery, number=1, started_at=clock.now(), outcome=Outcome.UNSURE)
    Delivery.objects.filter(pk=delivery.pk).update(state=DeliveryState.UNSURE)
    keyless.run(1, 3, 6, 10, 20, 40)
    return Delivery.objects.get(pk=delivery.pk)


@pytest.fixture
def waiting(desk):
    """The platform does not answer; the reply is tried again later."""
    delivery = desk.released(desk.asks())
    desk.world.faults.plan("square", "rate_limit", times=2, seconds=600)
    desk.run()
    return Delivery.objects.get(pk=delivery.pk)


def act(browser, delivery, act, view):
    said = browser.post(
        f"/deliveries/{delivery.pk}/resolution/", {"act": act, "view": view}, headers=GERMAN, follow=True
    )
    delivery.refresh_from_db()
    return said


def test_a_refused_reply_is_shown_with_its_reason_in_german(town, as_, refused, inline_parts):
    page = as_(town.lead).get("/outbox/", headers=GERMAN)

    assert refused.state == DeliveryState.REFUSED
    assert page.context["view"] == "problems"
    assert inline_parts(page) == []
    for words in ("Um 1 Uhr.", "nicht angenommen", "Erneut senden", "Zurück zum Entwurf"):
        assert words in page.content.decode()
    assert (
        "Worauf dies antwortet, ist nicht mehr vorhanden (" in page.content.decode()
    )  # in brackets: the platform's words


def test_a_refused_reply_becomes_a_draft_again_with_one_click(town, as_, refused):
    page = act(as_(town.lead), refused, "give_up", "problems")

    assert Draft.objects.alive().get().text == "Um 1 Uhr."
    assert page.context["view"] == "problems"
    assert page.context["slice"].rows == []
    assert "Zur Seite gelegt" in page.content.decode()


@pytest.mark.parametrize(("is_closed", "said"), [(True, "without a new draft"), (False, "There is a draft again")])
def test_putting_aside_says_whether_there_is_a_draft(town, as_, refused, is_closed, said):
    if is_closed:
        close_case(refused.conversation.case, by=town.alice, reason=CloseReason.NO_ANSWER)

    values = {"act": "give_up", "view": "problems"}
    page = as_(town.lead).post(f"/deliveries/{refused.pk}/resolution/", values, headers=ENGLISH, follow=True)

    assert (said in page.content.decode(), Draft.objects.alive().exists()) == (True, not is_closed)


@pytest.mark.parametrize(
    ("choice", "state"),
    [("sent", DeliveryState.SENT), ("not_sent", DeliveryState.WAITING), ("give_up", DeliveryState.UNSURE)],
)
def test_an_uncertain_reply_is_resolved_with_one_click_and_leaves_the_list(town, as_, unsure, choice, state):
    browser = as_(town.lead)
    before = browser.get("/outbox/?view=unsure", headers=GERMAN).content.decode()

    page = act(browser, unsure, choice, "unsure")

    assert "gesucht und nicht gefunden" in before
    assert (unsure.state, page.context["slice"].rows) == (state, [])


def test_a_waiting_reply_says_when_it_leaves_and_is_taken_back_with_one_click(town, as_, waiting):
    browser = as_(town.alice)
    before = browser.get("/outbox/?view=waiting", headers=GERMAN).content.decode()

    act(browser, waiting, "withdraw", "waiting")

    assert "frühestens" in before
    assert waiting.state == DeliveryState.WITHDRAWN


def test_what_came_back_after_it_was_sent_is_not_offered_for_sending_again(town, as_, desk):
    delivery = desk.released(desk.asks())
    desk.run()
    Delivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.REFUSED, said="550 unknown", due_at=clock.now() + timedelta(1)
    )

    page = as_(town.lead).get("/outbox/?view=problems", headers=GERMAN).content.decode()

    assert 'value="again"' not in page
    assert 'value="give_up"' in page


@pytest.mark.parametrize("view", ["problems", "unsure"])
def test_who_may_not_resolve_sees_the_trouble_and_no_button(town, as_, refused, view):
    assert 'name="act"' not in as_(town.alice).get(f"/outbox/?view={view}").content.decode()
