"""How long words are kept: what goes, what stays, what waits, and who may say so."""

from datetime import timedelta

import pytest
from django.db.models import Count

from resonanz.casework.close import close_case, open_again
from resonanz.casework.inbox import Look, page
from resonanz.casework.ledger import balance
from resonanz.casework.note import add_note
from resonanz.casework.search import index_due
from resonanz.compose.alternatives import set_aside
from resonanz.compose.draft import open_draft, save_draft
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed
from resonanz.model.models import (
    Arrival,
    ArrivalState,
    Attachment,
    BadLine,
    Case,
    CloseReason,
    Contact,
    Delivery,
    Event,
    FileImport,
    Identity,
    Message,
    Note,
    Reading,
)
from resonanz.privacy.retain import NotPossible, foresee, keeping, retain_due, set_keeping
from tests import make

SECRET = "Meine Zählernummer ist QX7K."


@pytest.fixture
def old(town):
    """A case of Ada's, closed 100 days ago, with everything that can hold words."""
    case = make.case(town, text=SECRET)
    message = Message.objects.get(conversation__case=case)
    message.arrival = Arrival.objects.create(
        account=message.account, external_id="a-1", body=SECRET.encode(), state=ArrivalState.MESSAGE
    )
    message.subject = message.permalink = SECRET
    message.save()
    message.former_texts.create(version="0", text=SECRET)
    make.file(message, SECRET.encode(), name="zaehler.txt", media_type="text/plain")
    Reading.objects.filter(message=message).update(found={"urgency": {"value": 1, "because": ["Zählernummer"]}})
    add_note(case, text=SECRET, by=town.alice)
    draft = open_draft(case, target=message, by=town.alice)
    draft = save_draft(draft, text=SECRET, revision=draft.revision, by=town.alice)
    draft = set_aside(draft, revision=draft.revision, by=town.alice)
    save_draft(draft, text=SECRET, revision=draft.revision, by=town.alice)
    close_case(case, by=town.alice, reason=CloseReason.NO_ANSWER)
    long_ago(case, 100)
    return Case.objects.get(pk=case.pk)


def long_ago(case, days):
    Case.objects.filter(pk=case.pk).update(closed_at=clock.now() - timedelta(days=days))


def rows_with(words):
    """Every table and column in which these words stand, whatever holds them."""
    from django.apps import apps

    return {
        (model._meta.model_name, field.name)
        for model in apps.get_app_config("model").get_models()
        for field in model._meta.concrete_fields
        for value in model._default_manager.values_list(field.name, flat=True)
        if words in (bytes(value).decode("utf-8", "replace") if isinstance(value, (bytes, memoryview)) else str(value))
    }


def retain_all():
    while retain_due():
        pass


def test_without_a_rule_everything_is_kept(old):
    assert retain_due() == 0
    assert ("message", "text") in rows_with("QX7K")


def test_words_of_a_case_go_everywhere_and_its_figures_stay(town, old):
    index_due()
    period = (clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    before = balance(*period)
    set_keeping(words_days=90, by=town.privacy)

    retain_all()
    index_due()

    assert rows_with("QX7K") == set()
    assert rows_with("Zählernummer") == set()
    assert (Attachment.objects.count(), Note.objects.count()) == (0, 0)
    kept = Case.objects.get(pk=old.pk)
    assert (kept.state, kept.close_reason, kept.closed_at) == (old.state, old.close_reason, old.closed_at)
    assert Message.objects.filter(conversation__case=kept).aggregate(n=Count("pk"))["n"] == 1
    assert balance(*period) == before
    assert page(town.alice, Look(search="QX7K")).rows == ()
    assert Event.objects.filter(kind="case.emptied", case=kept, by=None).count() == 1


def test_a_person_of_whom_nothing_else_is_left_loses_name_and_profiles(town, old):
    set_keeping(words_days=90, by=town.privacy)

    retain_all()

    assert rows_with("Ada") == set()
    assert Identity.objects.filter(contact=town.ada).count() == 3
    assert Contact.objects.get(pk=town.ada.pk).name == ""


def test_a_person_with_another_matter_keeps_their_name(town, old):
    make.case(town, text="Und noch etwas.")
    set_keeping(words_days=90, by=town.privacy)

    retain_all()

    assert rows_with("QX7K") == set()
    assert Contact.objects.get(pk=town.ada.pk).name == "Ada Lohmann"


@pytest.mark.parametrize("days", [0, 89])
def test_what_is_not_old_enough_stays(town, old, days):
    long_ago(old, days)
    set_keeping(words_days=90, by=town.privacy)

    retain_all()

    assert ("message", "text") in rows_with("QX7K")


def test_an_open_case_stays_however_old(town, old):
    open_again(old, by=town.alice)
    set_keeping(words_days=30, by=town.privacy)

    retain_all()

    assert ("message", "text") in rows_with("QX7K")


def test_what_is_said_after_opening_again_goes_in_its_own_time(town, old):
    set_keeping(words_days=90, by=town.privacy)
    retain_all()
    case = open_again(Case.objects.get(pk=old.pk), by=town.alice)
    talk = case.conversations.get()
    make.message(talk, "Neu: WJ9T.")
    close_case(case, by=town.alice, reason=CloseReason.NO_ANSWER)

    retain_all()
    assert ("message", "text") in rows_with("WJ9T")

    Case.objects.filter(pk=case.pk).update(
        closed_at=clock.now() - timedelta(days=91), emptied_at=clock.now() - timedelta(days=200)
    )
    retain_all()
    assert rows_with("WJ9T") == set()


def test_words_without_a_case_and_bad_lines_go_too(town):
    talk = make.conversation(town.page, town.ada_on_square)
    late = make.message(talk, "Schön! QX7K", coverage="no_answer", covered_at=clock.now())
    Message.objects.filter(pk=late.pk).update(received_at=clock.now() - timedelta(days=95))
    file = FileImport.objects.create(name="alt.csv", account=town.page, by=town.operator)
    FileImport.objects.filter(pk=file.pk).update(created_at=clock.now() - timedelta(days=95))
    BadLine.objects.create(file=file, number=1, why="empty", raw="QX7K;;")
    set_keeping(words_days=90, by=town.privacy)

    retain_all()

    assert rows_with("QX7K") == set()
    assert BadLine.objects.get().why == "empty"


def test_what_could_not_be_read_goes_with_the_words_and_what_waits_stays(town):
    for name, state, days in (("old", "unreadable", 40), ("new", "unreadable", 20), ("waits", "new", 40)):
        one = Arrival.objects.create(account=town.page, external_id=name, body=name.encode(), state=state)
        Arrival.objects.filter(pk=one.pk).update(received_at=clock.now() - timedelta(days=days))
    set_keeping(words_days=30, by=town.privacy)

    retain_all()

    assert {one.external_id: bytes(one.body) for one in Arrival.objects.all()} == {
        "old": b"",
        "new": b"new",
        "waits": b"waits",
    }
    assert retain_due() == 0


def test_many_cases_go_in_batches_and_a_second_run_finds_nothing(town, monkeypatch):
    monkeypatch.setattr("resonanz.privacy.retain.BATCH", 2)
    for number in range(5):
        case = make.case(town, text=f"QX7K {number}")
        close_case(case, by=town.alice, reason=CloseReason.SPAM)
        long_ago(case, 50)
    set_keeping(words_days=30, by=town.privacy)

    retain_all()

    assert rows_with("QX7K") == set()
    assert list(Event.objects.filter(kind="cases.emptied").values_list("told__cases", flat=True)) == [1, 2, 2]


def test_what_a_rule_would_remove_is_foreseen_and_nothing_is_removed_by_looking(town, old):
    assert foresee(words_days=90) == 1
    assert foresee(words_days=120) == 0
    assert foresee(words_days=None) == 0
    assert ("message", "text") in rows_with("QX7K")
    assert keeping().words_days is None


@pytest.mark.parametrize("days", [0, 29, 36_501])
def test_a_rule_that_makes_no_sense_is_refused_and_changes_nothing(town, days):
    with pytest.raises(NotPossible):
        set_keeping(words_days=days, by=town.privacy)

    assert keeping().words_days is None
    assert Event.objects.filter(kind="keeping.set").count() == 0


@pytest.mark.parametrize("who", ["alice", "lead", "editor", "operator"])
def test_only_data_protection_sets_the_rule(town, who):
    with pytest.raises(NotAllowed):
        set_keeping(words_days=90, by=getattr(town, who))


def test_a_reply_of_which_nobody_knows_whether_it_arrived_keeps_the_case_as_it_is(town, old):
    target = Message.objects.get(conversation__case=old)
    draft = target.drafts.get()
    approval = draft.approvals.create(content_hash="h", decision="released", by=town.lead)
    sent = approval.delivery = Delivery.objects.create(
        approval=approval, account=target.account, conversation=target.conversation, target=target, key="k",
        content={"text": SECRET, "subject": "", "visibility": "public"}, content_hash="h", state="unsure",
    )  # fmt: skip
    set_keeping(words_days=90, by=town.privacy)

    retain_all()
    assert ("message", "text") in rows_with("QX7K")

    Delivery.objects.filter(pk=sent.pk).update(state="confirmed")
    retain_all()
    assert rows_with("QX7K") == set()
    assert Delivery.objects.get(pk=sent.pk).content_hash == "h"
