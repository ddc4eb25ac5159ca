"""``bench rest``: what the house takes when nobody uses it (memory of pages and worker), and how long it takes to open.

Starts ``resonanz demo`` in a home folder of its own with nothing streaming in, lets it settle, and reads the resident
memory of every process but the sandbox from /proc (unique set size where the system tells it).
"""

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from resonanz.site.bench.shape import Figure, report

PORT = 18600
SETTLE_S = 20


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    started = time.perf_counter()
    house = subprocess.Popen(
        [sys.executable, "-m", "resonanz.site.command", "demo", "--pace", "0"],
        env={**os.environ, "RESONANZ_PORT": str(PORT)}, stdout=sys.stderr, start_new_session=True,
    )  # fmt: skip
    try:
        _wait(house)
        opened = time.perf_counter() - started
        time.sleep(5 if given.quick else SETTLE_S)
        memory = {name: _memory(pid) for pid, name in _processes(house.pid) if name != "sandbox"}
    finally:
        house.send_signal(signal.SIGINT)
        house.wait(30)
    print(f"memory by process: {memory}", file=sys.stderr)
    pages_and_worker = sum(size for name, size in memory.items() if name != "supervisor")
    figures = [
        Figure("memory_mb", round(pages_and_worker, 1), "MB", goal=400, at_most=True),
        Figure("memory_with_supervisor_mb", round(sum(memory.values()), 1), "MB"),
        Figure("open_s", round(opened, 2), "s"),
    ]
    print(json.dumps(report("rest", figures)))
    return 0


def _wait(house: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        if house.poll() is not None:
            raise SystemExit("the house did not open")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{PORT}/alive", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("the house did not open in two minutes")


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
        if "resonanz.sandbox" in line:
            found.append((pid, "sandbox"))
        else:
            found.append((pid, f"{'pages' if 'granian' in line or 'spawn' in line else 'worker'} {pid}"))
    return found


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
