"""Mail through real clients: smtplib, imaplib and imap-tools against the mail room."""

import imaplib
import smtplib
import threading
from datetime import date, timedelta
from email.message import EmailMessage

import pytest
from imap_tools import AND, H, MailBoxUnencrypted, MailMessageFlags
from imap_tools.errors import MailboxLoginError

from resonanz.sandbox import customers, mail_tokens, mailboxes, seeds
from resonanz.sandbox.mailroom import mailroom


@pytest.fixture
def ports(world):
    with mailroom(world) as found:
        yield found


@pytest.fixture
def box(ports):
    with MailBoxUnencrypted("127.0.0.1", ports.imap).login(seeds.MAIL_LOGIN, seeds.MAIL_PASSWORD) as found:
        yield found


def letter(to=seeds.MAIL_ADDRESS, subject="Rechnung für März", text="Grüße 🌳\n.\n..Punkt\n"):
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "ada@post.auental.example", to, subject
    mail["Message-ID"] = "<one@post.auental.example>"
    mail.set_content(text)
    return mail


def send(ports, mail):
    with smtplib.SMTP("127.0.0.1", ports.smtp, timeout=5) as line:
        line.login(seeds.MAIL_LOGIN, seeds.MAIL_PASSWORD)
        line.send_message(mail)


def test_what_is_sent_can_be_read(ports, box):
    send(ports, letter())

    found = list(box.fetch(AND(all=True), mark_seen=False))

    assert [(one.subject, one.text.replace("\r\n", "\n")) for one in found] == [
        ("Rechnung für März", "Grüße 🌳\n.\n..Punkt\n")
    ]
    assert found[0].flags == ()
    assert found[0].uid == "1"


def test_reading_marks_as_seen_unless_one_peeks(ports, box):
    send(ports, letter())

    list(box.fetch())

    assert [one.flags for one in box.fetch(mark_seen=False)] == [(MailMessageFlags.SEEN,)]


def test_searching_by_uid_header_and_date(world, ports, box):
    for number in range(3):
        mail = letter()
        mail.replace_header("Message-ID", f"<m{number}@post.auental.example>")
        mailboxes.deliver(world, seeds.MAIL_ADDRESS, mail.as_bytes())

    assert box.uids(AND(uid="2:*")) == ["2", "3"]
    assert box.uids(AND(header=H("Message-ID", "<m1@post.auental.example>"))) == ["2"]
    assert box.uids(AND(date_gte=date(2026, 11, 23))) == ["1", "2", "3"]
    assert box.uids(AND(date_gte=date(2026, 11, 24))) == []
    assert box.uids(AND(subject="märz"), charset="UTF-8") == ["1", "2", "3"]
    assert box.uids("NOT (OR UID 1 UID 3)") == ["2"]


def test_flags_are_kept_and_deleting_expunges(ports, box):
    send(ports, letter())
    send(ports, letter(subject="Zweite"))

    box.flag("1", [MailMessageFlags.ANSWERED], True)
    box.delete("2")

    assert [(one.uid, one.flags) for one in box.fetch(mark_seen=False)] == [("1", ("\\Answered",))]


def test_a_mail_can_be_appended_and_counted(box):
    box.append(letter().as_bytes(), "Sent", flag_set=[MailMessageFlags.SEEN])

    status = box.folder.status("Sent")

    assert (status["MESSAGES"], status["UNSEEN"], status["UIDNEXT"], status["UIDVALIDITY"]) == (1, 0, 2, 1)
    assert "Sent" in [one.name for one in box.folder.list()]


def test_moving_copies_and_removes(ports, box):
    send(ports, letter())

    box.move("1", "Trash")

    assert box.uids() == []
    box.folder.set("Trash")
    assert [one.subject for one in box.fetch()] == ["Rechnung für März"]


def test_idle_tells_at_once(ports, box):
    sender = threading.Timer(0.2, send, (ports, letter()))
    sender.start()

    with box.idle as idle:
        news = idle.poll(timeout=5)
    sender.join()

    assert b"* 1 EXISTS" in news


def test_imaplib_reads_headers_and_parts_by_number(ports):
    send(ports, letter())
    line = imaplib.IMAP4("127.0.0.1", ports.imap)
    line.login(seeds.MAIL_LOGIN, seeds.MAIL_PASSWORD)

    selected = line.select("INBOX", readonly=True)
    _, head = line.fetch("1", "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])")
    _, piece = line.fetch("1", "(BODY.PEEK[]<0.5>)")
    refused = line.uid("STORE", "1", "+FLAGS", "(\\Seen)")[0]
    line.logout()

    assert selected == ("OK", [b"1"])
    assert head[0][1] == b"Message-ID: <one@post.auental.example>\r\n\r\n"
    assert piece[0][1] == b"From:"
    assert refused == "NO"


def test_a_password_with_quotes_and_a_wrong_one_are_refused(ports):
    for password in ('a"b\\c', "falsch"):
        with pytest.raises(MailboxLoginError), MailBoxUnencrypted("127.0.0.1", ports.imap) as box:
            box.login(seeds.MAIL_LOGIN, password)


def test_a_planned_refusal_of_the_log_in_strikes_once(world, ports):
    world.faults.plan("mail", "refuse_log_in")

    with pytest.raises(MailboxLoginError), MailBoxUnencrypted("127.0.0.1", ports.imap) as box:
        box.login(seeds.MAIL_LOGIN, seeds.MAIL_PASSWORD)
    with MailBoxUnencrypted("127.0.0.1", ports.imap).login(seeds.MAIL_LOGIN, seeds.MAIL_PASSWORD) as box:
        assert box.uids() == []


def test_smtp_can_refuse_after_data(world, ports):
    world.faults.plan("mail", "refuse_mail")

    with pytest.raises(smtplib.SMTPDataError) as caught:
        send(ports, letter())

    assert caught.value.smtp_code == 451
    assert mailboxes.mails(world, seeds.MAIL_ADDRESS) == []


def test_smtp_can_cut_the_line_after_it_took_the_mail(world, ports):
    world.faults.plan("mail", "drop_after_mail")

    with pytest.raises((smtplib.SMTPServerDisconnected, ConnectionError)):
        send(ports, letter())

    assert len(mailboxes.mails(world, seeds.MAIL_ADDRESS)) == 1


def test_a_mailbox_that_is_not_there_is_refused(ports):
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send(ports, letter(to="niemand@post.auental.example"))


def test_nonsense_gets_bad_and_the_line_goes_on(ports):
    send(ports, letter())
    line = imaplib.IMAP4("127.0.0.1", ports.imap)
    line.login(seeds.MAIL_LOGIN, seeds.MAIL_PASSWORD)
    line.select()

    answers = []
    for said in ("(1 2", "1 (NOTHING)", "x:y (UID)"):
        try:
            answers.append(line._simple_command("FETCH", said)[0])
        except imaplib.IMAP4.error:
            answers.append("BAD")
            continue
    alive = line.noop()[0]
    line.logout()

    assert alive == "OK"
    assert answers == ["BAD"] * 3


def test_a_customers_mail_from_the_form_arrives(world, box):
    customers.say(world, "mail", "Jörg Müller", "Mein Abschlag\nist zu hoch.")

    found = next(iter(box.fetch()))

    assert (found.from_values.name, found.subject) == ("Jörg Müller", "Mein Abschlag")


def test_the_mail_room_lets_in_by_token_and_refuses_with_a_question_first(world, ports):
    token = mail_tokens._new(world, "access")

    with MailBoxUnencrypted("127.0.0.1", ports.imap).xoauth2(seeds.MAIL_LOGIN, token) as box:
        assert box.login_result[0] == "OK"
    line = imaplib.IMAP4("127.0.0.1", ports.imap)
    with pytest.raises(imaplib.IMAP4.error, match="not good"):
        line.authenticate("XOAUTH2", lambda question: b"" if question else b"user=x\x01auth=Bearer made-up\x01\x01")
    line.logout()


def test_a_token_ends_after_an_hour(world):
    token = mail_tokens._new(world, "access")

    before = mail_tokens.fits(world, token)
    world.clock.advance(timedelta(hours=1))

    assert (before, mail_tokens.fits(world, token)) == (True, False)
