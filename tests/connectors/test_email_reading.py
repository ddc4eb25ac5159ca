"""E-mail: what is read out of mails as they really come."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.connectors.contract import Arrival, Incoming, Mark, NotOurs
from resonanz.connectors.email.body import file_name, safe, unflowed
from resonanz.connectors.email.headers import bare_subject, decoded, text_of
from resonanz.connectors.email.parse import bare_id, parse
from resonanz.connectors.email.quotes import fresh

OURS = ("service@stadtwerke.example", "info@stadtwerke.example")
HEAD = "From: Ada <ada@kunde.example>\nDate: Fri, 20 Nov 2026 09:00:00 +0000\n"


def read(mail: str | bytes, headers: dict[str, str] | None = None) -> Incoming:
    return parse(Arrival("x", mail if isinstance(mail, bytes) else mail.encode(), headers or {}), OURS)


OLD = "Wir haben Ihre Frage erhalten.\nIhre Stadtwerke"
BYE = "Mit freundlichen Grüßen\nBen Beck"
NUMBERED = "MfG\nBen Beck\nKundennummer 4711123\nwww.beck.example"
MINE = "Am Montag schrieb ich Ihnen um 10:15 dies:\nDer Strom ist weg."
FORWARD = (
    "Zur Kenntnis\n\n---------- Forwarded message ---------\nVon: X <x@y.example>\nDate: Do\nSubject: S\nTo: A\n\nB"
)
QUOTED = "> Wir haben Ihre Frage erhalten.\n> Ihre Stadtwerke"


@pytest.mark.parametrize(
    ("text", "new"),
    [
        (f"Danke!\n\nAm 12.03.2026 um 10:11 schrieb Stadtwerke <s@x.example>:\n{QUOTED}", "Danke!"),
        (f"Danke!\n\nAm 12.03.2026 um 10:11 schrieb Stadtwerke <s@x.example>:\n\n{OLD}", "Danke!"),
        (f"Danke!\n\nAm Do., 12. März 2026 um 10:11 Uhr schrieb Stadtwerke <\ns@x.example>:\n\n{QUOTED}", "Danke!"),
        (f"Danke!\n\nStadtwerke <s@x.example> schrieb am Do., 12. März 2026, 10:11:\n\n{QUOTED}", "Danke!"),
        (f"Thanks!\n\nOn Thu, Mar 12, 2026 at 10:11 AM City Works <s@x.example> wrote:\n\n{QUOTED}", "Thanks!"),
        (f"On 12/03/2026 10:11, City Works wrote:\n{QUOTED}\n\nThanks, that works.", "Thanks, that works."),
        (f"{QUOTED}\n\nPasst.\n\n> Noch Fragen?\n\nNein.", "Passt.\n\n\nNein."),
        (f"Danke!\n\n-----Ursprüngliche Nachricht-----\nVon: S\nGesendet: heute\n\n{OLD}", "Danke!"),
        (f"Danke!\n\n________________________________\nVon: S <s@x.example>\nGesendet: Do\nAn: Ada\n\n{OLD}", "Danke!"),
        (f"Danke!\n\n*Von:* S\n*Gesendet:* Do\n*An:* Ada\n*Betreff:* X\n\n{OLD}", "Danke!"),
        (f"Thanks!\n\nFrom: S\nSent: Thursday\nTo: Ada\nSubject: X\n\n{OLD}", "Thanks!"),
        ("Der Zähler steht bei 4711.\n\n-- \nAda Müller\nTel. 0511 123", "Der Zähler steht bei 4711."),
        ("Kommt jemand?\n\nVon meinem iPhone gesendet", "Kommt jemand?"),
        ("Kommt jemand?\n\nSent from my iPhone\n\nOn 1.1.26 10:00, S wrote:\n> alt", "Kommt jemand?"),
        (f"Bitte prüfen.\n\n{BYE}\nBeck GmbH\nTel. 0511 123", f"Bitte prüfen.\n\n{BYE}"),
        (f"Bitte prüfen.\n\n{NUMBERED}", f"Bitte prüfen.\n\n{NUMBERED}"),
        (MINE, MINE),
        ("Hallo\nVon: hier bis dort fährt nichts.", "Hallo\nVon: hier bis dort fährt nichts."),
        (FORWARD, FORWARD),
        (f"-----Ursprüngliche Nachricht-----\n{OLD}", f"-----Ursprüngliche Nachricht-----\n{OLD}"),
        (QUOTED, QUOTED),
        ("", ""),
    ],
)  # fmt: skip
def test_the_new_part_is_told_from_the_old(text, new):
    assert fresh(text) == new


PIECES = st.sampled_from(
    ["Am 1.1.26 um 10:00 schrieb A <a@b.example>:", "> alt", "-- ", "neu", "", "Von: A", "Gesendet: B", "An: C", "MfG",
     "____________", "-----Original Message-----", "Sent from my Phone", "x@y.example", "On 1/1/26 10:00, A wrote:",
     "--"]
)  # fmt: skip


@given(st.lists(PIECES | st.text(max_size=30), max_size=30).map("\n".join))
def test_the_new_part_is_never_empty_where_the_text_is_not(text):
    assert bool(fresh(text).strip()) == bool(text.strip())


@pytest.mark.parametrize(
    "line", ["Am " * 300_000, ">" * 900_000, "_" * 900_000, " " * 900_000, "On x\n" * 200_000, "<@" * 400_000]
)
def test_hostile_lengths_stay_cheap(line):
    assert fresh(f"neu\n{line}").startswith("neu")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?Q?St=C3?= =?utf-8?Q?=B6rung?=", "Störung"),
        ("=?iso-8859-1?q?Stra=DFe?= und =?UTF-8?B?8J+YgA==?=", "Straße und 😀"),
        ("=?klingon?q?qapla=27?=", "qapla'"),
        ("=?utf-8?B?abc?= kaputt =?utf-8?Q?offen", "i� kaputt =?utf-8?Q?offen"),
        ("schlicht", "schlicht"),
    ],
)
def test_encoded_words_are_read_also_when_broken(value, text):
    assert decoded(value) == text


@given(st.text(max_size=200))
def test_no_header_breaks_the_decoder(value):
    assert "\n" not in decoded(value)


@given(
    st.binary(max_size=200),
    st.sampled_from(["utf-8", "iso-8859-1", "", "klingon", "utf-7", "punycode", "hex", "utf-16", "a b", "\x00"]),
)
def test_any_bytes_in_any_charset_are_text(content, charset):
    assert isinstance(text_of(content, charset), str)


def test_utf8_that_calls_itself_latin1_is_read_as_utf8():
    assert text_of("Straße".encode(), "iso-8859-1") == "Straße"


@pytest.mark.parametrize(
    ("subject", "bare"),
    [("Re: AW: WG: Re[2]: Fwd: Strom", "Strom"), ("AW:Strom", "Strom"), ("Region", "Region"), ("Re:", "")],
)
def test_answer_prefixes_go_however_many(subject, bare):
    assert bare_subject(subject) == bare


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "etc_passwd"),
        ("a\r\nb.pdf", "a_b.pdf"),
        ("", "file"),
        ("C:\\x\\y.doc", "C_x_y.doc"),
        ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
    ],
)
def test_file_names_are_harmless(name, kept):
    assert file_name(name, "application/pdf") == kept


def test_scripts_forms_and_remote_pictures_go_and_text_stays():
    html = '<p onclick="x()" style="a">Hallo <script>x</script><img src="http://spy">'
    html += '<a href="javascript:x">a</a></p><form>f</form>'

    assert safe(html) == '<p>Hallo <a rel="noopener noreferrer nofollow">a</a></p>f'


def test_flowed_lines_are_joined_within_their_depth():
    assert unflowed("> eins \n> zwei\ndrei \nvier\n-- \nA", delsp=False) == "> eins zwei\ndrei vier\n-- \nA"


def test_the_same_mail_twice_has_one_id_and_a_different_mail_with_its_id_another():
    first = read(HEAD + "Message-ID: <1@form>\n\nStrom weg")
    copy = read("Received: by b; Fri, 20 Nov 2026 09:00:05 +0000\n" + HEAD + "Message-ID: <1@form>\n\nStrom weg")
    other = read(HEAD + "Message-ID: <1@form>\n\nGas weg")

    assert first.native_id == copy.native_id
    assert first.native_id != other.native_id
    assert {bare_id(one.native_id) for one in (first, copy, other)} == {"<1@form>"}
    assert bare_id("<ours#1@x>") == "<ours#1@x>"


def test_a_conversation_holds_over_answers_and_a_new_subject_is_a_new_thread():
    first = read(HEAD + "Subject: Strom\nMessage-ID: <1@a>\n\nx")
    answer = read(HEAD + "Subject: AW: Strom\nMessage-ID: <2@a>\nIn-Reply-To: <o@s>\nReferences: <1@a> <o@s>\n\ny")
    turned = read(HEAD + "Subject: Gas\nMessage-ID: <3@a>\nReferences: <1@a> <o@s>\n\nz")

    assert {one.conversation for one in (first, answer, turned)} == {"<1@a>|ada@kunde.example"}
    assert first.thread.native_id == answer.thread.native_id != turned.thread.native_id


@pytest.mark.parametrize(
    ("extra", "marks"),
    [
        ("Auto-Submitted: auto-replied", {Mark.AUTO_REPLY}),
        ("Auto-Submitted: no", set()),
        ("X-Autoreply: yes", {Mark.AUTO_REPLY}),
        ("Precedence: auto_reply", {Mark.AUTO_REPLY}),
        ("Precedence: bulk", {Mark.BULK}),
        ("Subject: Abwesenheitsnotiz: Strom", {Mark.OUT_OF_OFFICE}),
        ("Subject: Out of Office Re: Strom", {Mark.OUT_OF_OFFICE}),
        ("Subject: Automatic reply: Power", {Mark.AUTO_REPLY}),
        ("Subject: Abwesenheit bei der Ablesung", set()),
        ("Subject: Automatische Abbuchung falsch", set()),
        ("X-Spam-Flag: YES", {Mark.SPAM}),
        ("X-Failed-Recipients: x@y.example", {Mark.BOUNCE}),
        ("List-Id: <l.example>", {Mark.BULK}),
        ("Subject: Auto: Ladesäule am Bahnhof", set()),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply", set()),
        ("List-Id: Service <service.stadtwerke.example>\nPrecedence: list\nList-Unsubscribe: <mailto:x@y>", set()),
        ("List-Id: <g1.example>\nList-Post: <https://g>, <mailto:Service@stadtwerke.example>", set()),
        ("List-Id: <g1.example>\nList-Post: <mailto:l@other.example>", {Mark.BULK}),
    ],
)
def test_machines_are_told_from_people(extra, marks):
    assert read(f"{HEAD}{extra}\nMessage-ID: <1@a>\n\nText").marks == marks


def test_a_delayed_report_is_no_bounce():
    mail = HEAD.replace("Ada <ada@kunde.example>", "MAILER-DAEMON@mx.example") + (
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nwarten\n--b\n"
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\nAction: delayed\nStatus: 4.4.1\n\n--b--\n"
    )

    assert read(mail).marks == {Mark.AUTO_REPLY}


def test_a_bounce_of_another_make_is_known_by_its_words_and_names_our_mail():
    mail = "Return-Path: <>\nFrom: postmaster@mx.example\nSubject: Unzustellbar: Re: Strom\n"
    mail += "Date: Fri, 20 Nov 2026 09:00:00 +0000\n\n"

    found = read(mail + "Nicht zugestellt.\nMessage-ID: <abc@stadtwerke.example>\nFrom: service@stadtwerke.example")

    assert (found.marks, found.about_id) == ({Mark.BOUNCE}, "<abc@stadtwerke.example>")


@pytest.mark.parametrize(
    ("date", "came", "at"),
    [
        ("Fri, 20 Nov 2026 09:00:00 +0100", "2026-11-20T08:01:00+00:00", datetime(2026, 11, 20, 8, 0, tzinfo=UTC)),
        ("Fri, 20 Nov 2099 09:00:00 +0100", "2026-11-20T08:01:00+00:00", datetime(2026, 11, 20, 8, 1, tzinfo=UTC)),
        ("Thu, 01 Jan 1970 00:00:00 +0000", "2026-11-20T08:01:00+00:00", datetime(2026, 11, 20, 8, 1, tzinfo=UTC)),
        ("gestern", "2026-11-20T08:01:00+00:00", datetime(2026, 11, 20, 8, 1, tzinfo=UTC)),
        ("Fri, 20 Nov 2026 09:00:00", "", datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
    ],
)
def test_absurd_times_give_way_to_the_arrival(date, came, at):
    assert read(f"From: a@b.example\nDate: {date}\n\nx", {"received": came}).occurred_at == at


def test_what_has_no_mail_headers_is_not_ours():
    with pytest.raises(NotOurs):
        read(b'{"id": 1}')


def test_a_mail_nested_a_thousand_deep_is_still_a_mail():
    deep = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(1500))

    assert read(HEAD + deep + "\nText").author.native_id == "ada@kunde.example"


def test_the_rest_of_a_giant_mail_is_named_with_its_size():
    found = read(HEAD + "\nAnfang", {"cut_from": "40000000"})

    assert [(one.name, one.size, one.content) for one in found.attachments] == [("mail.eml", 40_000_000, b"")]


def test_a_second_alternative_does_not_double_the_text():
    mail = HEAD + (
        "Content-Type: multipart/alternative; boundary=a\n\n--a\nContent-Type: text/plain\n\nHallo\n--a\n"
        "Content-Type: text/html\n\n<p>Hallo <b>Welt</b></p>\n--a--\n"
    )

    found = read(mail)

    assert (found.text, found.html) == ("Hallo", "<p>Hallo <b>Welt</b></p>")
