"""One act on many cases: told exactly, and taken back as far as nobody changed a case since."""

from datetime import timedelta

import pytest

from resonanz.casework.assign import assign_case, claim_case
from resonanz.casework.bulk import MOST, Act, NotOnesOwn, act_on, take_back
from resonanz.casework.close import close_case
from resonanz.casework.snooze import snooze_case
from resonanz.compose.draft import open_draft, save_draft
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, NotFound, Refused
from resonanz.model.models import Case, CloseReason, Contact, Event, Message, Team
from resonanz.outbox.cover import refresh_waiting
from tests import make


@pytest.fixture
def four(town):
    made = []
    for n in range(4):
        who = make.identity(Contact.objects.create(name=f"Person {n}"), "square", f"u-{n}", f"Person {n}")
        made.append(make.case(town, who=who, text=f"Wort {n}"))
    refresh_waiting([case.pk for case in made])
    return made


def stand():
    columns = ("pk", "state", "snoozed_until", "queue", "assignee", "close_reason", "waiting_since", "urgency")
    cases = list(Case.objects.order_by("pk").values(*columns))
    covered = list(Message.objects.order_by("pk").values_list("pk", "coverage", "covered_at"))
    tags = sorted(Case.objects.exclude(tags=None).values_list("pk", "tags__tag__name"))
    return cases, covered, tags


def ids(cases):
    return [case.pk for case in cases]


@pytest.mark.parametrize("act", Act)
def test_what_was_done_is_taken_back_entirely(town, four, act):
    what = {
        Act.CLAIM: "",
        Act.ASSIGN: str(town.bob.pk),
        Act.MOVE: town.other_queue.slug,
        Act.SNOOZE: (clock.now() + timedelta(hours=3)).isoformat(),
        Act.CLOSE: CloseReason.SPAM.value,
        Act.TAG: "Störung",
    }[act]
    snooze_case(four[1], until=clock.now() + timedelta(days=2), by=town.alice)
    before = stand()

    report = act_on(ids(four), act=act, what=what, by=town.lead)

    assert [pk for pk, *_told in report.done] == ids(four)
    assert report.failed == []
    assert stand() != before

    report = take_back(report, by=town.lead)

    assert report.failed == []
    assert stand() == before
    assert Event.objects.filter(kind="cases.taken_back").get().told == {"done": 4, "failed": 0}


def test_what_cannot_be_done_stops_nothing_else_and_says_why(town, four):
    claim_case(four[0], by=town.bob)
    claim_case(four[1], by=town.alice)

    report = act_on([*ids(four), 999_999], act=Act.CLAIM, what="", by=town.alice)

    assert [pk for pk, *_told in report.done] == ids(four[2:])
    assert report.unchanged == 1
    assert [(pk, places) for pk, _said, places in report.failed] == [
        (four[0].pk, {"name": "Bob Brandt"}),
        (999_999, {}),
    ]


def test_a_case_in_which_a_reply_was_begun_is_not_closed(town, four):
    draft = open_draft(four[0], target=Message.objects.get(conversation__case=four[0]), by=town.bob)
    save_draft(draft, text="Guten Tag", by=town.bob, revision=draft.revision)

    report = act_on(ids(four[:2]), act=Act.CLOSE, what="no_answer", by=town.alice)

    assert [pk for pk, *_told in report.done] == [four[1].pk]
    assert [pk for pk, *_why in report.failed] == [four[0].pk]
    assert Case.objects.get(pk=four[0].pk).drafts.get().text == "Guten Tag"


def test_only_what_the_act_changed_is_taken_back(town, four):
    close_case(four[0], by=town.bob, reason=CloseReason.NO_ANSWER)

    report = act_on(ids(four), act=Act.CLOSE, what="no_answer", by=town.alice)
    take_back(report, by=town.alice)

    assert report.unchanged == 1
    assert [case.state for case in Case.objects.order_by("pk")] == ["closed", "open", "open", "open"]


def test_what_somebody_changed_since_is_left_and_said(town, four):
    report = act_on(ids(four), act=Act.CLAIM, what="", by=town.alice)
    assign_case(four[3], to=town.bob, by=town.lead)

    report = take_back(report, by=town.alice)

    assert [pk for pk, *_why in report.failed] == [four[3].pk]
    assert [case.assignee for case in Case.objects.order_by("pk")] == [None, None, None, town.bob]


def test_taking_back_twice_does_it_once(town, four):
    report = take_back(act_on(ids(four), act=Act.CLAIM, what="", by=town.alice), by=town.alice)
    claim_case(four[0], by=town.alice)

    take_back(report, by=town.alice)

    assert Case.objects.get(pk=four[0].pk).assignee == town.alice


def test_nobody_takes_back_what_another_did_and_nobody_after_a_day(town, four):
    report = act_on(ids(four), act=Act.CLAIM, what="", by=town.alice)

    with pytest.raises(NotOnesOwn):
        take_back(report, by=town.bob)

    with clock.shifted(timedelta(days=2)), pytest.raises(Refused):
        take_back(report, by=town.alice)


@pytest.mark.parametrize(
    ("act", "what"),
    [(Act.CLOSE, "because"), (Act.ASSIGN, "0"), (Act.ASSIGN, "²"), (Act.MOVE, "nowhere"), (Act.SNOOZE, "soon"),
     (Act.TAG, " # "), (Act.TAG, "x" * 41)],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_before_anything_is_done(town, four, act, what):
    before = stand()

    with pytest.raises((Refused, NotFound)):
        act_on(ids(four), act=act, what=what, by=town.lead)

    assert stand() == before


def test_none_and_too_many_are_refused_and_readers_act_on_nothing(town, four):
    with pytest.raises(Refused):
        act_on([], act=Act.CLAIM, what="", by=town.alice)
    with pytest.raises(Refused):
        act_on(range(1, MOST + 2), act=Act.CLAIM, what="", by=town.alice)
    with pytest.raises(NotAllowed):
        act_on(ids(four), act=Act.CLAIM, what="", by=town.editor)


def test_cases_of_another_team_are_not_there(town, four):
    report = act_on(ids(four), act=Act.CLAIM, what="", by=town.charlie)

    assert report.done == []
    assert [pk for pk, *_why in report.failed] == ids(four)


def test_what_was_moved_out_of_sight_can_be_taken_back(town, four):
    blue = Team.objects.get(name="Blue")
    assert town.other_queue.team == blue

    report = take_back(act_on(ids(four), act=Act.MOVE, what="tram", by=town.alice), by=town.alice)

    assert report.failed == []
    assert {case.queue for case in Case.objects.all()} == {town.queue}
