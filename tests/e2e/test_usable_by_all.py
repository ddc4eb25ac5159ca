"""Everybody can use the pages: axe finds no violation of WCAG 2.2 A and AA, light and dark, wide and on a phone."""

import pytest
from axe_core_python.sync_playwright import Axe

pytestmark = [pytest.mark.e2e, pytest.mark.page]
BY_LENA = (
    *("/", "/inbox/", "/inbox/?q=gas", "/inbox/?view=closed", "/inbox/stoerungen/", "case", "bulk", "/approvals/"),
    *("/notices/", "/cases/999999/", "/blocks/", "/blocks/1/", "/blocks/new/", "/outbox/", "/outbox/?view=problems"),
    *("/outbox/?view=unsure", "/ledger/", "/ledger/messages/", "/people/", "/people/1/", "/journal/", "/imports/"),
    *("/accounts/", "/accounts/1/", "/me/", "/me/absence/", "/doors/2fa/", "/doors/password/change/", "/team/"),
    *("/team/people/", "/team/people/1/", "/team/queues/1/", "/team/teams/1/", "/team/people/1/absence/"),
)
BY_OTTO = (
    *("/accounts/new/square/", "/accounts/new/email/", "/accounts/new/mastodon/", "/accounts/1/", "/arrivals/"),
    "/design/",
)
LOOKS = (("light", 1440, "de"), ("dark", 390, "en"))  # every page in both themes, languages and widths


@pytest.mark.parametrize(("scheme", "width", "language"), LOOKS)
def test_no_page_keeps_anybody_out(house, sign_in, scheme, width, language):
    world = house.world
    post = world.write(world.us("square"), "Störung im Netz Süd.", kind="post")
    ada = world.write(world.join("square", "Ada Lohmann", "ada"), "Es riecht nach Gas!", kind="comment", parent=post)
    world.write(world.join("square", "Ben Dorn", "ben"), "Bei mir auch.", kind="comment", parent=ada)
    options = {"color_scheme": scheme, "viewport": {"width": width, "height": 900}}
    lena = sign_in("lena", language, **options)
    lena.goto("/inbox/")
    lena.locator(".row-case").nth(1).wait_for(timeout=60_000)
    case = lena.locator(".row-case").first.get_attribute("href")
    lena.locator(".tick").first.check()
    lena.locator("#bulk button[value=claim]").click()
    lena.locator("#toasts").get_by_role("button").first.wait_for()
    places = {"case": case, "bulk": "/cases/bulk/1/"}

    found = ill(lena, BY_LENA, places)
    lena.context.close()
    found += ill(sign_in("otto", language, **options), BY_OTTO, places)

    assert "\n".join(found) == ""


def ill(page, paths, places):
    """What axe finds on each of these pages, and what the browser complains of."""
    found = []
    for path in paths:
        page.goto(places.get(path, path))
        wrong = [(one["id"], one["nodes"][0]["html"][:160]) for one in Axe().run(page)["violations"]]
        wider = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        faults = [fault for fault in page.faults if path != "/cases/999999/" or "404" not in fault]
        page.faults.clear()
        if wrong or wider > 0 or faults:
            found.append(f"{path}: {wrong} {wider} {faults}")
    return found
