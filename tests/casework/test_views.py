"""Looks at the list under a name."""

import pytest

from resonanz.casework.inbox import Look, View
from resonanz.casework.views import MOST, drop_view, save_view, view_named, views_of
from resonanz.kit.errors import Conflict, NotAllowed, NotFound, Refused


def names(agent):
    return [view.name for view in views_of(agent)]


def test_one_s_own_views_are_one_s_own_and_a_team_s_are_the_team_s(town):
    save_view(Look(View.MINE), "Meine", by=town.alice)
    save_view(Look(View.ALL, town.queue, "is:urgent"), "Dringend", team=town.red, by=town.lead)

    assert sorted(names(town.alice)) == ["Dringend", "Meine"]
    assert names(town.bob) == ["Dringend"]
    assert names(town.charlie) == []


def test_a_view_of_a_queue_that_one_does_not_see_is_not_offered(town):
    save_view(Look(View.ALL, town.other_queue), "Tram", by=town.alice)

    assert names(town.alice) == []


@pytest.mark.parametrize(("name", "error"), [("", Refused), (" \x00 ", Refused), ("x" * 61, Refused), ("Da", Conflict)])
def test_a_view_needs_a_name_of_its_own(town, name, error):
    save_view(Look(View.MINE), "Da", by=town.alice)

    with pytest.raises(error):
        save_view(Look(View.MINE), name, by=town.alice)


def test_there_are_not_too_many(town):
    for n in range(MOST):
        save_view(Look(View.MINE), f"V {n}", by=town.alice)

    with pytest.raises(Refused):
        save_view(Look(View.MINE), "one more", by=town.alice)


def test_only_leads_of_the_team_keep_and_drop_a_team_s_view(town):
    with pytest.raises(NotAllowed):
        save_view(Look(View.MINE), "V", team=town.red, by=town.alice)
    with pytest.raises(NotFound):
        save_view(Look(View.MINE), "V", team=town.blue, by=town.lead)
    kept = save_view(Look(View.MINE), "V", team=town.red, by=town.lead)
    with pytest.raises(NotAllowed):
        drop_view(kept, by=town.alice)

    drop_view(kept, by=town.lead)

    assert names(town.lead) == []


def test_nobody_drops_another_s_view(town):
    kept = save_view(Look(View.MINE), "V", by=town.alice)

    with pytest.raises(NotFound):
        view_named(town.bob, kept.pk)
    with pytest.raises(NotFound):
        drop_view(kept, by=town.bob)
