"""How replies end, who may only draft, and what a releaser changes before the release."""

import pytest

from resonanz.accounts.connect import set_signing
from resonanz.casework.team import set_needs_release
from resonanz.compose.approve import (
    amend_draft,
    may_release,
    may_release_own,
    reject_draft,
    release_draft,
    submit_draft,
)
from resonanz.compose.draft import OldRevision, length_as_typed, open_draft, preview, save_draft, words_hash
from resonanz.kit.errors import Conflict, NotAllowed, Refused
from resonanz.model.models import Delivery, Event, Message
from tests import make


@pytest.fixture
def draft(town):
    case = make.case(town)
    opened = open_draft(case, target=Message.objects.get(), by=town.alice)
    return save_draft(opened, text="Um 9 Uhr.", revision=1, by=town.alice)


@pytest.mark.parametrize(
    ("signing", "sent"),
    [("", "Um 9 Uhr."), ("initials", "Um 9 Uhr. ^AA"), ("signature", "Um 9 Uhr.\n\nAlice Adler\nNetzteam")],
)
def test_a_reply_ends_by_the_rule_of_its_account_and_the_ending_counts(town, draft, signing, sent):
    town.alice.signature = "Alice Adler\nNetzteam"
    town.alice.save()
    set_signing(town.page, signing=signing, by=town.operator)
    draft = type(draft).objects.get()

    shown = preview(draft)

    assert shown.outgoing.text == sent
    typed = length_as_typed(draft.target, text=draft.text, visibility=draft.visibility, by=draft.written_by)
    assert typed == shown.length


def test_an_ending_that_is_there_is_not_put_twice_and_nothing_has_none(town, draft):
    set_signing(town.page, signing="initials", by=town.operator)
    draft = type(draft).objects.get()

    assert preview(save_draft(draft, text="Um 9. ^AA", revision=2, by=town.alice)).outgoing.text == "Um 9. ^AA"
    assert preview(save_draft(draft, text=" ", revision=3, by=town.alice)).outgoing.text == ""


def test_only_who_runs_accounts_says_how_replies_end_and_only_what_there_is(town):
    with pytest.raises(NotAllowed):
        set_signing(town.page, signing="initials", by=town.alice)
    with pytest.raises(Refused):
        set_signing(town.page, signing="poem", by=town.operator)


def test_who_only_drafts_releases_nothing_of_their_own(town, draft, settings):
    settings.CONFIG = settings.CONFIG.__class__(**{**vars_of(settings.CONFIG), "four_eyes": False})
    assert may_release(draft, town.alice)

    alice = set_needs_release(town.alice, needs_release=True, by=town.lead)

    assert not may_release(draft, alice)
    assert not may_release_own(alice)
    assert may_release(draft, town.lead)
    assert not may_release(draft, town.bob)


def vars_of(config):
    return {name: getattr(config, name) for name in config.__dataclass_fields__}


def test_a_releaser_changes_the_text_and_the_writer_stays_the_writer(town, draft):
    submit_draft(draft, by=town.alice, revision=draft.revision)

    amended = amend_draft(draft, text="Um 10 Uhr.", revision=draft.revision, by=town.lead)
    shown = preview(amended)
    release_draft(amended, content_hash=shown.content_hash, words=words_hash(amended.target), by=town.lead)

    amended.refresh_from_db()
    assert (amended.handed_in, amended.text) == ("Um 9 Uhr.", "Um 10 Uhr.")
    assert amended.written_by == town.alice
    assert Delivery.objects.get().content["text"] == "Um 10 Uhr."
    assert Event.objects.filter(kind="draft.amended", by=town.lead).count() == 1


def test_changing_needs_the_right_the_newest_state_and_something_written(town, draft):
    with pytest.raises(Conflict):
        amend_draft(draft, text="Um 10.", revision=draft.revision, by=town.lead)
    draft = submit_draft(draft, by=town.alice, revision=draft.revision)
    with pytest.raises(NotAllowed):
        amend_draft(draft, text="Um 10.", revision=draft.revision, by=town.alice)
    with pytest.raises(OldRevision):
        amend_draft(draft, text="Um 10.", revision=draft.revision - 1, by=town.lead)
    with pytest.raises(Refused):
        amend_draft(draft, text=" ", revision=draft.revision, by=town.lead)
    reject_draft(draft, by=town.lead, reason="Kürzer")
    with pytest.raises(Conflict):
        amend_draft(draft, text="Um 10.", revision=draft.revision, by=town.lead)
