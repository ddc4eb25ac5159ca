"""Who answers whom in a talk, and a post under which thousands have spoken."""

from datetime import timedelta

import pytest

from resonanz.casework.close import close_case, reopen_case
from resonanz.casework.due import set_due
from resonanz.casework.inbox import Look, View, cases
from resonanz.casework.story import story
from resonanz.kit import clock
from resonanz.model.bulk import insert, take_ids
from resonanz.model.models import CloseReason, Contact, Conversation, Identity, Message, Thread
from tests import make

pytestmark = [pytest.mark.page]
MANY = 5_000


@pytest.fixture
def talk(town):
    """A case of Ada's under a post, and a stranger's word under the same post."""
    case = make.case(town)
    mine = Message.objects.get()
    stranger = make.identity(Contact.objects.create(name="Ben"), "square", "u-ben", "Ben")
    place = Conversation.objects.create(
        account=town.page, native_id="other", thread=mine.conversation.thread, identity=stranger
    )
    theirs = make.message(place, "Bei mir auch.", parent_native_id=mine.native_id)
    return case, mine, theirs


def lines(case):
    return {line.message.pk: line for talk in story(case) for line in talk.lines if line.message}


def test_a_word_says_whose_it_answers(talk):
    case, mine, theirs = talk

    answers = lines(case)[theirs.pk].answers

    assert (answers.name, answers.message, answers.is_here, answers.is_gone) == ("Ada L.", mine.pk, True, False)
    assert lines(case)[mine.pk].answers is None


def test_what_it_answers_may_be_deleted_or_out_of_sight(talk):
    case, mine, theirs = talk
    Message.objects.filter(pk=mine.pk).update(deleted_at=clock.now())
    far = make.message(theirs.conversation, "Lange her.", occurred_at=theirs.occurred_at - timedelta(days=9))
    for n in range(4):
        make.message(theirs.conversation, "Dazwischen.", occurred_at=mine.occurred_at - timedelta(hours=n + 1))
    Message.objects.filter(pk=mine.pk).update(parent_native_id=far.native_id)

    found = lines(case)

    assert found[theirs.pk].answers.is_gone
    assert (found[mine.pk].answers.message, found[mine.pk].answers.is_here) == (far.pk, False)


def test_nothing_private_is_quoted_in_public(talk):
    case, mine, theirs = talk
    Message.objects.filter(pk=mine.pk).update(visibility="private")

    assert theirs.pk not in lines(case) or lines(case)[theirs.pk].answers is None


def crowd(town, thread: Thread, count: int) -> None:
    contacts, faces = take_ids(Contact, count), take_ids(Identity, count)
    talks, said = take_ids(Conversation, count), take_ids(Message, count)
    insert(Contact, ["pk", "name"], [(pk, f"P {pk}") for pk in contacts])
    columns = ["pk", "contact_id", "channel", "native_id", "name"]
    insert(Identity, columns, [(f, c, "square", f"i-{f}", f"P {c}") for f, c in zip(faces, contacts, strict=True)])
    columns = ["pk", "account_id", "native_id", "thread_id", "identity_id"]
    page = town.page.pk
    insert(Conversation, columns, [(t, page, f"t-{t}", thread.pk, f) for t, f in zip(talks, faces, strict=True)])
    columns = [
        "pk", "account_id", "conversation_id", "native_id", "direction", "author_id", "text", "version", "references",
        "occurred_at", "state", "coverage",
    ]  # fmt: skip
    at = make.NOON
    rows = [
        (m, page, t, f"c-{m}", "in", f, "Und bei uns?", "1", [], at + timedelta(seconds=n), "queued", "open")
        for n, (m, t, f) in enumerate(zip(said, talks, faces, strict=True))
    ]
    insert(Message, columns, rows)


def test_five_thousand_comments_need_no_more_than_fifty(town, as_, django_assert_max_num_queries):
    case = make.case(town)
    thread = Message.objects.get().conversation.thread
    browser, counts, sizes = as_(town.alice), [], []
    browser.get(f"/cases/{case.pk}/")  # the first look says that one is there
    for more in (50, MANY - 50):
        crowd(town, thread, more)
        with django_assert_max_num_queries(80) as asked:
            page = browser.get(f"/cases/{case.pk}/").content
        counts.append(len(asked))
        sizes.append(page.count(b'class="msg'))

    assert counts[0] == counts[1]
    assert max(sizes) <= 12  # the nearest of them, however many there are


def test_what_is_due_rests_while_a_case_is_closed_and_holds_again_after(town):
    case = make.case(town)
    set_due(case, due_at=clock.now() + timedelta(hours=2), reason="Rückruf", by=town.alice)
    close_case(case, by=town.alice, reason=CloseReason.NO_ANSWER)
    assert not cases(town.alice, Look(View.DUE)).exists()

    reopen_case(case, by=town.alice)

    assert cases(town.alice, Look(View.DUE)).get() == case
