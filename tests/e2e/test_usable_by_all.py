"""Everybody can use the pages: axe finds no violation of WCAG 2.2 A and AA, light and dark, wide and on a phone."""

import pytest
from axe_core_python.sync_playwright import Axe

pytestmark = [pytest.mark.e2e, pytest.mark.page]
PATHS = ("/", "/inbox/", "case", "/approvals/", "/doors/2fa/", "/doors/password/change/")
TOOLS = (
    "/blocks/",
    "/blocks/1/",
    "/blocks/new/",
    "/outbox/",
    "/ledger/",
    "/ledger/messages/",
    "/outbox/?view=problems",
    "/outbox/?view=unsure",
    "/imports/",
    "/people/",
    "/journal/",
    "/team/",
)
TOOLS += ("/team/people/", "/me/")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1440), ("dark", 1440), ("light", 390)])
def test_no_page_keeps_anybody_out(house, sign_in, scheme, width):
    world = house.world
    post = world.write(world.us("square"), "Störung im Netz Süd.", kind="post")
    world.write(world.join("square", "Ada Lohmann", "ada"), "Es riecht nach Gas!", kind="comment", parent=post)
    lena = sign_in("lena", "de", color_scheme=scheme, viewport={"width": width, "height": 900})
    lena.goto("/inbox/")
    lena.locator(".row-case").wait_for(timeout=60_000)
    case = lena.locator(".row-case").get_attribute("href")

    found = {}
    for path in (*PATHS, *TOOLS):
        lena.goto(case if path == "case" else path)
        found[path] = [one["id"] for one in Axe().run(lena)["violations"]]

    assert found == {path: [] for path in (*PATHS, *TOOLS)}
    assert lena.faults == []
