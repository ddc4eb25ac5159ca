"""Importing a file on the page: one says where it comes from, and the report tells what was not taken over."""

from io import BytesIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from resonanz.connectors.file.read import BadLine as Bad
from resonanz.connectors.file.read import read
from resonanz.intake.file import import_due
from resonanz.intake.settle import keep_raws
from resonanz.model.models import Account, Arrival, BadLine, Event, FileImport, Message
from resonanz.work.loop import run_until_idle
from tests.intake.test_two_sources import ADA, BEN

pytestmark = [pytest.mark.page]


def upload(browser, content: str, **fields: str):
    file = SimpleUploadedFile("export.csv", content.encode(), "text/csv")
    answer = browser.post("/imports/", {"file": file} | fields, headers={"Accept-Language": "en"})
    import_due()
    run_until_idle()
    return answer


def test_each_new_source_is_an_account_of_its_own_and_nothing_is_lost(town, as_):
    browser = as_(town.lead)

    upload(browser, ADA, name="Forum")
    upload(browser, BEN, name="Shop")

    assert list(Account.objects.filter(channel="file").order_by("pk").values_list("name", flat=True)) == [
        "Forum",
        "Shop",
    ]
    assert Message.objects.count() == 4


def test_a_file_continues_the_source_that_was_chosen(town, as_):
    browser = as_(town.lead)
    upload(browser, ADA, name="Forum")
    forum = Account.objects.get(channel="file")

    upload(browser, ADA.replace("1;", "3;").replace("2;2", "4;2"), source=str(forum.pk))

    assert (Account.objects.filter(channel="file").count(), Message.objects.count()) == (1, 4)


@pytest.mark.parametrize(
    ("fields", "said"),
    [({}, "Choose where the file comes from"), ({"name": "forum"}, "There is a source of this name already")],
)
def test_without_a_source_nothing_comes_in(town, as_, fields, said):
    browser = as_(town.lead)
    upload(browser, ADA, name="Forum")

    answer = upload(browser, BEN, **fields)

    assert (answer.status_code, FileImport.objects.count()) == (422, 1)
    assert said in answer.content.decode()


def test_an_account_that_is_no_source_of_files_cannot_be_chosen(town, as_):
    assert upload(as_(town.lead), ADA, source=str(town.page.pk)).status_code == 404


def test_the_report_tells_what_was_not_taken_over_and_leads_there(town, as_):
    town.lead.roles = ["lead", "operator"]
    town.lead.save()
    browser = as_(town.lead)
    upload(browser, ADA, name="Forum")
    forum = Account.objects.get(channel="file")
    upload(browser, BEN, source=str(forum.pk))
    one = FileImport.objects.first()

    page = browser.get(f"/imports/{one.pk}/", headers={"Accept-Language": "en"}).content.decode()
    there = browser.get(f"/arrivals/?state=stale&import={one.pk}", headers={"Accept-Language": "de"})

    assert f'href="/arrivals/?state=stale&amp;import={one.pk}"><b>2</b>' in page
    assert "import it again under a new source" in page
    assert len(there.context["slice"].rows) == 2
    assert "ihre Kennung gehört schon zur Nachricht einer anderen Person" in there.content.decode()


WORKBOOK = b"PK\x03\x04 no text at all"
EN, DE = {"Accept-Language": "en"}, {"Accept-Language": "de"}


def stopped(browser) -> FileImport:
    browser.post("/imports/", {"file": SimpleUploadedFile("export.csv", WORKBOOK), "name": "Forum"})
    import_due()
    return FileImport.objects.get()


def kept_file(one: FileImport) -> Path:
    return Path(settings.HOME) / "imports" / one.path


def test_a_file_whose_reading_stopped_is_read_again_and_the_report_starts_anew(town, as_):
    browser = as_(town.lead)
    one = stopped(browser)
    before = browser.get(f"/imports/{one.pk}/", headers=EN).content.decode()
    BadLine.objects.create(file=one, number=9, why="no time", raw="x")
    kept_file(one).write_text(ADA)

    answer = browser.post(f"/imports/{one.pk}/retry/")
    import_due()
    run_until_idle()

    one.refresh_from_db()
    assert ("Read again" in before, answer.status_code) == (True, 302)
    assert (one.state, one.said, one.kept, one.bad_lines.count(), Message.objects.count()) == ("done", "", 2, 0, 2)
    assert Event.objects.filter(kind="import.retried", by=town.lead).count() == 1


def test_what_came_before_the_reading_stopped_counts_as_new_and_is_not_doubled(town, as_):
    browser = as_(town.lead)
    one = stopped(browser)
    raws = [line for line in read(BytesIO(ADA.encode()), "export.csv") if not isinstance(line, Bad)]
    keep_raws(one.account, raws[:1], at=one.created_at)
    kept_file(one).write_text(ADA)

    browser.post(f"/imports/{one.pk}/retry/")
    import_due()

    one.refresh_from_db()
    assert (one.kept, one.known, Arrival.objects.count()) == (2, 0, 2)


def test_where_the_file_is_gone_the_report_says_so_and_offers_no_button(town, as_):
    browser = as_(town.lead)
    one = stopped(browser)
    kept_file(one).unlink()

    page = browser.get(f"/imports/{one.pk}/", headers=DE).content.decode()
    answer = browser.post(f"/imports/{one.pk}/retry/", headers=EN)

    assert ("Die Datei ist nicht mehr hier." in page, "Noch einmal lesen" in page) == (True, False)
    assert (answer.status_code, "no longer here" in answer.content.decode()) == (422, True)


def test_a_file_that_vanishes_before_it_is_read_is_said_in_words(town, as_):
    browser = as_(town.lead)
    browser.post("/imports/", {"file": SimpleUploadedFile("export.csv", ADA.encode()), "name": "Forum"})
    kept_file(FileImport.objects.get()).unlink()

    import_due()

    page = browser.get(f"/imports/{FileImport.objects.get().pk}/", headers=DE).content.decode()
    assert page.count("Die Datei ist nicht mehr hier.") == 1


def test_a_file_that_was_read_is_not_read_again(town, as_):
    browser = as_(town.lead)
    upload(browser, ADA, name="Forum")

    assert browser.post(f"/imports/{FileImport.objects.get().pk}/retry/").status_code == 422


def test_agents_read_nothing_again(town, as_):
    one = stopped(as_(town.lead))

    assert as_(town.alice).post(f"/imports/{one.pk}/retry/").status_code == 403


@pytest.mark.parametrize("asked", ["x", "²", "9" * 30, "999999"])
def test_an_import_that_is_none_is_not_found(town, as_, asked):
    assert as_(town.operator).get(f"/arrivals/?state=stale&import={asked}").status_code == 404
