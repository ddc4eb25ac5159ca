"""With which address somebody signs in: an operator changes it, and the former one opens nothing any more."""

import pytest
from allauth.account.models import EmailAddress

from resonanz.casework.team import change_address
from resonanz.kit.errors import Conflict, NotAllowed, Refused
from resonanz.model.models import Agent, Event

pytestmark = pytest.mark.django_db
NEW = "Alice.Neu@auenwerke.example"


def address_of(agent):
    return Agent.objects.get(pk=agent.pk).email


def test_an_operator_changes_an_address_and_the_former_one_is_gone(town):
    EmailAddress.objects.create(user=town.alice, email=town.alice.email, primary=True, verified=True)

    change_address(town.alice, NEW, by=town.operator)

    assert (address_of(town.alice), EmailAddress.objects.count()) == (NEW.lower(), 0)
    assert list(Event.objects.values_list("kind", "by", "subject_id", "told")) == [
        ("agent.address_changed", town.operator.pk, town.alice.pk, {})
    ]


def test_the_same_address_again_changes_nothing(town):
    change_address(town.alice, town.alice.email.upper(), by=town.operator)

    assert Event.objects.count() == 0


@pytest.mark.parametrize("who", ["alice", "lead", "editor", "privacy"])
def test_nobody_else_changes_addresses(town, who):
    with pytest.raises(NotAllowed):
        change_address(town.alice, NEW, by=getattr(town, who))

    assert address_of(town.alice) == town.alice.email


def test_nobody_changes_their_own(town):
    with pytest.raises(NotAllowed):
        change_address(town.operator, NEW, by=town.operator)


@pytest.mark.parametrize("address", ["", "no address", "a@", "a@b c.example"])
def test_what_is_no_address_is_refused(town, address):
    with pytest.raises(Refused):
        change_address(town.alice, address, by=town.operator)


def test_an_address_belongs_to_one_person(town):
    with pytest.raises(Conflict):
        change_address(town.alice, town.bob.email, by=town.operator)
