"""``bench desk``: what an agent feels in a browser, on the demo company: the way to the next case, weight, steadiness.

``next_ready_ms`` is taken inside the page: from the key that opens the next case (Enter on its row) until its answer
can be typed (the field is there and the browser has drawn it). Its floor is the bare answer of the server to the same
address in the same page, fetched and thrown away. ``inbox_weight_kb`` counts every byte that a browser with an empty
cache receives for the inbox, as compressed on the way. Long tasks and layout shifts are counted over the whole journey.
Needs Chromium and playwright (``pip install resonanz[test]``).
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles
from typing import Any

from resonanz.site.bench.shape import Figure, report

PORT = 18700
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
WHO, PASSWORD = "bruno@auenwerke.example", "auental-demo"
OPEN_S, FED_S, FED, LONG_MS = 120, 240, 20, 50  # as many cases as one page of the list holds
CASES, QUICK_CASES = 60, 12
WATCH = """
window.__seen = {long: [], shift: 0, ready: []};
new PerformanceObserver(list => { for (const one of list.getEntries()) __seen.long.push(one.duration) })
  .observe({type: "longtask", buffered: true});
new PerformanceObserver(list => {
  for (const one of list.getEntries()) if (!one.hadRecentInput) __seen.shift += one.value;
}).observe({type: "layout-shift", buffered: true});
"""
OPEN = """row => new Promise(done => {
  const wanted = row.id.replace("row-", "");
  const at = performance.now();
  const look = () => {
    const shown = document.querySelector(`#case[data-case="${wanted}"]`);
    if (!shown || !document.querySelector("#composer")) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - at), 0));
  };
  const seen = new MutationObserver(look);
  seen.observe(document.getElementById("open"), {childList: true, subtree: true});
  row.focus();
  row.click();
})"""
FLOOR = """async address => {
  const at = performance.now();
  const answer = await fetch(address, {headers: {"HX-Request": "true"}, credentials: "same-origin"});
  await answer.text();
  return performance.now() - at;
}"""


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - optional
    except ImportError:
        raise SystemExit("bench desk needs a browser: pip install 'resonanz[test]', and Chromium.") from None
    with _demo() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        figures = _measure(browser, base, QUICK_CASES if given.quick else CASES)
        browser.close()
    print(json.dumps(report("desk", figures)))
    return 0


def _measure(browser: Any, base: str, cases: int) -> list[Figure]:
    context = browser.new_context(locale="de", viewport={"width": 1440, "height": 900})
    context.add_init_script(WATCH)
    page = context.new_page()
    _sign_in(page, base)
    weight = _weight(browser, base, context.storage_state())
    page.goto(f"{base}/inbox/")
    ready, floor = [], []
    for at in range(cases + 2):
        rows = page.locator(".row-case")
        row = rows.nth(at % min(rows.count(), FED))
        address = row.get_attribute("hx-get")
        took = row.evaluate(OPEN)
        page.wait_for_timeout(120)  # somebody reads
        if at >= 2:  # noqa: PLR2004 - the first ones warm up
            ready.append(took)
            floor.append(page.evaluate(FLOOR, address))
    seen = page.evaluate("__seen")
    print(f"long tasks: {[round(one) for one in seen['long']]}", file=sys.stderr)
    worst = max(seen["long"], default=0.0)
    return [
        Figure(
            "next_ready_ms", round(_p95(ready), 1), "ms", floor=round(_p95(floor), 1), goal=150, at_most=True
        ),
        Figure("inbox_weight_kb", round(weight / 1000, 1), "kB", goal=150, at_most=True),
        Figure("longest_task_ms", round(worst, 1), "ms", goal=LONG_MS, at_most=True),
        Figure("layout_shift", round(seen["shift"], 4), "", goal=0, at_most=True),
    ]  # fmt: skip


def _sign_in(page: Any, base: str) -> None:
    page.goto(f"{base}/doors/login/")
    page.fill("input[name=login]", WHO)
    page.fill("input[name=password]", PASSWORD)
    page.click("button.main")
    page.wait_for_url(lambda url: "/doors/" not in url)
    end = time.monotonic() + FED_S
    page.goto(f"{base}/inbox/")
    while page.locator(".row-case").count() < FED and time.monotonic() < end:
        page.wait_for_timeout(1000)
        page.goto(f"{base}/inbox/")
    page.wait_for_timeout(5000)  # what else comes in at the start has come


def _weight(browser: Any, base: str, state: Any) -> float:
    """Bytes received for the inbox with an empty cache."""
    context = browser.new_context(locale="de", viewport={"width": 1440, "height": 900}, storage_state=state)
    page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    received: list[float] = []
    line.on("Network.loadingFinished", lambda told: received.append(told["encodedDataLength"]))
    page.goto(f"{base}/inbox/")
    page.wait_for_timeout(1500)
    context.close()
    return sum(received)


def _p95(took: list[float]) -> float:
    return quantiles(took, n=20)[-1]


@contextmanager
def _demo() -> Iterator[str]:
    """The demo company on a port of its own, in this process's home folder."""
    argv = [sys.executable, "-m", "resonanz.site.command", "demo", "--pace", "0"]
    environ = {**os.environ, "RESONANZ_PORT": str(PORT)}
    house = subprocess.Popen(argv, env=environ, stdout=sys.stderr, start_new_session=True)  # noqa: S603 - our own
    try:
        base, end = f"http://127.0.0.1:{PORT}", time.monotonic() + OPEN_S
        while True:
            if house.poll() is not None or time.monotonic() > end:
                raise SystemExit("the house did not open")
            try:
                with urllib.request.urlopen(f"{base}/alive", timeout=1):  # noqa: S310 - loopback
                    break
            except OSError:
                time.sleep(0.2)
        yield base
    finally:
        os.killpg(house.pid, signal.SIGINT)
        house.wait(40)


if __name__ == "__main__":
    sys.exit(main())
