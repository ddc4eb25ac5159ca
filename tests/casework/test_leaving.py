"""Somebody leaves: their cases wait again, drafts stay, their doors close; a queue without anybody is named."""

from datetime import timedelta

import pytest
from django.test import Client

from resonanz.casework.assign import assign_case
from resonanz.casework.attended import unattended
from resonanz.casework.close import close_case
from resonanz.casework.inbox import Look, cases
from resonanz.casework.snooze import snooze_case
from resonanz.casework.team import change_agent
from resonanz.compose.approve import submit_draft
from resonanz.compose.draft import open_draft, save_draft
from resonanz.kit import clock
from resonanz.model.models import Agent, Case, CloseReason, Draft, Event, Message, Queue
from tests import make

pytestmark = pytest.mark.django_db


def leaves(agent, by, *, is_active=False):
    return change_agent(
        agent, name=agent.name, roles=agent.roles, teams=list(agent.teams.all()), is_active=is_active, by=by
    )


def held(town, agent):
    """A case of this person's: open, put off, closed."""
    found = [make.case(town) for _ in range(3)]
    for case in found:
        assign_case(case, to=agent, by=town.lead)
    snooze_case(found[1], until=clock.now() + timedelta(days=1), by=agent)
    close_case(found[2], reason=CloseReason.SPAM, by=agent)
    return found


def test_the_cases_of_who_leaves_wait_in_their_queue_again(town):
    found = held(town, town.bob)

    leaves(town.bob, town.lead)

    assert list(Case.objects.values_list("assignee", "assigned_at")) == [(None, None)] * 3
    assert [case.queue for case in Case.objects.all()] == [town.queue] * 3
    given_back = Event.objects.filter(kind="case.given_back")
    assert {event.case_id for event in given_back} == {found[0].pk, found[1].pk}
    assert {(event.by, event.told["left"]) for event in given_back} == {(town.lead, town.bob.pk)}


def test_the_cases_of_others_stay_with_them(town):
    case = make.case(town)
    assign_case(case, to=town.alice, by=town.lead)

    leaves(town.bob, town.lead)

    assert Case.objects.get(pk=case.pk).assignee == town.alice


def test_a_draft_that_waits_for_release_stays(town):
    case = make.case(town)
    draft = open_draft(case, target=Message.objects.get(conversation__case=case), by=town.bob)
    draft = save_draft(draft, text="Gern.", revision=draft.revision, by=town.bob)
    submit_draft(draft, by=town.bob, revision=draft.revision)

    leaves(town.bob, town.lead)

    assert Draft.objects.waiting().get().written_by == town.bob


def test_their_sessions_end_and_do_not_come_back(town):
    theirs, others = Client(), Client()
    theirs.force_login(town.bob)
    others.force_login(town.alice)

    leaves(town.bob, town.lead)
    leaves(Agent.objects.get(pk=town.bob.pk), town.lead, is_active=True)

    assert theirs.get("/me/").status_code == 302
    assert others.get("/me/").status_code == 200


def test_a_change_that_lets_somebody_stay_gives_nothing_back(town):
    held(town, town.bob)

    leaves(town.bob, town.lead, is_active=True)

    assert Case.objects.filter(assignee=town.bob).count() == 3


def test_a_queue_whose_whole_team_has_left_is_named_with_what_waits_there(town):
    make.case(town, queue=town.other_queue)
    before = unattended()

    leaves(town.charlie, town.operator)

    (found,) = unattended()
    assert before == []
    assert (found.queue, found.waiting) == (town.other_queue, 1)


def test_a_team_of_people_who_may_not_work_cases_is_nobody(town):
    green = town.red.__class__.objects.create(name="Green")
    queue = Queue.objects.create(name="Strom", slug="strom", team=green)
    town.editor.teams.add(green)

    assert [one.queue for one in unattended()] == [queue]


def test_a_queue_of_all_teams_is_worked_by_anybody(town):
    everybody = Queue.objects.create(name="Alle", slug="alle")
    Agent.objects.exclude(pk=town.operator.pk).update(is_active=False)

    assert everybody in {one.queue for one in unattended()}


def test_a_lead_sees_the_cases_of_a_queue_that_nobody_works(town):
    case = make.case(town, queue=town.other_queue)
    leaves(town.charlie, town.operator)

    assert list(cases(town.lead, Look(queue=town.other_queue))) == [case]
