"""Take pictures of the pages of a running installation: wide and narrow, light and dark, German and English.

Usage: python tools/shots.py http://127.0.0.1:8000 alice@example.org:password /inbox/ /cases/7/ …
Pictures go to shots/ (not kept in git). Needs Chromium.
"""

import re
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

CHROMIUM = "/usr/bin/chromium"
OPTIONS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
OPTIONS += ["--disable-component-update", "--disable-sync"]
TARGET = Path(__file__).parent.parent / "shots"
LOOKS = (("de", "light", 1440), ("de", "dark", 1440), ("en", "light", 1440), ("de", "light", 390))


def main(base: str, who: str, paths: list[str]) -> None:
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        for language, theme, width in LOOKS:
            page = _signed_in(browser, base, who, (language, theme, width))
            for path in paths:
                _shoot(page, base, path, f"{language}-{theme}-{width}")
            page.context.close()
        browser.close()


def _signed_in(browser: Browser, base: str, who: str, look: tuple[str, str, int]) -> Any:
    language, theme, width = look
    size = {"width": width, "height": 900 if width > 500 else 844}  # noqa: PLR2004 - a phone is narrower
    scheme = "dark" if theme == "dark" else "light"
    page = browser.new_context(viewport=size, locale=language, color_scheme=scheme).new_page()
    page.on("console", lambda line: print("console:", line.text) if line.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: print("page error:", error))
    page.goto(f"{base}/doors/login/")
    _shoot(page, base, "", f"{language}-{theme}-{width}", "door")
    email, _colon, password = who.partition(":")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("button.main")
    page.wait_for_url(lambda url: "/doors/" not in url)
    with page.expect_navigation():
        page.evaluate(
            """language => { const form = document.querySelector("form[action*='language']");
            form.querySelector(`button[value=${language}]`).click() }""",
            language,
        )
    return page


def _shoot(page: Any, base: str, path: str, look: str, name: str = "") -> None:
    if path:
        page.goto(base + path)
    name = name or re.sub(r"\W+", "-", path).strip("-") or "situation"
    page.screenshot(path=TARGET / f"{name}-{look}.png")


if __name__ == "__main__":
    main(sys.argv[1].rstrip("/"), sys.argv[2], sys.argv[3:] or ["/"])
