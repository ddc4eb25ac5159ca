"""Governed wording: two people for each version, and what was published never changes."""

from datetime import date

import pytest

from resonanz.compose.blocks import (
    BadBlock,
    approve_version,
    create_block,
    reject_version,
    retire_version,
    submit_version,
    write_version,
)
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import BlockState, BlockVersion

TEXT = {"de.du": "{{ salutation }}, gern!"}


@pytest.fixture
def written(town):
    return create_block(name="Dank", folder="Lob", forms=TEXT, by=town.editor)


@pytest.fixture
def published(town, written):
    return approve_version(submit_version(written, by=town.editor), by=town.lead)


def test_nobody_approves_their_own_wording(town, written):
    submit_version(written, by=town.editor)

    with pytest.raises(NotAllowed):
        approve_version(written, by=town.editor)


def test_a_second_person_approves(published):
    assert published.state == BlockState.PUBLISHED


def test_a_published_version_never_changes(town, published):
    later = write_version(published.block, forms={"de.du": "Neu"}, by=town.editor)

    assert (later.number, later.pk == published.pk) == (2, False)
    assert BlockVersion.objects.get(pk=published.pk).forms == TEXT


def test_a_submitted_version_is_not_written_on(town, written):
    submit_version(written, by=town.editor)

    other = write_version(written.block, forms={"de.du": "Neu"}, by=town.editor)

    assert (other.number, BlockVersion.objects.get(pk=written.pk).forms) == (2, TEXT)


def test_one_version_of_a_block_is_published_at_a_time(town, published):
    later = write_version(published.block, forms={"de.du": "Neu"}, by=town.editor)
    approve_version(submit_version(later, by=town.editor), by=town.lead)

    states = dict(BlockVersion.objects.values_list("number", "state"))
    assert states == {1: "retired", 2: "published"}


def test_a_version_that_waits_for_nothing_is_not_approved(town, written):
    with pytest.raises(Refused):
        approve_version(written, by=town.lead)


def test_a_rejection_says_why(town, written):
    submit_version(written, by=town.editor)

    with pytest.raises(BadBlock):
        reject_version(written, by=town.lead, reason=" ")
    assert reject_version(written, by=town.lead, reason="zu lang").reason == "zu lang"


@pytest.mark.parametrize(
    "forms",
    [{}, {"de.du": " "}, {"fr": "Merci"}, {"de.du": "{{ nobody }}"}, {"de.du": "{{ salutation "}, {"en": "a }} b"}],
)
def test_wording_that_could_leave_raw_is_not_kept(town, forms):
    with pytest.raises(BadBlock):
        create_block(name="x", folder="", forms=forms, by=town.editor)


def test_the_first_day_lies_before_the_last(town):
    with pytest.raises(BadBlock):
        create_block(
            name="x", folder="", forms=TEXT, by=town.editor, valid_from=date(2026, 2, 2), valid_until=date(2026, 2, 1)
        )


@pytest.mark.parametrize("person", ["alice", "charlie", "privacy", "operator"])
def test_only_editors_and_leads_write_and_approve(town, written, person):
    nobody = getattr(town, person)

    for act in (submit_version, approve_version, retire_version):
        with pytest.raises(NotAllowed):
            act(written, by=nobody)
