"""``bench rest``: what the house takes when nobody uses it (memory of pages and worker), and how long a newcomer waits.

``start_s`` is all of ``make run`` in a fresh clone of this checkout (environment made, packages installed from the
caches of this machine, company loaded) until the pages answer; where there is no checkout, or with --quick, only the
installed ``resonanz demo`` is started. Memory is the proportional set size of every process but the sandbox.
"""

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from resonanz.site.bench.shape import Figure, report

PORT = 18600
SETTLE_S = 20
MOST_S = 300
ROOT = Path(__file__).parent.parent.parent.parent


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="resonanz-rest-") as folder:
        fresh = not given.quick and (ROOT / ".git").exists() and shutil.which("make") is not None
        argv, place = _clone(Path(folder)) if fresh else (_installed(), ROOT)
        started = time.perf_counter()
        environ = {**os.environ, "RESONANZ_PORT": str(PORT)}
        house = subprocess.Popen(argv, cwd=place, env=environ, stdout=sys.stderr, start_new_session=True)  # noqa: S603 - our own
        try:
            _wait(house)
            waited = time.perf_counter() - started
            time.sleep(5 if given.quick else SETTLE_S)
            memory = {name: _memory(pid) for pid, name in _processes(house.pid)}
        finally:
            os.killpg(house.pid, signal.SIGINT)
            house.wait(40)
    print(f"memory by process: {memory}", file=sys.stderr)
    house_alone = sum(size for name, size in memory.items() if name.startswith(("pages", "worker")))
    everything = sum(size for name, size in memory.items() if name != "sandbox")
    figures = [
        Figure("memory_mb", round(house_alone, 1), "MB", goal=400, at_most=True),
        Figure("memory_with_supervisor_mb", round(everything, 1), "MB"),
        Figure("start_s" if fresh else "open_s", round(waited, 2), "s", goal=90 if fresh else None, at_most=True),
    ]
    print(json.dumps(report("rest", figures)))
    return 0


def _installed() -> list[str]:
    return [sys.executable, "-m", "resonanz.site.command", "demo", "--pace", "0"]


def _clone(folder: Path) -> tuple[list[str], Path]:
    """A clean clone of what is committed here, to be started as a newcomer would."""
    place = folder / "house"
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(place)], check=True, timeout=120)  # noqa: S603, S607
    return ["make", "run"], place


def _wait(house: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + MOST_S
    while time.monotonic() < deadline:
        if house.poll() is not None:
            raise SystemExit("the house did not open")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/alive", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit(f"the house did not open in {MOST_S} seconds")


def _processes(parent: int) -> list[tuple[int, str]]:
    """(pid, name) of the supervisor and all its descendants; names are made unique."""
    children: dict[int, list[int]] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            text = path.read_text()
        except OSError:
            continue
        children.setdefault(int(text.rsplit(")", 1)[1].split()[1]), []).append(int(path.parent.name))
    found, waiting = [(parent, "supervisor")], list(children.get(parent, []))
    while waiting:
        pid = waiting.pop()
        waiting += children.get(pid, [])
        line = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
        found.append((pid, f"{_kind(line)} {pid}" if _kind(line) != "sandbox" else "sandbox"))
    return found


def _kind(line: str) -> str:
    """What a process is, from its command line."""
    kinds = (("resonanz.sandbox", "sandbox"), ("granian", "pages"), ("spawn", "pages"), ("command work", "worker"))
    return next((kind for sign, kind in kinds if sign in line), "supervisor")


def _memory(pid: int) -> float:
    """Resident memory of one process in MB, shared pages counted by share (Pss), else as resident."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text()
        match = re.search(r"^Pss:\s+(\d+)", text, re.MULTILINE)
    except OSError:
        match = re.search(r"^VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    return int(match.group(1)) / 1024 if match else 0.0


if __name__ == "__main__":
    sys.exit(main())
