"""Importing a file on the page: one says where it comes from, and the report tells what was not taken over."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from resonanz.intake.file import import_due
from resonanz.model.models import Account, FileImport, Message
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


@pytest.mark.parametrize("asked", ["x", "²", "9" * 30, "999999"])
def test_an_import_that_is_none_is_not_found(town, as_, asked):
    assert as_(town.operator).get(f"/arrivals/?state=stale&import={asked}").status_code == 404
