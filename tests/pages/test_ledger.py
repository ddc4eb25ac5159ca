"""Each number of the ledger leads to exactly what it counts, and to nothing that a person may not see."""

import re

import pytest

from resonanz.kit import clock
from resonanz.model.models import Arrival, ArrivalState, Coverage, Message
from tests import make

pytestmark = [pytest.mark.page]


@pytest.fixture
def full(town):
    """Messages in three states, one of them before the period; arrivals of two reasons."""
    for coverage in ("open", "open", "answered", "spam"):
        make.case(town)
        covered = {"coverage": coverage, "covered_at": clock.now()} if coverage != Coverage.OPEN else {}
        Message.objects.filter(pk=Message.objects.latest("pk").pk).update(received_at=clock.now(), **covered)
    make.case(town)
    Message.objects.filter(pk=Message.objects.latest("pk").pk).update(received_at="2020-01-01T00:00:00Z")
    for n, why in enumerate(("bounce", "bounce", "empty")):
        Arrival.objects.create(
            account=town.page, external_id=f"a{n}", state=ArrivalState.FILTERED, why=why, body=b"{}",
            received_at=clock.now(),
        )  # fmt: skip
    town.lead.roles = ["lead", "operator"]
    town.lead.save()
    return town


def test_every_number_leads_to_as_many_rows(full, as_):
    lead = as_(full.lead)
    page = lead.get("/ledger/").content.decode()

    links = re.findall(
        r'<a (?:class="figure[^"]*" )?href="(/(?:ledger/messages|arrivals)/\?[^"]+)">(?:<b>)?(\d+)', page
    )

    listed = [(link, str(len(lead.get(link.replace("&amp;", "&")).context["slice"].rows))) for link, _n in links]
    assert listed == links
    assert [n for _link, n in links] == ["4", "1", "2", "2", "1", "1", "4", "2", "1"]


def test_the_account_that_was_chosen_narrows_the_numbers_and_their_links(full, as_):
    other = make.account(name="Leer", queue=full.queue)
    lead = as_(full.lead)

    page = lead.get(f"/ledger/?account={other.pk}")

    assert page.context["balance"].messages == 0
    assert f"account={other.pk}" in page.context["open_url"]
    assert lead.get(page.context["open_url"]).context["slice"].rows == []


def test_private_words_of_another_team_are_counted_and_not_shown(town, as_):
    make.case(town, queue=town.other_queue, text="Meine Nummer ist 4711")
    Message.objects.update(visibility="private", received_at=clock.now())

    page = as_(town.alice).get("/ledger/messages/", headers={"Accept-Language": "en"}).content.decode()

    assert "private, belongs to another team" in page
    assert "4711" not in page
    assert "4711" in as_(town.charlie).get("/ledger/messages/").content.decode()


@pytest.mark.parametrize("query", ["state=nonsense", "from=2026-13-01", "account=x", "before=x"])
def test_odd_values_break_nothing(full, as_, query):
    assert as_(full.lead).get(f"/ledger/messages/?{query}").status_code in {200, 422}


def test_who_does_not_look_at_arrivals_gets_no_link_there(full, as_):
    assert "/arrivals/?" not in as_(full.alice).get("/ledger/").content.decode()
