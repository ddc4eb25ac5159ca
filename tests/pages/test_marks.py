"""Tags, due times and links on the page of a case."""

from datetime import timedelta

import pytest

from resonanz.casework.due import set_due
from resonanz.casework.link import link_case
from resonanz.casework.tag import tag_case, tags_of
from resonanz.kit import clock
from resonanz.model.models import Case, LinkKind
from tests import make

pytestmark = [pytest.mark.page]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def case(town):
    return make.case(town)


def strip(response):
    html = response.content.decode()
    start = html.index('id="strip"')
    return html[start : html.index('id="presence"')]


def test_a_tag_is_put_on_and_taken_away_with_an_undo(town, case, as_):
    alice = as_(town.alice)

    put = alice.post(f"/cases/{case.pk}/tags/", {"name": "<b>Strom"}, **HTMX)
    tag = tags_of([case.pk])[case.pk][0]
    off = alice.post(f"/cases/{case.pk}/tags/{tag.pk}/", {"_method": "delete"}, **HTMX)
    gone = tags_of([case.pk])
    alice.post(f"/cases/{case.pk}/tags/{tag.pk}/", **HTMX)

    assert "&lt;b&gt;Strom" in strip(put)
    assert f'action="/cases/{case.pk}/tags/{tag.pk}/"' in off.content.decode()  # the undo in the notice
    assert gone == {}
    assert tags_of([case.pk])[case.pk] == [tag]


def test_the_tags_in_use_are_offered(town, case, as_):
    tag_case(case, "Strom & Gas", by=town.alice)

    offered = as_(town.bob).get(f"/cases/{case.pk}/tags/known/").content.decode()

    assert '<option value="Strom &amp; Gas">' in offered


def test_what_is_overdue_is_said_in_words(town, case, as_):
    with clock.frozen(clock.now() - timedelta(hours=4)):
        set_due(case, due_at=clock.now() + timedelta(hours=1), reason="Rückruf", by=town.alice)

    shown = strip(as_(town.alice).get(f"/cases/{case.pk}/", HTTP_ACCEPT_LANGUAGE="de"))

    assert "überfällig seit 3 Std.: <bdi>Rückruf</bdi>" in " ".join(shown.split())
    assert "chip due hot" in shown


def test_what_is_due_can_be_cleared_and_set_again_by_the_undo(town, case, as_):
    alice = as_(town.alice)
    alice.post(f"/cases/{case.pk}/due/", {"until": "tomorrow", "reason": "Rückruf"})
    before = Case.objects.get().due_at

    cleared = alice.post(f"/cases/{case.pk}/due/", {"_method": "delete"}, **HTMX).content.decode()
    alice.post(f"/cases/{case.pk}/due/", {"at": before.isoformat(), "reason": "Rückruf"})

    assert f'name="at" value="{before.isoformat()}"' in cleared
    assert Case.objects.get().due_at == before


def test_a_link_names_the_other_case_only_to_those_who_see_it(town, case, as_):
    other = make.case(town)
    link_case(case, other, kind=LinkKind.DUPLICATE, by=town.alice)
    Case.objects.filter(pk=other.pk).update(queue=town.other_queue)

    alice, lead = (strip(as_(who).get(f"/cases/{case.pk}/")) for who in (town.alice, town.lead))

    assert f"/cases/{other.pk}/" not in alice
    assert f"/cases/{other.pk}/" in lead


def test_cases_are_linked_by_number_and_only_with_those_one_sees(town, case, as_):
    other, hidden = make.case(town), make.case(town)
    Case.objects.filter(pk=hidden.pk).update(queue=town.other_queue)
    alice = as_(town.alice)

    answers = [
        alice.post(f"/cases/{case.pk}/links/", {"kind": "same", "to": str(to)}).status_code
        for to in (other.pk, hidden.pk, "x", "9" * 30)
    ]

    assert answers == [302, 422, 422, 422]


def test_who_only_reads_sees_marks_and_no_forms(town, case, as_):
    tag_case(case, "Strom", by=town.alice)

    shown = strip(as_(town.privacy).get(f"/cases/{case.pk}/"))

    assert "Strom" in shown
    assert "<form" not in shown
