"""One shared draft, nobody's words overwritten, released by a second person as it was shown."""

import pytest

from resonanz.compose.approve import MayNotLeave, reject_draft, release_draft, submit_draft
from resonanz.compose.draft import OldRevision, drop_draft, open_draft, preview, save_draft, words_hash
from resonanz.kit.errors import Conflict, NotAllowed, NotFound, Refused
from resonanz.model.models import Delivery, Draft, DraftState, Event, Message
from resonanz.outbox.enqueue import HashDiffers
from tests import make


@pytest.fixture
def draft(town):
    case = make.case(town)
    return open_draft(case, target=Message.objects.get(), by=town.alice)


def save(draft, town, text="Um 9 Uhr.", by=None):
    return save_draft(draft, text=text, revision=draft.revision, by=by or town.alice)


def test_two_people_share_one_draft(town, draft):
    assert open_draft(draft.case, target=draft.target, by=town.bob).pk == draft.pk


def test_who_knows_an_older_text_overwrites_nothing(town, draft):
    save(draft, town, "Von Bob.", by=town.bob)

    with pytest.raises(OldRevision):
        save(draft, town, "Von Alice.")
    assert Draft.objects.get().text == "Von Bob."


def test_a_draft_changed_after_it_was_shown_is_not_released(town, draft):
    shown = preview(save(draft, town)).content_hash
    changed = save(Draft.objects.get(), town, "Um 10 Uhr.")
    submit_draft(changed, by=town.alice, revision=changed.revision)

    with pytest.raises(HashDiffers):
        release_draft(changed, content_hash=shown, words=words_hash(changed.target), by=town.lead)
    assert Delivery.objects.count() == 0


def test_nobody_releases_what_they_wrote(town, draft):
    saved = save(draft, town, by=town.lead)

    with pytest.raises(NotAllowed):
        release_draft(saved, content_hash=preview(saved).content_hash, words=words_hash(saved.target), by=town.lead)


@pytest.mark.parametrize("person", ["bob", "editor", "privacy", "operator", "charlie"])
def test_only_leads_release(town, draft, person):
    saved = save(draft, town)

    with pytest.raises((NotAllowed, NotFound)):
        release_draft(
            saved, content_hash=preview(saved).content_hash, words=words_hash(saved.target), by=getattr(town, person)
        )
    assert Delivery.objects.count() == 0


@pytest.mark.parametrize("person", ["editor", "privacy", "operator", "charlie"])
def test_only_who_works_cases_writes(town, draft, person):
    with pytest.raises((NotAllowed, NotFound)):
        save(draft, town, by=getattr(town, person))


@pytest.mark.parametrize("text", ["", "  ", "Hallo {{ salutation }}", "x" * 2001, "IBAN DE89 3704 0044 0532 0130 00"])
def test_what_may_not_leave_is_not_even_submitted(town, draft, text):
    saved = save(draft, town, text)

    with pytest.raises(MayNotLeave):
        submit_draft(saved, by=town.alice, revision=saved.revision)
    with pytest.raises(MayNotLeave):
        release_draft(saved, content_hash=preview(saved).content_hash, words=words_hash(saved.target), by=town.lead)


def test_saving_takes_a_draft_out_of_waiting(town, draft):
    saved = save(draft, town)
    waiting = submit_draft(saved, by=town.alice, revision=saved.revision)

    again = save(waiting, town, "Anders.")

    assert (waiting.state, again.state) == (DraftState.WAITING, DraftState.WRITING)


def test_a_rejected_draft_goes_back_with_the_reason(town, draft):
    saved = save(draft, town)
    submit_draft(saved, by=town.alice, revision=saved.revision)

    with pytest.raises(Refused):
        reject_draft(saved, by=town.lead, reason="")
    assert reject_draft(saved, by=town.lead, reason="zu kurz").state == DraftState.REJECTED


def test_a_dropped_draft_is_not_written_on(town, draft):
    drop_draft(draft, by=town.alice)

    with pytest.raises(Conflict):
        save(draft, town)


def test_a_reply_never_becomes_more_public_than_the_question(town, draft):
    Message.objects.update(visibility="private")

    with pytest.raises(Refused):
        save_draft(Draft.objects.get(), text="x", revision=draft.revision, by=town.alice, visibility="public")


def test_no_event_tells_what_was_written(town, draft):
    save(draft, town, "Ganz geheime Worte.")

    assert "geheime" not in str(list(Event.objects.values_list("told", flat=True)))


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Wir sind um 9 Uhr wieder bei Ihnen und melden uns.", "de"),
        ("We are sorry and will be with you at nine, please wait.", "en"),
        ("Um 9.", "de"),  # its few words tell nothing: as the customer is spoken to
    ],
)
def test_a_reply_says_the_language_that_it_is_written_in(town, draft, text, language):
    saved = save(draft, town, text)

    assert preview(saved).outgoing.language == language


def test_what_nobody_else_should_read_is_named_word_by_word(town, draft):
    saved = save(draft, town, "Kundennummer 4711 0815, Mail ada@example.org, nochmals ada@example.org.")

    found = [(one.places["kind"], one.words, one.blocks) for one in preview(saved).findings]

    assert found == [("email", ("ada@example.org",), False), ("number", ("4711 0815",), True)]


def test_the_same_words_in_private_are_nobodys_concern(town, draft):
    saved = save_draft(draft, text="Mail ada@example.org.", revision=1, by=town.alice, visibility="private")

    assert preview(saved).findings == []
