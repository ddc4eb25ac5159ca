"""The whole way through the house against real servers: Postfix and Dovecot, snac2."""

import imaplib
import smtplib
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Any
from uuid import uuid4

import pytest

from resonanz.accounts.connect import check_account, connect_account
from resonanz.casework.close import close_case
from resonanz.casework.ledger import balance
from resonanz.kit import clock
from resonanz.kit.http import Http
from resonanz.model.models import Case, CaseState, CloseReason, Coverage, Delivery, DeliveryState, Message, VisibleTo
from resonanz.work.loop import run_once
from tests.flow.steps import PATIENCE_S, answer, publish_greeting, until
from tests.real.servers import MailTown, SnacTown

pytestmark = [pytest.mark.real, pytest.mark.django_db(transaction=True)]
AFTER_UNDO = timedelta(seconds=30)


def post(mail: MailTown, sender: str, subject: str, text: str) -> str:
    """A customer writes to the house in a client of their own; gives the Message-ID."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = sender, mail.house, subject
    letter["Message-ID"] = make_msgid(domain="kunde.example")
    letter.set_content(text)
    with smtplib.SMTP("127.0.0.1", mail.smtp_port, timeout=30) as server:
        server.send_message(letter)
    return letter["Message-ID"]


def letter_with(mail: MailTown, address: str, word: str) -> EmailMessage:
    """The mail in a customer's mailbox that contains a word, read over IMAP."""
    with imaplib.IMAP4("127.0.0.1", mail.imap_port, timeout=30) as server:
        server.login(address, mail.password)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            server.select("INBOX", readonly=True)
            found = server.search(None, "BODY", word)[1][0].split()
            if found:
                [raw] = [part[1] for part in server.fetch(found[0], "(RFC822)")[1] if isinstance(part, tuple)]
                return message_from_bytes(raw, policy=policy.default)
            time.sleep(0.1)
    raise AssertionError(f"no mail with {word!r} came")


def connect_mailbox(mail: MailTown, town) -> None:
    settings = mail.settings(mail.house) | {"poll_every_s": "1"}
    secrets = {"password": mail.password}
    account = connect_account(
        channel="email", name="Stadtwerke", settings=settings, secrets=secrets, by=town.operator, queue=town.queue
    )
    assert check_account(account, by=town.operator).ok
    publish_greeting(town)


def case_with(word: str) -> Case:
    return Case.objects.filter(conversations__messages__text__contains=word).distinct().get()


def arrived(word: str) -> Callable[[], bool]:
    return lambda: Case.objects.filter(conversations__messages__text__contains=word).exists()


def assert_balanced() -> None:
    found = balance(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    inbound = Message.objects.inbound()
    assert (found.unaccounted, found.messages) == (0, inbound.count())
    assert found.open == inbound.filter(coverage=Coverage.OPEN).count()


def test_a_mail_is_answered_in_its_thread_found_by_the_customer_and_balanced(town, mail):
    word = uuid4().hex
    asked = post(mail, mail.ada, "Kein Strom", f"Seit 6 Uhr habe ich keinen Strom. {word}")
    connect_mailbox(mail, town)
    until(arrived(word))
    case = case_with(word)

    delivery = answer(case, f"Um 18 Uhr ist er wieder da. re{word}", town)
    before = run_once() and Delivery.objects.get(pk=delivery.pk).state
    with clock.shifted(AFTER_UNDO):
        run_once()
        until(lambda: Delivery.objects.get(pk=delivery.pk).state != DeliveryState.WAITING)
    reply = letter_with(mail, mail.ada, f"re{word}")

    assert before == DeliveryState.WAITING
    assert (reply["In-Reply-To"], reply["References"], reply["Subject"]) == (asked, asked, "Re: Kein Strom")
    assert reply.get_body(("plain",)).get_content().startswith("Guten Tag! Um 18 Uhr")
    assert Message.objects.inbound().get(text__contains=word).coverage == Coverage.ANSWERED
    assert_balanced()


def test_her_thanks_come_back_into_the_same_case_and_our_sent_copy_is_no_second_answer(town, mail):
    word = uuid4().hex
    post(mail, mail.ada, "Zähler", f"Wie lese ich den Zähler ab? {word}")
    connect_mailbox(mail, town)
    until(arrived(word))
    case = case_with(word)
    answer(case, f"Unten links. re{word}", town)

    with clock.shifted(AFTER_UNDO):
        run_once()
        reply = letter_with(mail, mail.ada, f"re{word}")
        thanks = EmailMessage()
        thanks["From"], thanks["To"], thanks["Subject"] = mail.ada, mail.house, reply["Subject"]
        thanks["Message-ID"], thanks["In-Reply-To"] = make_msgid(domain="kunde.example"), reply["Message-ID"]
        thanks.set_content(f"Danke schön! danke{word}")
        with smtplib.SMTP("127.0.0.1", mail.smtp_port, timeout=30) as server:
            server.send_message(thanks)
        until(arrived(f"danke{word}"))

    assert case_with(f"danke{word}") == case
    told = Message.objects.filter(conversation__case=case).values_list("direction", flat=True)
    assert sorted(told) == ["in", "in", "out"]
    assert_balanced()


def test_what_a_colleague_answers_from_the_mailbox_counts_and_her_next_question_is_open(town, mail):
    word = uuid4().hex
    asked = post(mail, mail.ada, "Abschlag", f"Warum zahle ich mehr? {word}")
    post(mail, mail.ben, "Abschlag", f"Warum zahle ich weniger? ben{word}")
    connect_mailbox(mail, town)
    until(lambda: arrived(f"mehr? {word}")() and arrived(f"ben{word}")())

    lay_into_sent(mail, mail.ada, f"Weil der Preis gestiegen ist. re{word}", answers=asked)
    lay_into_sent(mail, mail.ben, f"Guten Tag, unser Angebot. neu{word}")
    question = Message.objects.inbound().get(text__contains=f"mehr? {word}")
    until(lambda: Message.objects.get(pk=question.pk).coverage == Coverage.ANSWERED_NATIVELY)
    with clock.shifted(timedelta(minutes=1)):
        post(mail, mail.ada, "Re: Abschlag", f"Wie viel? mehr{word}")
        until(arrived(f"mehr{word}"))

    assert Message.objects.get(text__contains=f"re{word}").direction == "out"
    assert Message.objects.inbound().get(text__contains=f"ben{word}").coverage == Coverage.OPEN
    assert Message.objects.inbound().get(text__contains=f"mehr{word}").coverage == Coverage.OPEN
    assert not Message.objects.filter(text__contains=f"neu{word}").exists()
    assert_balanced()


def lay_into_sent(mail: MailTown, to: str, text: str, *, answers: str = "") -> None:
    """What a colleague sends from a mail program of their own stands in the folder of sent mail afterwards."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Subject"] = mail.house, to, "Re: Abschlag"
    letter["Message-ID"], letter["Date"] = make_msgid(domain="stadtwerke.example"), formatdate()
    if answers:
        letter["In-Reply-To"] = letter["References"] = answers
    letter.set_content(text)
    with imaplib.IMAP4("127.0.0.1", mail.imap_port, timeout=30) as server:
        server.login(mail.house, mail.password)
        assert server.append("Sent", "(\\Seen)", imaplib.Time2Internaldate(time.time()), letter.as_bytes())[0] == "OK"


def test_a_bounce_becomes_a_sending_problem_and_opens_the_question_again(town, mail):
    word = uuid4().hex
    post(mail, mail.bouncing, "Abschlag", f"Mein Abschlag ist zu hoch. {word}")
    connect_mailbox(mail, town)
    until(arrived(word))
    delivery = answer(case_with(word), f"Wir sehen nach. re{word}", town)

    with clock.shifted(AFTER_UNDO):
        run_once()
        sent = Delivery.objects.get(pk=delivery.pk).state
        until(lambda: Delivery.objects.get(pk=delivery.pk).state == DeliveryState.REFUSED)

    target = Message.objects.inbound().get(text__contains=word)
    case = case_with(word)
    assert sent == DeliveryState.SENT
    assert list(Delivery.objects.problems()) == [delivery]
    assert (target.coverage, case.state, case.waiting_since) == (Coverage.OPEN, CaseState.OPEN, target.occurred_at)
    assert_balanced()


@pytest.fixture
def ada(snac: SnacTown) -> Iterator[Callable[..., Any]]:
    """What Ada does in her own client."""
    headers = {"authorization": f"Bearer {snac.tokens['ada']}", "connection": "close"}
    http = Http()

    def act(method: str, path: str, **form: str) -> Any:
        parts = {"form": form} if method != "GET" else {}
        return http.call(method, f"{snac.base_url}/api/v1{path}", headers=headers, **parts).json()

    yield act
    http.close()


def replies_to_her(ada: Callable[..., Any], word: str) -> list[dict[str, Any]]:
    """Our answers as they stand in Ada's notifications."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        found = [one["status"] for one in ada("GET", "/notifications") if one.get("status")]
        found = [one for one in found if word in one["content"]]
        if found:
            return found
        time.sleep(0.3)
    raise AssertionError(f"Ada was not told about {word!r}")


def test_a_mention_and_a_direct_message_are_answered_as_they_were_asked(town, snac, ada):
    public, private = uuid4().hex, uuid4().hex
    ada("POST", "/statuses", status=f"@haus Wann fährt der Bus heute? {public}")
    ada("POST", "/statuses", status=f"@haus Meine Karte geht nicht. {private}", visibility="direct")
    settings = {"base_url": snac.base_url, "handle": snac.house, "poll_every_s": "1"}
    secrets = {"token": snac.tokens["haus"]}
    connect_account(
        channel="mastodon", name="Haus", settings=settings, secrets=secrets, by=town.operator, queue=town.queue
    )
    publish_greeting(town)
    until(lambda: arrived(public)() and arrived(private)())

    deliveries = [answer(case_with(word), f"Gleich. re{word}", town) for word in (public, private)]
    with clock.shifted(AFTER_UNDO):
        run_once()
        until(lambda: not Delivery.objects.filter(state=DeliveryState.WAITING).exists())
    with clock.shifted(timedelta(minutes=5)):
        until(lambda: not Delivery.objects.exclude(state=DeliveryState.CONFIRMED).exists())

    kept = [Delivery.objects.get(pk=one.pk).content["visibility"] for one in deliveries]
    seen = {word: replies_to_her(ada, f"re{word}")[0] for word in (public, private)}
    page = Http().call("GET", f"{snac.base_url}/haus", headers={"connection": "close"}).text
    assert kept == [VisibleTo.PUBLIC, VisibleTo.PRIVATE]
    assert seen[public]["visibility"] == "public"
    assert seen[private]["visibility"] in {"direct", "private"}  # snac tells recipients of a direct message "private"
    assert (f"re{public}" in page, f"re{private}" in page) == (True, False)
    assert set(Message.objects.inbound().values_list("coverage", flat=True)) == {Coverage.ANSWERED}
    assert_balanced()
    case = close_case(case_with(public), by=town.alice, reason=CloseReason.ANSWERED)
    assert case.state == CaseState.CLOSED
