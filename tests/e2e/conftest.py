"""A whole house for browser journeys: pages and worker as processes, the sandbox's square, a real Chromium.

Skipped with a reason where Chromium is absent; REQUIRE_E2E=1 makes that a failure.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from resonanz.sandbox import World, serving
from tests.e2e.furnish import PASSWORD

ROOT = Path(__file__).parents[2]
CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_S = 60


@dataclass(frozen=True)
class House:
    """Where the house and its square are, and how to ask its commands."""

    address: str
    square: str
    world: World
    environ: dict[str, str]

    def ledger(self) -> dict:
        said = _run(self.environ, "-m", "resonanz.site.command", "ledger", "--json").stdout
        return json.loads(said)


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        if os.environ.get("REQUIRE_E2E") == "1":
            pytest.fail(f"REQUIRE_E2E=1, but there is no Chromium at {CHROMIUM}")
        pytest.skip(f"there is no Chromium at {CHROMIUM}")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # Playwright keeps an event loop in this thread
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=OPTIONS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory) -> Path:
    """The home folder of a house with all its tables and nothing in them."""
    home = tmp_path_factory.mktemp("empty") / "home"
    _run({**_outside(), "RESONANZ_HOME": str(home)}, "-m", "resonanz.site.command", "migrate")
    return home


@pytest.fixture
def house(tmp_path, empty_home) -> Iterator[House]:
    world = World(":memory:")
    with serving(world) as square:
        port = _free_port()
        environ = {
            **_outside(),
            "RESONANZ_HOME": str(tmp_path / "home"),
            "RESONANZ_PORT": str(port),
            "RESONANZ_UNDO_SECONDS": "2",
            "RESONANZ_PRIVATE_HOSTS": ",".join(
                filter(None, (square.removeprefix("http://"), os.environ.get("PUSH_SERVICE")))
            ),
        }
        shutil.copytree(empty_home, tmp_path / "home")
        _run(environ, "-m", "tests.e2e.furnish", square)
        log = (tmp_path / "house.log").open("wb")
        with (
            log,
            subprocess.Popen(
                [sys.executable, "-m", "resonanz.site.command", "serve"], env=environ, cwd=ROOT, stdout=log, stderr=log
            ) as process,
        ):
            try:
                _wait(f"http://127.0.0.1:{port}/alive", process, tmp_path / "house.log")
                yield House(f"http://127.0.0.1:{port}", square, world, environ)
            finally:
                process.send_signal(signal.SIGTERM)
                process.wait(timeout=40)


@pytest.fixture
def sign_in(chromium, house):
    """Gives the page of a person who has signed in, in a language."""
    contexts = []

    def one(name: str, language: str = "de", **options):
        context = chromium.new_context(locale=language, base_url=house.address, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda line: page.faults.append(line.text) if line.type in {"error", "warning"} else None)
        page.goto("/doors/login/")
        page.fill("input[name=login]", f"{name}@auenwerke.example")
        page.fill("input[name=password]", PASSWORD)
        page.click("button.main")
        page.wait_for_url("**/")
        return page

    yield one
    for context in contexts:
        context.close()


def _outside() -> dict[str, str]:
    """What a house is told of the machine: everything but the settings of other houses."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESONANZ_")}
    return {**kept, "PYTHONPATH": str(ROOT)}


def _run(environ: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], env=environ, cwd=ROOT, check=True, capture_output=True, text=True, timeout=120
    )


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def _wait(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    end = time.monotonic() + START_S
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - loopback
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the house did not open: {log.read_text()[-2000:]}")
