"""Sample data comes in like any file and goes without a trace, with what was done with it and nothing else."""

import pytest
from django.apps import apps

from resonanz.casework.note import add_note
from resonanz.casework.search import index_due
from resonanz.casework.story import newest_question
from resonanz.casework.tag import tag_case
from resonanz.compose.approve import release_draft
from resonanz.compose.draft import open_draft, preview, save_draft, words_hash
from resonanz.intake.file import import_due
from resonanz.intake.sample_texts import SAID
from resonanz.intake.samples import fill_samples, remove_samples, samples
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model import search
from resonanz.model.models import Case, Conversation, Delivery, Event, Identity, Message, Tag
from resonanz.outbox.deliver import deliver_due
from resonanz.people.merge import merge_contacts
from resonanz.work.loop import run_until_idle
from tests import make


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


def filled(town):
    fill_samples(by=town.operator)
    import_due()
    run_until_idle()
    index_due()


def rows():
    """How many rows every table has, but the journal and what counts or remembers by itself."""
    left_out = {"event", "session"}
    models = [one for one in apps.get_app_config("model").get_models() if one._meta.model_name not in left_out]
    return {one._meta.model_name: one._default_manager.count() for one in models}


def test_the_sample_data_comes_in_and_goes_without_a_trace(town):
    make.case(town)
    before = rows()
    filled(town)
    assert Message.objects.filter(account=samples()).count() == len(SAID)
    assert Case.objects.filter(urgency=3).exists()
    one = Case.objects.order_by("pk").last()
    add_note(one, text="Rückruf", by=town.lead)
    tag_case(one, "Muster", by=town.lead)
    index_due()

    cases = remove_samples(by=town.lead)

    Tag.objects.all().delete()  # words of colleagues stay
    assert cases > 10
    assert rows() == before
    assert search.find(((("ruckruf",),),), most=9) == []
    assert Event.objects.filter(kind="samples.removed").get().told == {"cases": cases}


def test_what_holds_words_from_elsewhere_stays(town):
    adas = make.case(town)
    filled(town)
    face = Identity.objects.get(name="Ole")
    case = Conversation.objects.get(identity=face).case
    make.message(make.conversation(town.page, town.ada_on_square, case=case), "Von woanders")
    merge_contacts(town.ada, face.contact, by=town.lead)

    remove_samples(by=town.lead)

    kept = Message.objects.get(text="Von woanders")
    assert kept.conversation.case == case
    assert town.ada.identities.count() == 3
    assert set(Case.objects.all()) == {adas, case}


def test_it_is_there_once_and_only_for_those_who_import(town):
    with pytest.raises(NotAllowed):
        fill_samples(by=town.alice)
    fill_samples(by=town.lead)
    with pytest.raises(Refused):
        fill_samples(by=town.lead)
    with pytest.raises(NotAllowed):
        remove_samples(by=town.alice)

    remove_samples(by=town.lead)

    assert samples() is None
    assert remove_samples(by=town.lead) == 0


def test_a_sample_is_answered_without_anything_leaving_the_house_and_goes_with_its_answer(town):
    before = rows()
    filled(town)
    case = Case.objects.order_by("pk").first()
    target = newest_question(case)
    draft = open_draft(case, target=target, by=town.alice)
    draft = save_draft(draft, text="Um 15 Uhr.", revision=draft.revision, by=town.alice)
    shown = preview(draft)
    release_draft(draft, content_hash=shown.content_hash, words=words_hash(target), by=town.lead)
    Delivery.objects.update(due_at=clock.now())

    deliver_due()

    sent = Delivery.objects.get()
    assert sent.state == "sent"
    assert Message.objects.get(pk=target.pk).coverage == "answered"
    remove_samples(by=town.lead)
    assert rows() == before
