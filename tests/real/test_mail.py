"""E-mail against real Postfix and Dovecot: the whole loop, bounces, repeats, log-ins and protection."""

import smtplib
import threading
import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from resonanz.connectors.contract import (
    Access,
    AuthExpired,
    Author,
    Incoming,
    Mark,
    Outgoing,
    Rejected,
    Unsupported,
    Visibility,
)
from resonanz.connectors.email import connector
from resonanz.connectors.email.connector import MOST_MAIL
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret
from tests.real.servers import MailTown

pytestmark = pytest.mark.real
PATIENCE_S = 30.0


def access(mail: MailTown, address: str, *, password: str = "", **changed: str) -> Access:
    secrets = {"password": Secret(password or mail.password)}
    return Access(address, mail.settings(address, **changed), secrets, Http(), datetime.now(UTC))


def letter(to: str, text: str, subject: str = "Störung", **more) -> Outgoing:
    return Outgoing(uuid4().hex, text, Visibility.PRIVATE, to=Author(to, handle=to), subject=subject, **more)


def awaited(here: Access, word: str) -> Incoming:
    """The first mail of this mailbox that contains a word, within the time that a busy machine may need."""
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        cursor, more = "", True
        while more:
            page = connector.pull(here, cursor)
            cursor, more = page.cursor, page.more
            for arrival in page.arrivals:
                found = connector.parse(here, arrival)
                if word in found.text or word in found.subject or word in found.about_id:
                    return found
        time.sleep(0.1)
    raise AssertionError(f"no mail with {word!r} came")


def test_the_whole_loop_from_a_customers_mail_to_our_answer_in_her_thread(mail: MailTown):
    house, ada, word = access(mail, mail.house), access(mail, mail.ada), uuid4().hex
    connector.send(ada, letter(mail.house, f"Seit 6 Uhr kein Strom. {word}"))
    question = awaited(house, word)
    answer = Outgoing(
        uuid4().hex,
        f"Um 18 Uhr ist er wieder da. {word}",
        Visibility.PRIVATE,
        in_reply_to=question.native_id,
        to=question.author,
        subject=question.subject,
        references=question.references,
    )

    receipt = connector.send(house, answer)
    arrived = awaited(ada, word)
    while arrived.author.is_self:
        arrived = awaited(ada, "Um 18 Uhr")

    assert (arrived.native_id.partition("#")[0], arrived.subject) == (receipt.native_id, "Re: Störung")
    assert (arrived.conversation.partition("|")[0], arrived.parent_id) == (question.conversation.partition("|")[0],) * 2
    assert (arrived.author.native_id, arrived.fresh) == (mail.house, answer.text)


def test_waiting_wakes_when_a_mail_comes_and_sleeps_when_none_does(mail: MailTown):
    ben, word = access(mail, mail.ben), uuid4().hex
    woken: list[bool] = []
    waiting = threading.Thread(target=lambda: woken.append(connector.watch(ben, PATIENCE_S)))
    waiting.start()

    sent = 0
    while waiting.is_alive() and sent < PATIENCE_S:  # what comes before it listens wakes nobody
        connector.send(access(mail, mail.ada), letter(mail.ben, f"wach auf {word} {sent}"))
        sent += 1
        waiting.join(1)

    assert woken == [True]
    for number in range(sent):
        awaited(ben, f"{word} {number}")
    assert connector.watch(ben, 0.3) is False


def test_pulling_goes_on_where_it_stopped_and_repeats_are_the_same_arrivals(mail: MailTown):
    ben, word = access(mail, mail.ben), uuid4().hex
    awaited_before = connector.pull(ben, "").cursor
    for number in range(3):
        connector.send(access(mail, mail.ada), letter(mail.ben, f"{word} {number}"))
    for number in range(3):
        awaited(ben, f"{word} {number}")

    page, repeat = connector.pull(ben, awaited_before), connector.pull(ben, awaited_before)
    renumbered = connector.pull(ben, '{"validity": 1, "uid": 99999}')
    after = connector.pull(ben, page.cursor)

    assert [one.external_id for one in page.arrivals] == [one.external_id for one in repeat.arrivals]
    assert len(page.arrivals) == 3
    assert {one.external_id for one in page.arrivals} <= {one.external_id for one in renumbered.arrivals}
    assert after.arrivals == []


def test_what_was_sent_is_found_by_its_key_and_a_second_send_has_the_same_id(mail: MailTown):
    house, outgoing = access(mail, mail.house), letter(mail.ada, "Guten Tag")

    first = connector.send(house, outgoing)
    found = connector.find(house, outgoing, datetime.now(UTC) - timedelta(minutes=5))
    second = connector.send(house, outgoing)

    assert found is not None
    assert found.native_id == first.native_id == second.native_id


def test_absence_is_proof_only_with_a_copy_to_ourselves(mail: MailTown):
    never = letter(mail.ada, "nie gesendet")
    since = datetime.now(UTC) - timedelta(hours=1)

    with pytest.raises(Unsupported):
        connector.find(access(mail, mail.house), never, since)
    assert connector.find(access(mail, mail.house, self_copy="yes"), never, since) is None


def test_a_copy_to_ourselves_proves_a_send_without_a_folder_and_is_known_as_ours(mail: MailTown):
    house, word = access(mail, mail.house, self_copy="yes", keep_sent="no"), uuid4().hex
    outgoing = letter(mail.ada, f"Guten Tag {word}")
    receipt = connector.send(house, outgoing)

    copy = awaited(house, word)

    assert connector.find(house, outgoing, datetime.now(UTC) - timedelta(minutes=5)).native_id == receipt.native_id
    assert (copy.native_id, copy.marks) == (receipt.native_id, {Mark.OWN})


def test_a_recipient_who_is_not_there_is_refused_at_once(mail: MailTown):
    with pytest.raises(Rejected, match="recipient: 550"):
        connector.send(access(mail, mail.house), letter("niemand@kunde.example", "Hallo"))


def test_a_bounce_comes_back_and_names_our_mail(mail: MailTown):
    house = access(mail, mail.house)
    receipt = connector.send(house, letter(mail.bouncing, "Hallo"))

    bounce = awaited(house, receipt.native_id)

    assert (bounce.marks, bounce.about_id) == ({Mark.BOUNCE}, receipt.native_id)


@pytest.mark.parametrize("protection", ["starttls", "tls"])
def test_protected_lines_hold_with_an_own_authority_and_not_without(mail: MailTown, protection):
    imap = {"starttls": mail.imap_port, "tls": mail.imaps_port}[protection]
    settings = {"imap_protection": protection, "imap_port": str(imap), "smtp_protection": "starttls"}

    good = connector.health(access(mail, mail.house, authority=mail.authority, **settings))
    bad = connector.health(access(mail, mail.house, **settings))

    assert (good.ok, bad.ok) == (True, False)
    assert "CERTIFICATE_VERIFY_FAILED" in str(bad.places["why"])


def test_a_wrong_password_is_said_by_both_ways_in(mail: MailTown):
    wrong = access(mail, mail.house, password="wrong-password-9")

    with pytest.raises(AuthExpired) as imap:
        connector.pull(wrong, "")
    with pytest.raises(AuthExpired) as smtp:
        connector.send(wrong, letter(mail.ada, "x"))

    assert connector.health(wrong).places == {"name": "IMAP"}
    assert "wrong-password-9" not in f"{imap.value} {smtp.value}"


def test_a_folder_that_is_not_there_is_said(mail: MailTown):
    health = connector.health(access(mail, mail.house, folder="Gibtsnicht"))

    assert (health.ok, health.places["why"]) == (False, "the mailbox has no such folder: Gibtsnicht")


def test_of_a_giant_mail_the_beginning_comes_and_the_rest_is_named(mail: MailTown):
    word = uuid4().hex
    giant = f"From: {mail.ada}\r\nTo: {mail.house}\r\nSubject: gross {word}\r\n\r\n{word}\r\n".encode()
    giant += (b"x" * 998 + b"\r\n") * (MOST_MAIL // 1000 + 100)
    with smtplib.SMTP("127.0.0.1", mail.smtp_port, timeout=60) as server:
        server.sendmail(mail.ada, [mail.house], giant)

    found = awaited(access(mail, mail.house), word)

    assert [one.name for one in found.attachments] == ["mail.eml"]
    assert found.attachments[0].size > MOST_MAIL
    assert len(found.text) <= 1024 * 1024


def test_limits_come_from_the_server_and_backfill_reads_the_days_asked_for(mail: MailTown):
    house, word = access(mail, mail.house), uuid4().hex
    connector.send(access(mail, mail.ada), letter(mail.house, word))
    awaited(house, word)

    page = connector.backfill(house, datetime.now(UTC) - timedelta(days=1), "")

    assert connector.limits(house).attachment_max_bytes == int(41_943_040 * 0.7)
    assert page.arrivals
