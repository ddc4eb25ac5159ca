"""Take the pictures of every page for the docs: a fresh demo company, three widths, light in German, dark in English.

Usage: python tools/snapshots.py [PAGE …]   (make snapshots). Needs Chromium. Writes docs/pictures/pages/*.webp and the
page docs/pages.md that shows them. Ends with 1 where a page reported an error or moved after it was drawn.
"""

import io
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from shots import CHROMIUM, OPTIONS

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "docs/pictures/pages"
GALLERY = ROOT / "docs/pages.md"
PASSWORD = "auental-demo"  # noqa: S105 - the demo's, printed at its start
LOOKS = (("de", "light"), ("en", "dark"))
WIDTHS = ((1440, 900), (1024, 768), (390, 844))
OPEN_S, FED_S = 120, 240  # seconds until the demo answers, and until its past is settled
FED = 100  # cases
LISTED = 20  # of them on one page of the list
QUALITY = 62
# name of the picture: who looks, where; {case} is the storm's newest case, {person} its customer
PAGES = {
    "situation": ("bruno", "/"),
    "inbox": ("bruno", "/inbox/"),
    "search": ("bruno", "/inbox/?q=strom"),
    "case": ("bruno", "/cases/{case}/"),
    "approvals": ("bruno", "/approvals/"),
    "notices": ("alina", "/notices/"),
    "people": ("bruno", "/people/"),
    "person": ("bruno", "/people/{person}/"),
    "blocks": ("eva", "/blocks/"),
    "block": ("eva", "/blocks/{block}/"),
    "block-new": ("eva", "/blocks/new/"),
    "outbox": ("bruno", "/outbox/"),
    "ledger": ("petra", "/ledger/"),
    "keeping": ("petra", "/keeping/"),
    "journal": ("petra", "/journal/"),
    "accounts": ("otto", "/accounts/"),
    "account": ("otto", "/accounts/{account}/"),
    "imports": ("otto", "/imports/"),
    "arrivals": ("otto", "/arrivals/"),
    "team": ("otto", "/team/"),
    "me": ("alina", "/me/"),
    "absence": ("alina", "/me/absence/"),
    "ledger-messages": ("petra", "/ledger/messages/"),
    "case-journal": ("bruno", "/cases/{case}/journal/"),
    "offers": ("bruno", "/cases/{case}/blocks/"),
    "merge": ("bruno", "/people/{person}/merge/?with={other}"),
    "account-new": ("otto", "/accounts/new/email/"),
    "invite": ("otto", "/team/people/"),
    "colleague": ("otto", "/team/people/{colleague}/"),
    "queue": ("otto", "/team/queues/{queue}/"),
    "team-hours": ("otto", "/team/teams/{team}/"),
    "password": ("alina", "/doors/password/change/"),
    "second-factor": ("alina", "/doors/2fa/"),
    "design": ("otto", "/design/"),
    "door": ("", "/doors/login/"),
    "not-here": ("bruno", "/cases/999999/"),
}
SHIFT = """() => new Promise(done => {
  let sum = 0;
  new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) sum += one.value })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 250);
})"""


def main(wanted: list[str]) -> int:
    TARGET.mkdir(parents=True, exist_ok=True)
    faults: list[str] = []
    with _demo() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        places = _prepare(browser, base)
        for language, theme in LOOKS:
            for who in dict.fromkeys(person for person, _path in PAGES.values()):
                page = _page(browser, base, who, language, theme)
                page.on("pageerror", lambda error: print("page error:", error))
                for name, (person, path) in PAGES.items():
                    if person == who and (not wanted or name in wanted):
                        faults += _shoot(page, base + path.format(**places), f"{name}-{theme}")
                page.context.close()
        browser.close()
    GALLERY.write_text(_gallery())
    for fault in faults:
        print(fault)
    return 1 if faults else 0


@contextmanager
def _demo() -> Iterator[str]:
    port = _free_port()
    with tempfile.TemporaryDirectory() as home:
        environ = {**os.environ, "RESONANZ_HOME": home, "RESONANZ_PORT": str(port)}
        program = Path(sys.executable).with_name("resonanz")
        with subprocess.Popen([program, "demo"], env=environ, stdout=subprocess.DEVNULL) as process:  # noqa: S603 - our own program
            try:
                base = f"http://127.0.0.1:{port}"
                _wait_for(base)
                yield base
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(base: str) -> None:
    end = time.monotonic() + OPEN_S
    while time.monotonic() < end:
        with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(f"{base}/alive", timeout=2):  # noqa: S310 - loopback
            return
        time.sleep(0.5)
    raise SystemExit("The demo did not open.")


def _page(browser: Browser, base: str, who: str, language: str, theme: str) -> Any:
    context = browser.new_context(locale=language, color_scheme=theme, viewport={"width": 1440, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    if who:
        page.goto(f"{base}/doors/login/")
        page.fill("input[name=login]", f"{who}@auenwerke.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("button.main")
        page.wait_for_url(lambda url: "/doors/" not in url)
        page.locator("details.me > summary").evaluate("one => one.click()")
        page.locator(f"details.me button[value={language}]").evaluate("one => one.click()")
        page.wait_for_function("wanted => document.documentElement.lang === wanted", arg=language)
    return page


def _prepare(browser: Browser, base: str) -> dict[str, str]:
    """A house in the middle of its day: a case with an answer that waits for release."""
    page = _page(browser, base, "alina", "de", "light")
    end = time.monotonic() + FED_S
    page.goto(f"{base}/inbox/")
    while (page.locator(".row-case").count() < LISTED or _open(page) < FED) and time.monotonic() < end:
        page.wait_for_timeout(2000)
        page.goto(f"{base}/inbox/")
    page.locator(".row-case").first.click()
    page.locator("#text").fill("Guten Tag, danke für Ihre Nachricht. Unser Trupp ist seit 6 Uhr vor Ort.")
    page.wait_for_timeout(1500)  # it is kept
    page.locator("#text").press("Control+Enter")
    page.locator("#toasts .toast").wait_for()
    page.wait_for_timeout(1500)
    places = {"case": _number(page.url)}
    places["person"] = _number(page.locator(".who a[href^='/people/']").first.get_attribute("href") or "")
    page.context.close()
    for name, who, path, links in (
        ("block", "eva", "/blocks/", "/blocks/"),
        ("account", "otto", "/accounts/", "/accounts/"),
        ("colleague", "otto", "/team/", "/team/people/"),
        ("queue", "otto", "/team/", "/team/queues/"),
        ("team", "otto", "/team/", "/team/teams/"),
        ("other", "bruno", "/people/", "/people/"),
    ):
        page = _page(browser, base, who, "de", "light")
        page.goto(base + path)
        found = [one.get_attribute("href") or "" for one in page.locator(f"main a[href^='{links}']").all()]
        numbers = [_number(link) for link in found if re.search(rf"^{links}\d+/", link)]
        places[name] = next(number for number in numbers if number != places["person"] or name != "other")
        page.context.close()
    return places


def _open(page: Any) -> int:
    """How many cases the head of the list tells."""
    told = re.search(r"\d+", page.locator("#list-told").inner_text())
    return int(told[0]) if told else 0


def _number(address: str) -> str:
    found = re.search(r"/(\d+)/", address)
    if found is None:
        raise SystemExit(f"No number in {address!r}.")
    return found[1]


def _shoot(page: Any, address: str, name: str) -> list[str]:
    faults = []
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.goto(address)
        moved = page.evaluate(SHIFT)
        if moved:
            faults.append(f"{name}-{width}: moved by {moved:.4f} after it was drawn")
        wider = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wider > 0:
            faults.append(f"{name}-{width}: {wider} px wider than the window")
        with Image.open(io.BytesIO(page.screenshot())) as picture:
            picture.convert("RGB").save(TARGET / f"{name}-{width}.webp", quality=QUALITY, method=6)
    return faults


def _gallery() -> str:
    lines = [
        "# Every page, as it looks",
        "",
        "Made by `make snapshots` from a fresh demo company: light in German, dark in English, 1440, 1024 and 390",
        "pixels wide.",
    ]
    for name, (_who, path) in PAGES.items():
        lines += ["", f"## {name} (`{path}`)", ""]
        for _language, theme in LOOKS:
            shown = [f"![{name}, {theme}, {w} pixels](pictures/pages/{name}-{theme}-{w}.webp)" for w, _height in WIDTHS]
            lines.append(" ".join(shown))
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
