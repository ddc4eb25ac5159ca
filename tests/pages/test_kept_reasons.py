"""Reasons that were kept as English sentences are said in the reader's language; their details stay as they came."""

import io

import pytest
from django.utils import translation

from resonanz.connectors.contract import NotOurs, Unreachable
from resonanz.connectors.file.read import BadLine, read
from resonanz.intake.file import import_due, import_file
from resonanz.model.models import Arrival, ArrivalState, FileImport
from resonanz.web.kept import kept
from tests import make

pytestmark = [pytest.mark.page]


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("not JSON", "kein JSON"),
        ("a post of the page itself", "ein Beitrag der Seite selbst"),
        ("this change is not used: reblog", "diese Änderung wird nicht verwendet: reblog"),
        (str(NotOurs("the file is empty")), "Das sieht nicht nach diesem Kanal aus: die Datei ist leer"),
        ("the time cannot be read: 'gestern'", "die Zeit ist nicht lesbar: 'gestern'"),
        ("the connector failed: KeyError: 'id'", "die Anbindung ist gescheitert: KeyError: 'id'"),
        (str(Unreachable("time-out")), "Der Kanal war nicht erreichbar (time-out)."),
        (str(NotOurs("not JSON")), "Das sieht nicht nach diesem Kanal aus: kein JSON"),
        ("503 Service Unavailable", "503 Service Unavailable"),
        ("{0} {x!r} %s", "{0} {x!r} %s"),
        ("", ""),
    ],
)
def test_a_kept_reason_is_known_again(said, german):
    with translation.override("de"):
        assert kept(said) == german
    with translation.override("en"):
        assert kept(said) == said


BAD = b"id;text;time\n1;;2026-01-01\n2;Hallo;gestern\n3;Hallo;\n4;Hallo;2026-01-01 10:00\n"


def test_every_bad_line_of_a_file_has_a_reason_in_german(town, as_):
    account = make.account("file")
    one = import_file(account, name="x.csv", content=io.BytesIO(BAD), by=town.lead)
    import_due()

    page = as_(town.lead).get(f"/imports/{one.pk}/", headers={"Accept-Language": "de"}).content.decode()

    assert FileImport.objects.get().bad == 3
    for reason in ("kein Text", "die Zeit ist nicht lesbar: &#x27;gestern&#x27;", "keine Zeit"):
        assert reason in page


@pytest.mark.parametrize(
    "content", [b'{"text": [1], "time": "2026-01-01"}', b'"x"', b"{", b'{"text":"a","time":"1e400"}']
)
def test_a_bad_line_s_reason_is_a_message_with_its_detail_behind_a_colon(content):
    [line] = [one for one in read(io.BytesIO(content + b"\n"), "x.jsonl") if isinstance(one, BadLine)]

    with translation.override("de"):
        assert kept(line.why) != line.why


def test_reasons_that_differ_in_their_detail_are_one_line_of_the_ledger(town, as_):
    for n, kind in enumerate(("poll", "poll", "move")):
        why = f"this kind is not used: {kind}"
        Arrival.objects.create(
            account=town.page, external_id=f"a{n}", state=ArrivalState.UNSUPPORTED, why=why, body=b"{}"
        )
    town.lead.roles = ["lead", "operator"]
    town.lead.save()
    browser = as_(town.lead)

    [line] = browser.get("/ledger/").context["arrivals"]

    assert line.count == len(browser.get(line.url).context["slice"].rows) == 3
