"""The house that ``bench pages`` fills: what it asks for is there, and a long list takes no more statements."""

import pytest
from django.test import Client

from resonanz.model.models import Case, Message
from resonanz.site.bench.grown import MESSAGES, grow
from resonanz.site.bench.pages import _asked, _queries

pytestmark = [pytest.mark.page, pytest.mark.django_db]


def test_every_address_that_is_measured_answers():
    people = grow(400, 300, 20)
    lead, agent = Client(), Client()
    lead.force_login(people.lead)
    agent.force_login(people.agent)

    told = {(one.kind, one.name): (lead if one.is_lead else agent).get(one.url).status_code for one in _asked(people)}

    assert set(told.values()) == {200}
    assert {kind for kind, _ in told} >= {"inbox", "case"}


def test_the_grown_house_has_the_backlog_that_was_asked_for():
    grow(400, 300, 20)

    assert (Case.objects.open().count(), Case.objects.later().count(), Case.objects.closed().count()) == (300, 20, 80)
    assert Message.objects.count() == 400 * MESSAGES


def test_a_list_of_many_takes_as_many_statements_as_a_list_of_one():
    people = grow(400, 300, 20)
    client = Client()
    client.force_login(people.lead)

    one, many = _queries(client, people)

    assert one.value == many.value
