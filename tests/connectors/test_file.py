"""Files: every good line goes in, every bad line is reported, whatever wrote the file."""

import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from resonanz.connectors.contract import Access, Arrival, Incoming, Mark, NotOurs, Visibility
from resonanz.connectors.file import connector
from resonanz.connectors.file.read import BadLine, count_lines, read
from resonanz.kit.http import Http

TWCS = Path(__file__).parents[3] / "shared" / "data" / "twcs_sample" / "twcs.csv"
ACCESS = Access("archive", {"timezone": "Europe/Berlin"}, {}, Http(), datetime(2026, 11, 23, tzinfo=UTC))


def both(content: str | bytes, name: str = "x.csv") -> tuple[list[Incoming], list[BadLine]]:
    raw = content.encode() if isinstance(content, str) else content
    found = list(read(io.BytesIO(raw), name))
    good = [connector.parse(ACCESS, one) for one in found if isinstance(one, Arrival)]
    return good, [one for one in found if isinstance(one, BadLine)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_spreadsheets_of_every_kind_are_read(encoding, delimiter):
    lines = [["Nr", "Datum", "Autor", "Kommentar"], ["7", "20.11.2026 09:15", "Ada", '"Grüße; ""ja"", | \tund\nneu"']]
    content = "\r\n".join(delimiter.join(cells) for cells in lines).encode(encoding)

    [found], bad = both(content)

    assert (found.native_id, found.author.native_id, bad) == ("7", "Ada", [])
    assert found.text == 'Grüße; "ja", | \tund\nneu'
    assert found.occurred_at == datetime(2026, 11, 20, 8, 15, tzinfo=UTC)


def test_the_line_that_excel_writes_for_itself_is_passed_over():
    [found], _ = both("sep=;\r\nid;time;text\r\n1;2026-11-20T09:00:00Z;Hallo, Welt\r\n")

    assert found.text == "Hallo, Welt"


def test_one_line_in_another_encoding_is_read_as_what_it_is():
    content = "id;time;text\n1;2026-11-20;Größe\n".encode() * 1 + "2;2026-11-20;Straße\n".encode("cp1252")
    content = content.replace(b"id;time;text\n", b"id;time;text\n" + b"0;2026-11-20;x\n" * 20_000)

    good, _ = both(content)

    assert [one.text for one in good[-2:]] == ["Größe", "Straße"]


def test_bad_lines_are_reported_with_number_and_reason_and_the_others_go_in():
    lines = ["id;time;text;direction", "1;2026-11-20;gut;in", "2;;ohne Zeit;in", "3;morgen;x;in", "4;2026-11-20;;in"]
    lines += ["5;2026-11-20;x;quer", "6;2026-11-20;gut"]

    good, bad = both("\n".join(lines))

    assert [one.native_id for one in good] == ["1", "6"]
    assert [(one.number, one.why) for one in bad] == [
        (3, "no time"),
        (4, "the time cannot be read: 'morgen'"),
        (5, "no text"),
        (6, "the direction is neither in nor out: 'quer'"),
    ]
    assert bad[0].raw == "2;;ohne Zeit;in"


def test_json_lines_report_theirs_too():
    lines = [
        '{"id": 1, "time": 1763629200, "text": "gut"}',
        "{kaputt",
        '"x"',
        "",
        '{"id": [1], "time": "2026-11-20", "text": "y"}',
    ]

    good, bad = both("\n".join(lines), "x.jsonl")

    assert [(one.native_id, one.occurred_at) for one in good] == [("1", datetime(2025, 11, 20, 9, 0, tzinfo=UTC))]
    assert [(one.number, one.why) for one in bad] == [
        (2, "not JSON"),
        (3, "not a JSON object"),
        (5, "neither text nor number: id"),
    ]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04 workbook", "Excel"),
        (b"\x89PNG\r\n\x00\x00", "not a text file"),
        (b"", "empty"),
        (b'[{"id": 1}]', "JSON list"),
        (b"a;b\n1;2\n", "no column for the text"),
    ],
)
def test_what_is_no_such_file_is_refused_with_a_sentence(content, why):
    with pytest.raises(NotOurs, match=why):
        both(content)


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("2026-11-20T09:00:00+01:00", (8, 0)),
        ("2026-11-20 09:00", (8, 0)),
        ("20.11.2026 09:00", (8, 0)),
        ("20-11-2026 09.00", (8, 0)),
        ("11/20/2026 09:00 AM", (8, 0)),
        ("Fri Nov 20 08:00:00 +0000 2026", (8, 0)),
        ("Fri, 20 Nov 2026 09:00:00 +0100", (8, 0)),
        ("1795161600", (8, 0)),
        ("1795161600000", (8, 0)),
    ],
)
def test_times_of_many_exports_are_read(said, at):
    [found], _ = both(f"time;text\n{said};x\n")

    assert found.occurred_at == datetime(2026, 11, 20, *at, tzinfo=UTC)


def test_answers_of_ours_are_marked_and_threads_are_worked_out_in_any_order():
    rows = [
        "id,author,inbound,time,text,in_reply_to",
        "4,haus,False,2026-11-20,@ada Gern.,3.0",
        "3,ada,True,2026-11-20,Danke,2.0",
    ]
    rows += [
        "2,haus,False,2026-11-20,@ada Um 9.,1.0",
        "1,ada,True,2026-11-20,Wann?,",
        "5,haus,False,2026-11-20,@bob Ja,99.0",
    ]

    good, _ = both("\n".join(rows))

    assert [(one.native_id, one.author.is_self, one.conversation) for one in good] == [
        ("4", True, "1|ada"),
        ("3", False, "1|ada"),
        ("2", True, "1|ada"),
        ("1", False, "1|ada"),
        ("5", True, "99|bob"),
    ]
    assert [one.marks for one in good[:2]] == [{Mark.OWN}, set()]


def test_lines_that_answer_in_a_circle_end():
    good, _ = both("id,time,text,parent\n1,2026-11-20,a,2\n2,2026-11-20,b,1\n")

    assert [one.native_id for one in good] == ["1", "2"]


def test_nameless_people_are_not_one_person():
    good, _ = both("time,text\n2026-11-20,a\n2026-11-20,b\n")

    assert len({one.author.native_id for one in good}) == 2


def test_the_same_line_twice_is_one_arrival_and_a_changed_line_another():
    [one], [again], [changed] = (
        [a.external_id for a in read(io.BytesIO(f"id;time;text\n1;2026-11-20;{text}\n".encode()), "x.csv")]
        for text in ("a", "a", "b")
    )

    assert one == again != changed


def test_an_unknown_visibility_is_kept_private():
    [found], _ = both("time;text;visibility\n2026-11-20;x;geheim\n")

    assert found.visibility is Visibility.PRIVATE


def test_an_endless_line_is_one_bad_line(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_bytes(
        b'{"id":1,"time":"2026-11-20","text":"a"}\n{"text":"'
        + b"x" * 9_000_000
        + b'"}\n{"id":2,"time":"2026-11-20","text":"b"}\n'
    )

    found = list(read(path, path.name))

    assert [isinstance(one, BadLine) for one in found] == [False, True, False]


def test_lines_are_counted_as_they_will_be_read(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text('id;time;text\n1;2026-11-20;"a\nb"\n2;2026-11-20;c', "utf-8")

    assert count_lines(path) == len(list(read(path, "x.csv"))) == 2


@given(st.binary(max_size=300), st.sampled_from(["x.csv", "x.jsonl"]))
def test_any_bytes_are_lines_bad_lines_or_a_refusal(content, name):
    try:
        good, bad = both(content, name)
    except NotOurs:
        return
    assert all(one.text for one in good)
    assert all(one.why for one in bad)


CELL = st.text(
    alphabet=st.characters(exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp"]), min_size=1
).filter(str.strip)


@given(st.lists(CELL, min_size=1, max_size=5))
def test_what_json_lines_say_comes_out(texts):
    content = "\n".join(json.dumps({"id": n, "time": "2026-11-20", "text": text}) for n, text in enumerate(texts))

    good, bad = both(content, "x.jsonl")

    assert bad == []
    assert len(good) == len(texts)


@pytest.mark.skipif(not TWCS.exists(), reason="the development data are not here")
def test_three_thousand_real_messages_go_in_as_they_are():
    found = list(read(TWCS, TWCS.name))
    good = [connector.parse(ACCESS, one) for one in found if isinstance(one, Arrival)]

    assert (len(found), count_lines(TWCS)) == (3753, 3753)
    assert (len(good), [one.why for one in found if isinstance(one, BadLine)]) == (3752, ["no text"])
    assert sum(not one.author.is_self for one in good) == 2083
    assert len({one.conversation for one in good}) < 2000
