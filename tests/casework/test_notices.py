"""Who is told what: mentions, reminders, drafts that come back, customers who write again; in the page and by mail."""

import smtplib
from datetime import timedelta

import pytest
from django.core import mail

from resonanz.casework.assign import assign_case, claim_case
from resonanz.casework.close import close_case
from resonanz.casework.digest import mail_due
from resonanz.casework.follow_up import finish_follow_up, follow_up, follow_ups_due, restore_follow_up
from resonanz.casework.note import add_note
from resonanz.casework.notices import choose_notices, forget_notices, read_notices, unread
from resonanz.casework.open import queue_due
from resonanz.casework.reach import who_sees
from resonanz.casework.team import change_agent
from resonanz.compose.approve import reject_draft, release_draft, submit_draft
from resonanz.compose.draft import open_draft, preview, save_draft, words_hash
from resonanz.kit import clock
from resonanz.kit.errors import NotFound, Refused
from resonanz.model.models import Case, CloseReason, Digest, Event, Message, Notice, NoticeKind
from tests import make
from tests.make import NOON

HOUR = timedelta(hours=1)


@pytest.fixture
def case(town):
    return make.case(town)


def told():
    return [(one.agent.name.split()[0], one.kind) for one in Notice.objects.order_by("pk").select_related("agent")]


def wish(agent, *, way="mail", every="hour"):
    choose_notices(agent, ways=dict.fromkeys(NoticeKind.values, way), every=every, by=agent)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Bob Brandt, bitte ansehen", ["Bob"]),
        ("(@bob) und @LENA?", ["Bob", "Lena"]),
        ("bob@brandt.example", []),
        ("@Charlie schaut nicht", []),
        ("@Alice ich selbst", []),
        ("@Bobby", []),
    ],
)
def test_a_note_tells_those_whom_it_mentions_and_who_see_the_case(town, case, text, names):
    add_note(case, text=text, by=town.alice)

    assert told() == [(name, "mentioned") for name in names]


def test_two_colleagues_of_one_first_name_are_told_by_the_whole_name_alone(town, case):
    second = make.agent("Bobbie Brandt", teams=[town.red])
    second.name = "Bob Baumann"
    second.save()

    add_note(case, text="@Bob", by=town.alice)
    add_note(case, text="@Bob Baumann", by=town.alice)

    assert list(Notice.objects.values_list("agent", flat=True)) == [second.pk]


def test_who_sees_a_case_is_who_may_open_it(town, case):
    everybody = [one for one in vars(town).values() if hasattr(one, "roles")]
    may = {one.pk for one in everybody if one.may("read_cases") and Case.objects.visible_to(one).exists()}

    assert {one.pk for one in who_sees(case)} == may


def test_who_is_given_a_case_by_somebody_else_is_told(town, case):
    claim_case(case, by=town.alice)
    assign_case(case, to=town.bob, by=town.lead)

    assert told() == [("Bob", "assigned")]


def test_the_writer_is_told_what_became_of_the_draft(town, case):
    draft = open_draft(case, target=Message.objects.get(), by=town.alice)
    draft = save_draft(draft, text="Um 9 Uhr.", revision=draft.revision, by=town.alice)
    draft = submit_draft(draft, by=town.alice, revision=draft.revision)
    draft = reject_draft(draft, by=town.lead, reason="Bitte freundlicher.")
    draft = submit_draft(draft, by=town.alice, revision=draft.revision)
    shown = preview(draft).content_hash
    release_draft(draft, content_hash=shown, words=words_hash(draft.target), by=town.lead)

    assert told() == [("Alice", "sent_back"), ("Alice", "released")]
    assert Notice.objects.first().text == "Bitte freundlicher."


def test_a_customer_who_writes_thrice_in_somebody_s_case_is_one_notice_until_it_is_read(town, case):
    claim_case(case, by=town.alice)
    talk = Message.objects.get().conversation
    for text in ("Hallo?", "Ist da wer?"):
        make.message(talk, text, state="read")
        queue_due()
    first = [(one.kind, one.text) for one in Notice.objects.all()]
    read_notices(by=town.alice)
    make.message(talk, "Na dann.", state="read")
    queue_due()

    assert first == [("wrote_again", "Ist da wer?")]
    assert (Notice.objects.count(), unread(town.alice), unread(town.bob)) == (2, 1, 0)


def test_who_does_not_wish_it_is_not_told(town, case):
    wish(town.bob, way="none")

    add_note(case, text="@Bob", by=town.alice)

    assert told() == []


def test_a_reminder_comes_at_its_time_once_and_stands_until_it_is_ticked_off(town, case):
    with clock.frozen(NOON):
        one = follow_up(case, agent=town.bob, due_at=NOON + HOUR, text="Zähler da?", by=town.alice)
    came = []
    for minutes in (59, 60, 61):
        with clock.frozen(NOON + timedelta(minutes=minutes)):
            came.append(follow_ups_due())
    open_before = case.follow_ups.open().count()
    finish_follow_up(one, by=town.alice)

    assert came == [0, 1, 0]
    assert [(row.agent, row.kind, row.text) for row in Notice.objects.all()] == [(town.bob, "follow_up", "Zähler da?")]
    assert (open_before, case.follow_ups.open().count()) == (1, 0)
    restore_follow_up(one, by=town.alice)
    assert (follow_ups_due(), case.follow_ups.open().count()) == (0, 1)


@pytest.mark.parametrize(("reopens", "state"), [(True, "open"), (False, "closed")])
def test_a_closed_case_is_open_again_only_where_that_was_asked(town, case, reopens, state):
    with clock.frozen(NOON):
        follow_up(case, agent=town.bob, due_at=NOON + HOUR, text="", by=town.bob, reopens=reopens)
        close_case(case, by=town.alice, reason=CloseReason.ELSEWHERE)
    with clock.frozen(NOON + HOUR):
        follow_ups_due()

    assert Case.objects.get().state == state
    assert told() == [("Bob", "follow_up")]


def test_where_somebody_has_left_those_are_told_who_asked_and_who_has_the_case(town, case):
    assign_case(case, to=town.alice, by=town.alice)
    with clock.frozen(NOON):
        follow_up(case, agent=town.bob, due_at=NOON + HOUR, text="", by=town.lead)
    bob = town.bob
    change_agent(bob, name=bob.name, roles=bob.roles, teams=[town.red], is_active=False, by=town.lead)
    with clock.frozen(NOON + HOUR):
        follow_ups_due()

    assert sorted(told()) == [("Alice", "follow_up"), ("Lena", "follow_up")]


def test_nobody_is_reminded_of_what_they_do_not_see_or_in_the_past(town, case):
    with pytest.raises(Refused):
        follow_up(case, agent=town.charlie, due_at=clock.now() + HOUR, text="", by=town.alice)
    with pytest.raises(Refused):
        follow_up(case, agent=town.bob, due_at=clock.now() - HOUR, text="", by=town.alice)
    with pytest.raises(NotFound):
        follow_up(case, agent=town.charlie, due_at=clock.now() + HOUR, text="", by=town.charlie)


def test_a_mail_tells_what_is_unread_once_in_the_person_s_language(town, case):
    town.bob.language = "de"
    town.bob.save()
    with clock.frozen(NOON):
        wish(town.bob)
        add_note(case, text="@Bob geheimes Kundenwort", by=town.alice)
        add_note(case, text="@Bob gelesen", by=town.alice)
        read_notices(by=town.bob, ids=[Notice.objects.order_by("pk").last().pk])
    for hours in (1, 2, 3):
        with clock.frozen(NOON + hours * HOUR):
            mail_due()

    (sent,) = mail.outbox
    assert sent.to == [town.bob.email]
    assert f"Alice Adler erwähnt Sie in einer Notiz zu Vorgang {case.pk}." in sent.body
    assert "Kundenwort" not in sent.body
    assert Digest.objects.get().due_at == NOON + 4 * HOUR
    assert Event.objects.filter(kind="notices.mailed").count() == 1


def test_who_wishes_no_mail_gets_none(town, case):
    with clock.frozen(NOON):
        wish(town.bob, way="page")
        add_note(case, text="@Bob", by=town.alice)
    with clock.frozen(NOON + HOUR):
        mail_due()

    assert mail.outbox == []


def test_nothing_is_mailed_of_a_case_that_the_person_does_not_see_any_more(town, case):
    with clock.frozen(NOON):
        wish(town.bob)
        add_note(case, text="@Bob", by=town.alice)
        Case.objects.update(queue=town.other_queue)
    with clock.frozen(NOON + HOUR):
        mail_due()

    assert mail.outbox == []


class Broken:
    """A mail server that fails in one way, and then works."""

    def __init__(self, *, at_open=None, at_send=None):
        self.at_open, self.at_send, self.taken = at_open, at_send, []

    def __call__(self, *_args, **_kwargs):
        return self

    def open(self):
        if self.at_open:
            raise self.at_open

    def close(self):
        """There is nothing to close."""

    def send_messages(self, messages):
        if self.at_send:
            raise self.at_send
        self.taken.extend(messages)


@pytest.mark.parametrize(
    ("fails", "sent_later"),
    [
        ({"at_open": ConnectionRefusedError("refused")}, 1),
        ({"at_open": TimeoutError("no answer")}, 1),
        ({"at_send": smtplib.SMTPRecipientsRefused({"bob@x": (550, b"no")})}, 1),
        ({"at_send": smtplib.SMTPDataError(451, b"later")}, 1),
        ({"at_send": TimeoutError("in the middle")}, 0),
        ({"at_send": smtplib.SMTPServerDisconnected("gone")}, 0),
    ],
)
def test_what_was_surely_not_taken_is_mailed_later_and_what_nobody_knows_is_not(
    town, case, monkeypatch, fails, sent_later
):
    server = Broken(**fails)
    monkeypatch.setattr("resonanz.casework.digest.get_connection", server)
    with clock.frozen(NOON):
        wish(town.bob)
        add_note(case, text="@Bob", by=town.alice)
    with clock.frozen(NOON + HOUR):
        mail_due()
    said = Digest.objects.get().said
    server.at_open = server.at_send = None
    with clock.frozen(NOON + 3 * HOUR):
        mail_due()

    assert said.startswith(type(next(iter(fails.values()))).__name__)
    assert len(server.taken) == sent_later
    assert unread(town.bob) == 1


def test_a_mail_that_a_crash_cut_off_is_not_begun_again(town, case):
    with clock.frozen(NOON):
        wish(town.bob)
        add_note(case, text="@Bob", by=town.alice)
    Notice.objects.update(mailing_at=NOON)
    with clock.frozen(NOON + 2 * HOUR):
        mail_due()

    assert (mail.outbox, unread(town.bob)) == ([], 1)


def test_nobody_chooses_for_others(town):
    with pytest.raises(Refused):
        choose_notices(town.bob, ways={}, every="hour", by=town.lead)


def test_old_notices_are_forgotten(town, case):
    with clock.frozen(NOON - timedelta(days=181)):
        add_note(case, text="@Bob", by=town.alice)
    with clock.frozen(NOON):
        add_note(case, text="@Bob", by=town.alice)
        gone = forget_notices()

    assert (gone, Notice.objects.count()) == (1, 1)
