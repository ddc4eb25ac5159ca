"""The journal says its details in words, in the reader's language."""

import pytest

from resonanz.journal.record import record
from resonanz.model.models import CloseReason, Event
from tests import make

pytestmark = [pytest.mark.page]


def line(as_, who, language: str) -> str:
    page = as_(who).get("/journal/", headers={"accept-language": language}).content.decode()
    cell = page.split("<tbody>")[1].split('<td class="dim told">')[1].split("</td>")[0]
    return " ".join(cell.replace("</span>", "").split(">")[-1].split()) if cell.count("<span") == 1 else cell


@pytest.mark.parametrize(
    ("kind", "told", "said"),
    [
        ("case.closed", {"reason": CloseReason.NO_ANSWER}, ("braucht keine Antwort", "needs no answer")),
        ("account.checked", {"ok": True}, ("ja", "yes")),
        ("account.connected", {"channel": "file"}, ("Datei", "File")),
        ("agent.invited", {"roles": ["lead", "privacy"]}, ("Teamleitung, Datenschutz", "Team lead, Data protection")),
        (
            "agent.signed_in",
            {"ways": ["password", "totp"]},
            ("Passwort, Authenticator-App", "password, authenticator app"),
        ),
        ("agent.theme_chosen", {"theme": ""}, ("wie das Gerät", "as the device")),
        ("agent.density_chosen", {"density": "compact"}, ("dicht", "compact")),
        ("case.moved", {"before": "lead"}, ("lead", "lead")),
        ("case.given_back", {"to": None}, ("–", "–")),
        ("case.snoozed", {"until": "2026-11-24T08:00:00+00:00"}, ("24.11.2026 09:00", "11/24/2026 9 a.m.")),
        ("import.ended", {"state": "failed"}, ("abgebrochen", "stopped")),
        ("case.moved", {"before": "<b>"}, ("&lt;b&gt;", "&lt;b&gt;")),
    ],
)
def test_a_detail_is_said_in_words(town, as_, kind, told, said):
    record(kind, make.case(town), by=town.lead, **told)
    Event.objects.exclude(kind=kind).delete()

    assert (line(as_, town.lead, "de"), line(as_, town.lead, "en")) == said


def test_a_person_behind_a_number_is_named_and_what_belongs_to_a_queue_too(town, as_):
    before = {"name": "Strom", "is_default": False, "words": ["strom", "gas"]}
    record("case.assigned", make.case(town), by=town.lead, to=town.bob, before=before)
    Event.objects.exclude(kind="case.assigned").delete()

    cell = line(as_, town.lead, "de")

    assert 'an: <span title="Bob Brandt">Bob Brandt</span>' in cell
    assert "Standardkorb: nein; Name: Strom; Wörter: strom, gas" in cell


def test_a_detail_that_nobody_knows_any_more_is_shown_as_it_was_kept(town, as_):
    record("case.moved", make.case(town), by=town.lead, old_word="x")
    Event.objects.exclude(kind="case.moved").delete()

    assert line(as_, town.lead, "de") == "x"
