"""Many cases at once, and looks at the list under a name: as the pages do it."""

import json

import pytest

from resonanz.casework.assign import claim_case
from resonanz.casework.bulk import Act
from resonanz.casework.presence import see_case
from resonanz.model.models import BulkAct, Case, Contact, SavedView
from tests import make

pytestmark = [pytest.mark.page]


@pytest.fixture
def three(town):
    made = []
    for n in range(3):
        who = make.identity(Contact.objects.create(name=f"Person {n}"), "square", f"u-{n}", f"Person {n}")
        made.append(make.case(town, who=who).pk)
    return made


def test_without_script_a_form_does_it_and_says_what_came_of_it(town, as_, three):
    claim_case(Case.objects.get(pk=three[0]), by=town.bob)
    browser = as_(town.alice)

    done = browser.post("/cases/bulk/", {"act": "claim", "case": three, "list_query": "view=unassigned"}, follow=True)

    report = BulkAct.objects.get()
    assert done.redirect_chain == [(f"/cases/bulk/{report.pk}/", 302)]
    assert "Bob Brandt" in done.content.decode()
    assert Case.objects.filter(assignee=town.alice).count() == 2


def test_the_way_back_is_offered_and_goes_there(town, as_, three):
    browser = as_(town.alice)
    done = browser.post("/cases/bulk/", {"act": "close.no_answer", "case": three}, follow=True)
    (notice,) = done.context["messages"]
    address = notice.extra_tags.split()[-1]

    browser.post(address, {"_method": "delete"}, follow=True)

    assert set(Case.objects.values_list("state", flat=True)) == {"open"}


def test_a_part_of_the_page_is_told_what_was_left(town, as_, three):
    claim_case(Case.objects.get(pk=three[0]), by=town.bob)

    done = as_(town.alice).post("/cases/bulk/", {"act": "claim", "case": three}, headers={"HX-Request": "true"})

    assert json.loads(done["HX-Trigger"]) == {"changed": None, "acted": {"left": three[:1]}}
    assert f"/cases/bulk/{BulkAct.objects.get().pk}/" in done.content.decode()


def test_the_whole_list_is_meant_where_that_is_said(town, as_, three):
    make.case(town)  # Ada's, not in the look
    as_(town.alice).post("/cases/bulk/", {"act": "tag", "tag": "Neu", "whole": "1", "list_query": "view=urgent"})
    assert BulkAct.objects.count() == 0  # nothing is urgent

    as_(town.alice).post("/cases/bulk/", {"act": "tag", "tag": "Neu", "whole": "1", "list_query": "queue=everyday"})

    assert len(BulkAct.objects.get(act=Act.TAG).done) == 4


def test_nobody_sees_what_another_did(town, as_, three):
    as_(town.alice).post("/cases/bulk/", {"act": "claim", "case": three})

    assert as_(town.bob).get(f"/cases/bulk/{BulkAct.objects.get().pk}/").status_code == 404


def test_who_only_reads_has_nothing_to_choose(town, as_, three):
    page = as_(town.editor).get("/inbox/").content.decode()

    assert 'class="tick"' not in page
    assert 'id="bulk"' not in page


def test_a_look_is_kept_shown_in_the_rail_and_taken_away(town, as_, three):
    browser = as_(town.alice)
    browser.post("/views/", {"name": "Eilig & rot", "list_query": "view=urgent&q=linie&queue=everyday"})
    kept = SavedView.objects.get()
    address = f"/inbox/everyday/?view=urgent&q=linie&saved={kept.pk}"

    page = browser.get(address)
    (link,) = [link for group in page.context["rail"].groups for link in group.links if link.label == "Eilig & rot"]
    gone = browser.post(f"/views/{kept.pk}/", {"_method": "delete"})

    assert (link.url, link.is_here) == (address, True)
    assert page.context["list"].title == "Eilig & rot"
    assert gone["Location"] == "/inbox/everyday/?view=urgent&q=linie"
    assert not SavedView.objects.exists()


def test_a_kept_look_that_is_gone_is_the_plain_look(town, as_, three):
    assert as_(town.alice).get("/inbox/?view=mine&saved=77").status_code == 200


def test_who_else_is_at_a_case_is_told_beside_its_row_to_those_who_see_it(town, as_, three):
    see_case(Case.objects.get(pk=three[1]), by=town.bob, is_writing=True)

    told = as_(town.alice).get("/stamp?list=1").json()["here"]

    assert list(told) == [str(three[1])]
    assert "Bob Brandt" in told[str(three[1])]
    assert as_(town.charlie).get("/stamp?list=1").json()["here"] == {}
    assert as_(town.bob).get("/stamp?list=1").json()["here"] == {}
