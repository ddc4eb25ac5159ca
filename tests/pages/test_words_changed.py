"""A page that was opened before the customer changed their words releases nothing, and shows the new words."""

import pytest

from resonanz.compose.approve import submit_draft
from resonanz.compose.draft import open_draft, save_draft
from resonanz.model.models import Delivery, Draft, Message
from tests import make

pytestmark = [pytest.mark.page]
EN = {"Accept-Language": "en"}
NEW = "Wann kommt die Linie 3?"
SAID = "The customer has changed their words since you looked."


@pytest.fixture
def draft(town) -> Draft:
    case = make.case(town)
    one = open_draft(case, target=Message.objects.get(), by=town.alice)
    one = save_draft(one, text="Um 9 Uhr.", revision=one.revision, by=town.alice)
    return submit_draft(one, by=town.alice, revision=one.revision)


def fields(page, draft: Draft) -> dict[str, object]:
    """What the page sends when somebody releases."""
    values = page.context
    one = values["waiting"][0] if "waiting" in values else values["composer"]
    return {"draft": draft.pk, "content_hash": one.shown.content_hash, "words": one.words}


def test_from_the_old_page_of_approvals_nothing_is_released_and_the_new_words_are_shown(town, as_, draft):
    lead, address = as_(town.lead), f"/cases/{draft.case_id}/draft/release/"
    old = fields(lead.get("/approvals/"), draft) | {"next": "approvals"}
    Message.objects.update(text=NEW)

    page = lead.post(address, old, headers=EN, follow=True)
    refused = Delivery.objects.count()
    lead.post(address, fields(page, draft))

    assert (NEW in page.content.decode(), SAID in page.content.decode()) == (True, True)
    assert (refused, Delivery.objects.count()) == (0, 1)


@pytest.mark.parametrize("script", [True, False])
def test_from_the_old_composer_nothing_is_released_and_the_case_is_shown_anew(town, as_, draft, script):
    lead, address = as_(town.lead), f"/cases/{draft.case_id}/draft/release/"
    old = fields(lead.get(f"/cases/{draft.case_id}/"), draft) | {"list_query": "view=all"}
    Message.objects.update(text=NEW)

    answer = lead.post(address, old, headers=EN | ({"HX-Request": "true"} if script else {}))
    page = lead.get(answer["HX-Redirect" if script else "Location"], headers=EN)

    assert page.context["composer"].target == draft.target
    assert (NEW in page.content.decode(), SAID in page.content.decode()) == (True, True)
    assert Delivery.objects.count() == 0


def test_the_forms_name_the_words_that_they_show(town, as_, draft):
    lead = as_(town.lead)
    pages = [lead.get("/approvals/"), lead.get(f"/cases/{draft.case_id}/")]

    sent = [f'name="words" value="{fields(page, draft)["words"]}"' in page.content.decode() for page in pages]

    assert sent == [True, True]
