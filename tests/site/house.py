"""The command line as people meet it: run in processes of their own, with a home folder and ports of their own."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
START_S = 90.0
COMMAND = [sys.executable, "-P", "-m", "resonanz.site.command"]


def environ(home: Path, **settings: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RESONANZ_")}
    return kept | {"PYTHONPATH": str(ROOT), "RESONANZ_HOME": str(home)} | settings


def run(home: Path, *words: str, where: Path = ROOT, **settings: str) -> "subprocess.CompletedProcess[str]":
    """One command to its end, as somebody gives it who stands in the folder ``where``."""
    return subprocess.run(
        [*COMMAND, *words],
        env=environ(home, **settings),
        cwd=where,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def free_port() -> int:
    """A port on which the whole demo can stand: the pages, and the sandbox's three beside them. Never the same twice,
    and none that another worker of the tests may take at the same time.
    """
    for port in _ports:
        if all(_is_free(one) for one in (port, port + 10, port + 25, port + 143)):
            return port
    raise AssertionError("no free port")


_worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
_ports = iter(range(21000 + 1200 * _worker + os.getpid() % 100, 21000 + 1200 * _worker + 1040))


def _is_free(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) != 0


@dataclass
class Demo:
    """A running ``resonanz demo``."""

    home: Path
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def said(self) -> str:
        return (self.home / "said").read_text()

    def get(self, path: str) -> tuple[int, str]:
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()

    def is_alive(self) -> bool:
        try:
            return self.get("/alive")[0] == 200
        except (urllib.error.URLError, OSError):
            return False

    def children(self) -> dict[str, int]:
        """Name -> pid of the processes that the house started."""
        found = {}
        for pid in descendants(self.process.pid, generations=1):
            line = command_line(pid)
            for name, sign in (("pages", " granian "), ("worker", " work "), ("sandbox", "resonanz.sandbox")):
                if sign in f"{line} " and "resonanz.site.tied" in line:
                    found[name] = pid
        return found

    def ledger(self) -> dict:
        return json.loads(run(self.home, "ledger", "--json").stdout)

    def stop(self, number: int) -> int:
        self.process.send_signal(number)
        return self.process.wait(60)


def demo(home: Path, port: int, *words: str) -> Demo:
    """Start the demo and wait until it has said its address."""
    home.mkdir(exist_ok=True)
    with (home / "said").open("wb") as out:
        process = subprocess.Popen(
            [*COMMAND, "demo", *words],
            env=environ(home, RESONANZ_PORT=str(port)),
            cwd=ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    one = Demo(home, port, process)
    until(lambda: "Ctrl-C closes" in one.said or process.poll() is not None, START_S)
    assert process.poll() is None, one.said
    return one


def until(happened: Callable[[], bool], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.2)


def descendants(parent: int, generations: int = 9) -> list[int]:
    """All processes below this one (from /proc)."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if fields[0] != "Z":
            children.setdefault(int(fields[1]), []).append(int(path.parent.name))
    found: list[int] = []
    above = [parent]
    for _ in range(generations):
        above = [child for one in above for child in children.get(one, [])]
        found += above
    return found


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
