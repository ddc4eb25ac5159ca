"""The processes of a running house: started together, watched, started again when one dies, stopped cleanly."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from resonanz.site.ready import CannotStart

_STOP_S = 15.0
_MOST_DEATHS = 5
_POLL_S = 0.3


@dataclass(slots=True)
class Child:
    """One process. ``log``: where its output goes (None: to ours)."""

    name: str
    argv: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0

    def start(self, stack: ExitStack) -> None:
        out: IO[bytes] | None = None
        if self.log is not None:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            out = stack.enter_context(self.log.open("ab"))
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            list(self.argv), stdout=out, stderr=out, stdin=subprocess.DEVNULL, env={**os.environ, **self.environ},
            start_new_session=True,
        )  # fmt: skip


def run_children(children: Sequence[Child], *, ready: Callable[[], None]) -> int:
    """Start all, call ``ready`` when they answer, watch them until SIGINT or SIGTERM. Returns the exit code.

    A child that dies is started again; after five deaths the house closes and says where its log lies.
    """
    stopping: list[int] = []

    def ask(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGINT, ask)
    signal.signal(signal.SIGTERM, ask)
    with ExitStack() as stack:
        try:
            for child in children:
                child.start(stack)
            ready()
            while not stopping:
                _revive(children, stack)
                time.sleep(_POLL_S)
        finally:
            stop_all(children)
    return 0


def stop_all(children: Sequence[Child]) -> None:
    """Ask every process to stop, last started first; kill the ones that do not."""
    for child in reversed(children):
        if child.process is not None and child.process.poll() is None:
            child.process.terminate()
    deadline = time.monotonic() + _STOP_S
    for child in reversed(children):
        if child.process is None:
            continue
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(child.process.pid, signal.SIGKILL)
            child.process.wait()


def wait_for(url: str, children: Sequence[Child], *, seconds: float = 60.0) -> None:
    """Wait until ``url`` answers. Raises CannotStart when a process dies first or time runs out."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for child in children:
            if child.process is not None and child.process.poll() is not None:
                raise CannotStart(
                    "{name} did not start. {log} says why.", name=child.name, log=child.log or "The output above"
                )
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                if answer.status < 500:  # noqa: PLR2004 - HTTP's own numbers
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise CannotStart("The pages did not answer within {seconds} seconds.", seconds=int(seconds))


def _revive(children: Sequence[Child], stack: ExitStack) -> None:
    for child in children:
        if child.process is None or child.process.poll() is None:
            continue
        child.deaths += 1
        if child.deaths >= _MOST_DEATHS:
            raise CannotStart(
                "{name} stopped again and again. {log} says why.", name=child.name, log=child.log or "The output above"
            )
        print(f"resonanz: {child.name} stopped ({child.process.returncode}); starting it again", file=sys.stderr)
        child.start(stack)
