"""How much an account may send: set by operators, never above the channel, kept when the connection is tried."""

from datetime import timedelta

import pytest

from resonanz.accounts.connect import change_account, check_account
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import Account, Budget, Event
from resonanz.outbox.budget import hold, set_budget, take


def most():
    return Budget.objects.get().most


@pytest.mark.parametrize(("said", "holds"), [(30, 30), (9999, 120), (None, 120)])
def test_an_operator_sets_it_up_to_what_the_channel_allows(desk, said, holds):
    set_budget(desk.account, per_minute=said, by=desk.town.operator)

    assert most() == holds
    assert Event.objects.get(kind="account.budget_set").told == {"most": holds}


def test_trying_the_connection_and_saving_its_settings_keeps_it(desk):
    set_budget(desk.account, per_minute=30, by=desk.town.operator)

    check_account(desk.account, by=desk.town.operator)
    account = Account.objects.get()
    change_account(
        account, name="Neu", settings={"base_url": account.settings["base_url"]}, secrets={}, by=desk.town.operator
    )
    check_account(account, by=desk.town.operator)

    assert (most(), Account.objects.get().settings["sends_per_minute"]) == (30, "30")


def test_it_can_be_left_to_the_channel_again(desk):
    set_budget(desk.account, per_minute=30, by=desk.town.operator)

    set_budget(desk.account, per_minute=None, by=desk.town.operator)

    assert (most(), Account.objects.get().settings) == (120, desk.account.settings)


@pytest.mark.parametrize("who", ["alice", "charlie", "lead", "editor", "privacy"])
def test_nobody_else_sets_it(desk, who):
    with pytest.raises(NotAllowed):
        set_budget(desk.account, per_minute=1, by=getattr(desk.town, who))


@pytest.mark.parametrize("said", [0, -1, 10_001])
def test_a_number_that_makes_no_sense_is_refused(desk, said):
    with pytest.raises(Refused):
        set_budget(desk.account, per_minute=said, by=desk.town.operator)


def test_a_shorter_pause_does_not_end_a_longer_one(desk):
    now = clock.now()
    take(desk.account)
    hold(desk.account, until=now + timedelta(hours=1))

    hold(desk.account, until=now + timedelta(minutes=1))

    assert Budget.objects.get().held_until == now + timedelta(hours=1)
