"""Other wordings of one answer: set aside, taken up in its place, shared, and gone with the words of the case."""

import pytest

from resonanz.compose.alternatives import MOST, NothingToSetAside, TooManyAlternatives, set_aside, take_up
from resonanz.compose.approve import submit_draft
from resonanz.compose.draft import OldRevision, drop_draft, open_draft, save_draft
from resonanz.kit.errors import Conflict, NotAllowed, NotFound
from resonanz.model.models import Alternative, Draft, DraftState, Event, Message
from tests import make


@pytest.fixture
def draft(town):
    case = make.case(town)
    return open_draft(case, target=Message.objects.get(conversation__case=case), by=town.alice)


def written(draft, text, by, **values):
    return save_draft(
        Draft.objects.get(pk=draft.pk), text=text, revision=Draft.objects.get(pk=draft.pk).revision, by=by, **values
    )


def texts(draft):
    return Draft.objects.get(pk=draft.pk).text, list(draft.alternatives.order_by("pk").values_list("text", flat=True))


def test_a_wording_is_set_aside_and_changes_places_with_the_one_that_is_taken_up(town, draft):
    block = make.block(by=town.editor)
    first = written(draft, "Um 9 Uhr.", town.alice, version_ids=[block.pk])

    fresh = set_aside(first, revision=first.revision, by=town.bob)
    begun = texts(draft), list(fresh.blocks.all())
    second = written(draft, "Gegen Morgen.", town.bob)
    taken = take_up(draft.alternatives.get(), revision=second.revision, by=town.alice)

    assert begun == (("", ["Um 9 Uhr."]), [])
    assert texts(draft) == ("Um 9 Uhr.", ["Gegen Morgen."])
    assert (list(taken.blocks.all()), taken.written_by, draft.alternatives.get().by) == ([block], town.alice, town.bob)
    assert list(
        Event.objects.filter(kind__in=["draft.set_aside", "draft.taken_up"])
        .order_by("pk")
        .values_list("kind", flat=True)
    ) == [
        "draft.set_aside",
        "draft.taken_up",
    ]


def test_one_taken_up_into_an_empty_answer_waits_no_longer(town, draft):
    first = written(draft, "Um 9 Uhr.", town.alice)
    fresh = set_aside(first, revision=first.revision, by=town.alice)

    take_up(draft.alternatives.get(), revision=fresh.revision, by=town.alice)

    assert texts(draft) == ("Um 9 Uhr.", [])


def test_an_old_page_and_a_wording_that_is_gone_change_nothing(town, draft):
    first = written(draft, "Um 9 Uhr.", town.alice)
    fresh = set_aside(first, revision=first.revision, by=town.alice)
    beside = draft.alternatives.get()

    with pytest.raises(OldRevision):
        set_aside(first, revision=first.revision, by=town.bob)
    with pytest.raises(OldRevision):
        take_up(beside, revision=first.revision, by=town.bob)
    take_up(beside, revision=fresh.revision, by=town.alice)
    with pytest.raises(NotFound):
        take_up(beside, revision=fresh.revision + 1, by=town.alice)

    assert texts(draft) == ("Um 9 Uhr.", [])


def test_nothing_and_too_many_are_refused_with_a_sentence(town, draft):
    with pytest.raises(NothingToSetAside):
        set_aside(draft, revision=draft.revision, by=town.alice)
    for n in range(MOST):
        kept = written(draft, f"Fassung {n}", town.alice)
        set_aside(kept, revision=kept.revision, by=town.alice)
    kept = written(draft, "Eine mehr", town.alice)

    with pytest.raises(TooManyAlternatives, match=str(MOST)):
        set_aside(kept, revision=kept.revision, by=town.alice)

    assert len(texts(draft)[1]) == MOST


def test_what_waits_for_release_is_written_again_once_a_wording_is_taken_up(town, draft):
    first = written(draft, "Um 9 Uhr.", town.alice)
    set_aside(first, revision=first.revision, by=town.alice)
    second = written(draft, "Gegen Morgen.", town.alice)
    submitted = submit_draft(second, by=town.alice, revision=second.revision)

    taken = take_up(draft.alternatives.get(), revision=submitted.revision, by=town.alice)

    assert (taken.state, taken.text) == (DraftState.WRITING, "Um 9 Uhr.")


def test_who_may_not_write_here_sets_nothing_aside(town, draft):
    kept = written(draft, "Um 9 Uhr.", town.alice)

    with pytest.raises(NotFound):
        set_aside(kept, revision=kept.revision, by=town.charlie)
    with pytest.raises(NotAllowed):
        set_aside(kept, revision=kept.revision, by=town.editor)
    drop_draft(kept, by=town.alice)
    with pytest.raises(Conflict):
        set_aside(Draft.objects.get(pk=kept.pk), revision=kept.revision, by=town.alice)

    assert not Alternative.objects.exists()
