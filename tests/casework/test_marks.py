"""What people put on a case: tags, a time until which something is due, links to other cases."""

from datetime import timedelta

import pytest

from resonanz.casework.due import clear_due, set_due
from resonanz.casework.link import link_case, links_of, unlink_case
from resonanz.casework.tag import MOST, known_tags, tag_case, tags_of, untag_case
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, NotFound, Refused
from resonanz.model.models import Case, CaseLink, Event, LinkKind, Tag
from tests import make
from tests.make import NOON

SOON = timedelta(hours=5)


@pytest.fixture
def case(town):
    return make.case(town)


@pytest.fixture
def second(town):
    return make.case(town)


def due(case, by, reason="Rückruf bis Freitag"):
    return set_due(case, due_at=clock.now() + SOON, reason=reason, by=by)


ACTS = {
    "tag": lambda one, other, by: tag_case(one, "Strom", by=by),
    "set due": lambda one, other, by: due(one, by),
    "clear due": lambda one, other, by: clear_due(one, by=by),
    "link": lambda one, other, by: link_case(one, other, kind=LinkKind.SAME, by=by),
}


@pytest.mark.parametrize("act", ACTS)
def test_marks_are_made_by_those_who_work_the_case(town, case, second, act):
    ACTS[act](case, second, town.bob)

    for who, stopped in (("charlie", NotFound), ("editor", NotAllowed), ("privacy", NotAllowed)):
        with pytest.raises(stopped):
            ACTS[act](case, second, getattr(town, who))


def test_a_tag_is_one_whatever_its_letters_and_leaves_one_event(town, case):
    tag_case(case, "  Strom   weg ", by=town.alice)
    tag_case(case, "#STROM WEG", by=town.bob)

    assert [tag.name for tag in tags_of([case.pk])[case.pk]] == ["Strom weg"]
    assert Event.objects.filter(kind="case.tagged").count() == 1


def test_a_tag_taken_away_is_offered_no_more_where_nobody_uses_it(town, case, second):
    tag = tag_case(case, "Strom", by=town.alice)
    tag_case(case, "Presse", by=town.alice)
    tag_case(second, "Presse", by=town.alice)

    untag_case(case, tag, by=town.bob)
    untag_case(case, tag, by=town.bob)

    assert known_tags() == ["Presse"]
    assert Event.objects.filter(kind="case.untagged").count() == 1


@pytest.mark.parametrize("name", ["", "  ", "#", "\x00", "x" * 41])
def test_a_tag_is_a_short_word(town, case, name):
    with pytest.raises(Refused):
        tag_case(case, name, by=town.alice)

    assert Tag.objects.count() == 0


def test_a_case_bears_so_many_tags_and_no_more(town, case):
    for n in range(MOST):
        tag_case(case, f"Wort {n}", by=town.alice)

    with pytest.raises(Refused):
        tag_case(case, "noch eines", by=town.alice)
    assert tag_case(case, "WORT 3", by=town.alice).name == "Wort 3"


def test_tags_of_many_cases_take_one_query(town, django_assert_num_queries):
    cases = [make.case(town) for _ in range(3)]
    for one in cases[:2]:
        tag_case(one, "Strom", by=town.alice)
        tag_case(one, "Auenstraße", by=town.alice)

    with django_assert_num_queries(1):
        found = tags_of(one.pk for one in cases)

    assert {pk: [tag.name for tag in tags] for pk, tags in found.items()} == {
        one.pk: ["Auenstraße", "Strom"] for one in cases[:2]
    }


def test_something_is_due_until_a_person_says_otherwise(town, case):
    with clock.frozen(NOON):
        due(case, town.alice)
        due(case, town.alice)
    kept = Case.objects.get()
    clear_due(case, by=town.bob)
    clear_due(case, by=town.bob)

    assert (kept.due_at, kept.due_reason, kept.state) == (NOON + SOON, "Rückruf bis Freitag", "open")
    assert (Case.objects.get().due_at, Case.objects.get().due_reason) == (None, "")
    assert list(Event.objects.order_by("pk").values_list("kind", flat=True)) == ["case.due_set", "case.due_cleared"]


@pytest.mark.parametrize(
    ("away", "reason"), [(timedelta(0), "x"), (timedelta(days=367), "x"), (SOON, " "), (SOON, "x" * 201)]
)
def test_a_promise_has_a_time_to_come_and_a_reason(town, case, away, reason):
    with clock.frozen(NOON), pytest.raises(Refused):
        set_due(case, due_at=NOON + away, reason=reason, by=town.alice)


def test_a_link_is_seen_from_both_sides(town, case, second):
    link_case(case, second, kind=LinkKind.FOLLOWS, by=town.alice)

    (here,), (there,) = links_of(case, seen_by=town.bob), links_of(second, seen_by=town.bob)

    assert (here.kind, here.case, here.is_from) == ("follows", second, True)
    assert (there.kind, there.case, there.is_from) == ("follows", case, False)


def test_two_cases_have_one_link_and_the_last_word_holds(town, case, second):
    link_case(case, second, kind=LinkKind.SAME, by=town.alice)
    link_case(second, case, kind=LinkKind.SAME, by=town.alice)
    events = Event.objects.filter(kind="case.linked").count()
    link_case(second, case, kind=LinkKind.DUPLICATE, by=town.alice)

    assert events == 1
    assert list(CaseLink.objects.values_list("first", "second", "kind")) == [(second.pk, case.pk, "duplicate")]


def test_of_another_team_s_case_only_the_link_is_told_and_it_can_be_taken_away(town, case, second):
    link = link_case(case, second, kind=LinkKind.SAME, by=town.alice)
    Case.objects.filter(pk=second.pk).update(queue=town.other_queue)

    (seen,) = links_of(case, seen_by=town.alice)
    unlink_case(case, link, by=town.alice)

    assert seen.case is None
    assert CaseLink.objects.count() == 0


def test_a_case_is_not_linked_with_itself_or_with_what_one_does_not_see(town, case, second):
    Case.objects.filter(pk=second.pk).update(queue=town.other_queue)

    with pytest.raises(Refused):
        link_case(case, case, kind=LinkKind.SAME, by=town.alice)
    with pytest.raises(NotFound):
        link_case(case, second, kind=LinkKind.SAME, by=town.alice)
