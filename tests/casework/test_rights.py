"""Who may give whom which role, and that one operator always remains."""

import pytest

from resonanz.casework.rights import LastOperator, may_change, roles_for, roles_to_give, teams_to_give
from resonanz.casework.team import change_agent, invite_agent
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import Agent, Event, Role
from tests import make

pytestmark = pytest.mark.django_db
ROLES = ("agent", "lead", "editor", "privacy", "operator")
PEOPLE = ("alice", "bob", "charlie", "lead", "editor", "privacy", "operator")


def changed(agent, by, **fields):
    told = {"name": agent.name, "roles": agent.roles, "teams": list(agent.teams.all()), "is_active": True}
    return change_agent(agent, **(told | fields), by=by)


def invited(by, role, teams):
    return invite_agent(
        email=f"{role}@new.example", name="Nora Neu", password="a very good one", roles=[role], teams=teams, by=by
    )


def outcome(act, *arguments, **fields):
    try:
        act(*arguments, **fields)
    except (NotAllowed, Refused) as error:
        return type(error).__name__
    return "done"


def test_only_operators_and_leads_give_roles_and_leads_only_three(town):
    gives = {who: sorted(roles_to_give(getattr(town, who))) for who in PEOPLE}

    assert gives == {who: [] for who in PEOPLE} | {"lead": ["agent", "editor", "lead"], "operator": sorted(ROLES)}


@pytest.mark.parametrize("role", ROLES)
def test_each_person_invites_with_each_role_what_they_may_give(town, role):
    got = {who: outcome(invited, getattr(town, who), role, [town.red]) for who in PEOPLE if who != "operator"}

    lead = "done" if role in {"agent", "lead", "editor"} else "NotAllowed"
    assert got == dict.fromkeys(got, "NotAllowed") | {"lead": lead}


@pytest.mark.parametrize("role", ROLES)
def test_an_operator_gives_any_role(town, role):
    bob = changed(town.bob, town.operator, roles=[role])

    assert (bob.roles, outcome(invited, town.operator, role, [])) == ([role], "done")


def test_a_lead_brings_nobody_into_another_team_and_a_new_person_into_one(town):
    other = outcome(invited, town.lead, "agent", [town.blue])
    none = outcome(invited, town.lead, "agent", [])
    bob = outcome(changed, town.bob, town.lead, teams=[town.red, town.blue])

    assert (other, none, bob, teams_to_give(town.lead)) == ("NotAllowed", "Refused", "NotAllowed", [town.red])


def test_a_lead_leaves_the_teams_of_others_as_they_are(town):
    town.bob.teams.add(town.blue)

    bob = changed(town.bob, town.lead, teams=[])

    assert list(bob.teams.all()) == [town.blue]


@pytest.mark.parametrize(("who", "expected"), [
    ("alice", "done"), ("bob", "done"), ("editor", "done"), ("charlie", "NotAllowed"), ("privacy", "NotAllowed"),
    ("operator", "NotAllowed"),
])  # fmt: skip
def test_a_lead_changes_only_people_of_their_team_without_higher_roles(town, who, expected):
    other = getattr(town, who)

    got = outcome(changed, other, town.lead, name="Neu", is_active=False)

    assert (got, may_change(other, town.lead, own=[town.red])) == (expected, expected == "done")
    assert Agent.objects.get(pk=other.pk).is_active is (expected != "done")


@pytest.mark.parametrize("who", ["alice", "bob", "charlie", "editor", "privacy"])
def test_everybody_else_changes_nobody_not_even_themselves(town, who):
    by = getattr(town, who)

    got = {outcome(changed, getattr(town, one), by, name="Neu") for one in PEOPLE}

    assert got == {"NotAllowed"}


@pytest.mark.parametrize("who", ["lead", "operator"])
def test_nobody_raises_their_own_role(town, who):
    by = getattr(town, who)

    got = {role: outcome(changed, by, by, roles=[*by.roles, role]) for role in ROLES if role not in by.roles}

    assert set(got.values()) == {"NotAllowed"}
    assert roles_for(by, by) == frozenset(by.roles)


def test_a_lead_makes_no_operator_of_anybody_in_their_team(town):
    got = {role: outcome(changed, town.bob, town.lead, roles=["agent", role]) for role in ROLES}

    assert got == {
        "agent": "done", "lead": "done", "editor": "done", "privacy": "NotAllowed", "operator": "NotAllowed",
    }  # fmt: skip


@pytest.mark.parametrize("change", [{"roles": ["lead"]}, {"roles": []}])
def test_the_last_operator_stays_one(town, change):
    Agent.objects.filter(pk=town.operator.pk).update(roles=["lead", "operator"])
    operator = Agent.objects.get(pk=town.operator.pk)

    assert outcome(changed, operator, operator, **change) in {"LastOperator", "Refused"}
    assert "operator" in Agent.objects.get(pk=operator.pk).roles


def test_an_operator_who_may_not_sign_in_does_not_count(town):
    make.agent("Olga Operator", roles=["operator"])
    Agent.objects.filter(name="Olga Operator").update(is_active=False)

    with pytest.raises(LastOperator):
        changed(town.operator, town.operator, roles=["lead"])


def test_of_two_operators_one_may_go(town):
    other = make.agent("Olga Operator", roles=["operator"])

    gone = changed(town.operator, other, is_active=False)

    assert gone.is_active is False


def test_who_lost_the_right_while_the_page_was_open_changes_nobody(town):
    page_opened_by = Agent.objects.get(pk=town.lead.pk)
    changed(town.lead, town.operator, roles=["agent"])

    assert outcome(changed, town.bob, page_opened_by, roles=["lead"]) == "NotAllowed"


def test_a_change_says_what_was_before(town):
    changed(town.bob, town.operator, roles=["agent", "editor"])

    event = Event.objects.get(kind="agent.changed")
    assert (event.by, event.told["before"], event.told["roles"]) == (town.operator, ["agent"], ["agent", "editor"])
    assert Role.EDITOR in town.bob.__class__.objects.get(pk=town.bob.pk).roles
