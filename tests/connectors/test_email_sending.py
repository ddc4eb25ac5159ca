"""E-mail: the mail that leaves, and what each refusal on its way means."""

import email
import socketserver
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.connectors.contract import (
    Access,
    Attachment,
    AuthExpired,
    Author,
    OutcomeUnclear,
    Outgoing,
    Postponed,
    RateLimited,
    Rejected,
    Unreachable,
    Visibility,
)
from resonanz.connectors.email import connector
from resonanz.connectors.email.post import letter
from resonanz.kit.http import Http
from resonanz.kit.secrets import Secret

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADA = Author("ada@kunde.example", "Ada Müller", "ada@kunde.example")
STEPS = {
    "EHLO": "250-here\r\n250 AUTH PLAIN",
    "AUTH": "235 ok",
    "MAIL": "250 ok",
    "RCPT": "250 ok",
    "DATA": "354 go",
    ".": "250 ok",
    "QUIT": "221 bye",
}


def outgoing(**changed) -> Outgoing:
    start = {
        "key": "k1",
        "text": "Guten Tag,\n\n.Punkt <b> & https://x.example/a?b=1&c=2.",
        "visibility": Visibility.PRIVATE,
        "to": ADA,
    }
    return Outgoing(**start | {"in_reply_to": "<a1@kunde.example>#12345678", "subject": "AW: Re: Störung"} | changed)


def built(**changed):
    made = letter(outgoing(**changed), address="service@stadtwerke.example", from_name="Stadtwerke Süd", at=NOW)
    return email.message_from_bytes(made.content, policy=default)


def test_an_answer_carries_its_thread_one_re_and_both_forms_of_text():
    mail = built(references=("<r@k>", "<a1@kunde.example>"))

    assert mail["Subject"] == "Re: Störung"
    assert (mail["In-Reply-To"], mail["References"]) == ("<a1@kunde.example>", "<r@k> <a1@kunde.example>")
    assert (str(mail["From"]), str(mail["To"])) == (
        "Stadtwerke Süd <service@stadtwerke.example>",
        "Ada Müller <ada@kunde.example>",
    )
    assert mail["Auto-Submitted"] is None
    assert mail.get_body(("plain",)).get_content().splitlines() == outgoing().text.splitlines()
    assert (
        '<p>.Punkt &lt;b&gt; &amp; <a href="https://x.example/a?b=1&amp;c=2">' in mail.get_body(("html",)).get_content()
    )


def test_the_same_key_gives_the_same_message_id_and_another_key_another():
    ids = [built(key=key)["Message-ID"] for key in ("k1", "k1", "k2")]

    assert ids[0] == ids[1] != ids[2]
    assert ids[0].endswith("@stadtwerke.example>")


def test_a_first_mail_keeps_its_subject():
    assert built(in_reply_to="", subject="Ihr Termin")["Subject"] == "Ihr Termin"


def test_files_go_along():
    mail = built(attachments=(Attachment("Plan ü.pdf", "application/pdf", b"%PDF"),))

    assert [(one.get_filename(), one.get_content()) for one in mail.iter_attachments()] == [("Plan ü.pdf", b"%PDF")]


WILD = st.text(max_size=60) | st.sampled_from(
    ["x\r\nBcc: all@x.example", "x\nSubject: y", "\r\n\r\nBody", "a\u2028Bcc: b", "=?utf-8?q?=0D=0ABcc:x?="]
)


@given(subject=WILD, name=WILD, sender=WILD, parent=WILD, key=WILD)
def test_nothing_from_outside_can_add_a_header(subject, name, sender, parent, key):
    made = letter(
        outgoing(
            subject=subject,
            from_name=sender,
            in_reply_to=parent,
            key=key,
            references=(parent, f"<{name}>"),
            to=Author("ada@kunde.example", name),
        ),
        address="service@stadtwerke.example",
        from_name="",
        at=NOW,
    )
    names = [
        line.split(":")[0].lower()
        for line in made.content.partition(b"\r\n\r\n")[0].decode().split("\r\n")
        if line[0] not in " \t"
    ]

    assert set(names) <= {
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "in-reply-to",
        "references",
        "mime-version",
        "content-type",
    }
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ada",
        "ada@x.example\r\nBcc: b@x.example",
        "a@x.example, b@x.example",
        "<a@x>",
        "a b@x.example",
        "ü@x.example",
    ],
)
def test_what_is_no_address_is_found_before_and_refused_at_the_send(address):
    bad = outgoing(to=Author(address, handle=address))

    assert [one.code for one in connector.check(bad, connector.manifest.limits)] == ["bad_address"]
    with pytest.raises(Rejected):
        letter(bad, address="service@stadtwerke.example", from_name="", at=NOW)


def test_the_reply_address_wins_over_the_identity():
    assert built(to=Author("form@web.example", "Hanna", "hanna@kunde.example"))["To"] == "Hanna <hanna@kunde.example>"


@contextmanager
def post_office(**changed: str):
    """An SMTP server that answers each step as told; "" hangs up. What it was given stands in ``taken``."""
    answers, taken = STEPS | changed, []

    class Counter(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            if not self.say(answers.get("HELLO", "220 here")):
                return
            text: list[bytes] | None = None
            for line in self.rfile:
                if text is not None and line != b".\r\n":
                    text.append(line)
                    continue
                step = "." if text is not None else line.split()[0].decode().upper()
                if text is not None:
                    taken.append(b"".join(text))
                text = None
                if not self.say(answers.get(step, "250 ok")):
                    return
                text = [] if step == "DATA" and answers["DATA"].startswith("3") else None

        def say(self, answer: str) -> bool:
            self.wfile.write(f"{answer}\r\n".encode() if answer else b"")
            return bool(answer)

    class Quiet(socketserver.ThreadingTCPServer):
        daemon_threads = True

        def handle_error(self, request, client_address):
            pass

    with Quiet(("127.0.0.1", 0), Counter) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        settings = {
            "address": "service@stadtwerke.example",
            "smtp_host": "127.0.0.1",
            "smtp_port": str(server.server_address[1]),
        }
        settings |= {"smtp_protection": "plain", "keep_sent": "no"}
        yield Access("a", settings, {"password": Secret("very-secret-77")}, Http(), NOW), taken
        server.shutdown()
        thread.join()


def test_an_accepted_mail_gives_its_message_id_and_arrives_whole():
    with post_office() as (access, taken):
        receipt = connector.send(access, outgoing())

    [mail] = [email.message_from_bytes(one.replace(b"\r\n..", b"\r\n."), policy=default) for one in taken]
    assert receipt.native_id == mail["Message-ID"]
    assert mail.get_body(("plain",)).get_content().splitlines() == outgoing().text.splitlines()


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"HELLO": "554 no"}, Unreachable),
        ({"HELLO": ""}, Unreachable),
        ({"AUTH": "535 5.7.8 bad very-secret-77"}, AuthExpired),
        ({"AUTH": "454 4.7.0 later"}, Unreachable),
        ({"MAIL": "530 log in first"}, AuthExpired),
        ({"MAIL": "552 too big"}, Rejected),
        ({"RCPT": "550 5.1.1 no such user"}, Rejected),
        ({"MAIL": "452 4.3.1 no room for more"}, RateLimited),
        ({"RCPT": "450 4.1.2 domain not found"}, Postponed),
        ({"RCPT": "451 4.7.1 greylisted"}, Postponed),
        ({"RCPT": "452 4.2.2 mailbox full"}, Postponed),
        ({"RCPT": "421 closing"}, Unreachable),
        ({"RCPT": ""}, Unreachable),
        ({"DATA": "451 later"}, Postponed),
        ({"DATA": "554 no"}, Rejected),
        ({".": "451 later"}, Postponed),
        ({".": "554 spam"}, Rejected),
        ({".": "421 closing"}, Unreachable),
        ({".": ""}, OutcomeUnclear),
    ],
)
def test_each_refusal_says_whether_the_mail_can_have_left(changed, error):
    with post_office(**changed) as (access, _), pytest.raises(error) as caught:
        connector.send(access, outgoing())

    assert type(caught.value) is error
    assert "very-secret-77" not in f"{caught.value} {caught.value!r} {caught.value.why}"


def test_a_password_never_goes_unprotected_to_another_machine():
    settings = {
        "address": "a@x.example",
        "smtp_host": "mail.x.example",
        "smtp_protection": "plain",
        "imap_host": "mail.x.example",
        "imap_protection": "plain",
    }
    access = Access("a", settings, {"password": Secret("p")}, Http(), NOW)

    with pytest.raises(Rejected, match="unprotected"):
        connector.send(access, outgoing())
    assert connector.health(access).ok is False


@pytest.mark.parametrize("port", ["0", "65536", "x", "-1", "٣"])
def test_a_port_that_is_none_is_said(port):
    settings = {"address": "a@x.example", "imap_host": "127.0.0.1", "imap_port": port, "imap_protection": "plain"}

    with pytest.raises(Rejected, match="port"):
        connector.pull(Access("a", settings, {}, Http(), NOW), "")


def test_attachments_beyond_the_limit_are_found_before_sending():
    big = outgoing(attachments=(Attachment("a", "text/plain", b"x" * 16 * 1024 * 1024),))

    assert [one.code for one in connector.check(big, connector.manifest.limits)] == ["not_possible"]


def test_a_mail_appears_with_the_lines_that_it_will_carry():
    found, sent = connector.appear(outgoing(text=" Guten Tag \n")), built(text=" Guten Tag \n")

    assert (found.kind, found.text) == ("mail", "Guten Tag")
    assert [found.subject, found.to in str(sent["To"])] == [str(sent["Subject"]), True]
