"""An archive goes in as a file: everything is accounted, past answers count as given, bad lines are named."""

import csv
from collections import Counter
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest

from resonanz.accounts.connect import connect_account
from resonanz.casework.assign import claim_case
from resonanz.casework.close import close_case
from resonanz.casework.ledger import balance
from resonanz.intake.file import import_due, import_file
from resonanz.kit import clock
from resonanz.kit.errors import NotAllowed, Refused
from resonanz.model.models import (
    Arrival,
    Case,
    CaseState,
    CloseReason,
    Coverage,
    Direction,
    FileImport,
    ImportState,
    Message,
    MessageState,
)
from resonanz.work.loop import run_until_idle

ARCHIVE = Path(__file__).parents[3] / "shared/data/twcs_sample/twcs.csv"
SMALL = """id;datum;verfasser;kommentar;richtung;antwort_auf
1;23.11.2026 08:00;ada;Wann kommt die Linie 2?;eingehend;
2;gestern;ada;Hallo?;eingehend;1
3;23.11.2026 08:05;wir;In fünf Minuten.;ausgehend;1
4;23.11.2026 08:10;ben;;eingehend;
5;23.11.2026 08:15;ben;Ist der Strom weg?;quer;
6;23.11.2026 08:20;ben;Ist der Strom weg?;eingehend;
"""


@pytest.fixture
def archive(town):
    return connect_account(channel="file", name="Archiv", settings={}, secrets={}, by=town.operator, queue=town.queue)


def imported(archive, content: bytes, *, by) -> FileImport:
    one = import_file(archive, name="archiv.csv", content=BytesIO(content), by=by)
    assert import_due() == 1
    run_until_idle()
    with clock.shifted(timedelta(days=1)):  # answers to what is in no file have waited long enough then
        run_until_idle()
    return FileImport.objects.get(pk=one.pk)


def assert_balanced() -> None:
    found = balance(clock.now() - timedelta(days=1), clock.now() + timedelta(days=1))
    assert (found.unaccounted, found.messages) == (0, Message.objects.inbound().count())
    assert found.arrivals == Arrival.objects.count()


def test_good_lines_become_cases_past_answers_count_and_bad_lines_are_named(town, archive):
    one = imported(archive, SMALL.encode("cp1252"), by=town.operator)

    assert (one.state, one.lines, one.done) == (ImportState.DONE, 6, 6)
    assert (one.kept, one.known, one.bad) == (3, 0, 3)
    assert [(line.number, line.why) for line in one.bad_lines.order_by("number")] == [
        (3, "the time cannot be read: 'gestern'"),
        (5, "no text"),
        (6, "the direction is neither in nor out: 'quer'"),
    ]
    assert dict(Message.objects.inbound().values_list("native_id", "coverage")) == {
        "1": Coverage.ANSWERED_NATIVELY,
        "6": Coverage.OPEN,
    }
    assert_balanced()


def test_the_same_file_again_adds_nothing(town, archive):
    imported(archive, SMALL.encode(), by=town.operator)
    before = (Arrival.objects.count(), Message.objects.count(), Case.objects.count())

    again = imported(archive, SMALL.encode(), by=town.operator)

    assert (again.state, again.kept, again.known, again.bad) == (ImportState.DONE, 0, 3, 3)
    assert (Arrival.objects.count(), Message.objects.count(), Case.objects.count()) == before
    assert_balanced()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PK\x03\x04rest of a workbook", "Excel workbook"),
        (b"a;b;c\n1;2;3\n", "no column for the text"),
        (b'[{"text": "x"}]', "one object on each line"),
        (b"\x00\x01\x02\x03", "not a text file"),
    ],
)
def test_a_file_that_is_none_of_ours_fails_with_a_sentence(town, archive, content, said):
    one = imported(archive, content, by=town.operator)

    assert (one.state, said in one.said) == (ImportState.FAILED, True)
    assert Arrival.objects.count() == 0


def test_only_who_may_import_imports_and_only_into_a_file_account(town, archive):
    with pytest.raises(NotAllowed):
        import_file(archive, name="a.csv", content=BytesIO(SMALL.encode()), by=town.alice)
    with pytest.raises(Refused, match="channel File"):
        import_file(town.page, name="a.csv", content=BytesIO(SMALL.encode()), by=town.operator)
    with pytest.raises(Refused, match="empty"):
        import_file(archive, name="a.csv", content=BytesIO(b""), by=town.operator)


def _parent(line: dict[str, str]) -> str:
    return line["in_response_to_tweet_id"].partition(".")[0]


@pytest.mark.load
@pytest.mark.skipif(not ARCHIVE.exists(), reason="the file of real customer messages is not beside this project")
def test_thousands_of_real_customer_messages_go_in_and_can_be_worked(town, archive):
    with ARCHIVE.open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    lines = {line["tweet_id"]: line for line in read if line["created_at"] and line["text"]}
    asked = {key for key, line in lines.items() if line["inbound"] == "True"}
    parents = {_parent(line) for key, line in lines.items() if key not in asked}

    one = imported(archive, ARCHIVE.read_bytes(), by=town.operator)

    states = Counter(Message.objects.inbound().values_list("coverage", flat=True))
    assert (one.state, one.kept, one.kept + one.known + one.bad) == (ImportState.DONE, len(lines), len(read))
    assert set(Message.objects.inbound().values_list("native_id", flat=True)) == asked
    assert states[Coverage.ANSWERED_NATIVELY] == len(asked & parents)
    answers = {key for key in lines.keys() - asked if _parent(lines[key]) in asked}
    kept = set(Message.objects.filter(direction=Direction.OUT).values_list("native_id", flat=True))
    assert answers <= kept <= lines.keys() - asked
    assert not Message.objects.inbound().exclude(state=MessageState.QUEUED).exists()
    assert not Message.objects.inbound().filter(conversation__case__isnull=True).exists()
    assert_balanced()

    case = Case.objects.visible_to(town.alice).filter(state=CaseState.OPEN).order_by("pk")[0]
    claim_case(case, by=town.alice)
    closed = close_case(case, by=town.alice, reason=CloseReason.NO_ANSWER)
    assert closed.state == CaseState.CLOSED
    assert not Message.objects.open().filter(conversation__case=case).exists()
    assert_balanced()

    again = imported(archive, ARCHIVE.read_bytes(), by=town.operator)
    assert (again.state, again.kept, again.known) == (ImportState.DONE, 0, one.kept + one.known)
    assert set(Message.objects.inbound().values_list("native_id", flat=True)) == asked
