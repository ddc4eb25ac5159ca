"""The processes of a running house: started together, watched, started again when one dies, stopped cleanly."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import IO

from resonanz.site.ready import CannotStart

_STOP_S = 15.0
_MOST_DEATHS = 5
_LIVED_WELL_S = 300.0
_POLL_S = 0.3


SAFE_PATH = {"PYTHONSAFEPATH": "1"}  # programs that lie in the folder where somebody stands are not ours


@dataclass(slots=True)
class Child:
    """One process: a Python module with its arguments. ``log``: where its output goes (None: to ours)."""

    name: str
    module: str
    arguments: Sequence[str] = ()
    environ: Mapping[str, str] = field(default_factory=dict)
    log: Path | None = None
    process: "subprocess.Popen[bytes] | None" = None
    deaths: int = 0
    started: float = 0.0

    def start(self, stack: ExitStack) -> None:
        out: IO[bytes] | None = None
        if self.log is not None:
            self.log.parent.mkdir(parents=True, exist_ok=True)
            out = stack.enter_context(self.log.open("ab"))
        self.started = time.monotonic()
        argv = [sys.executable, "-m", "resonanz.site.tied", str(os.getpid()), self.module, *self.arguments]
        self.process = subprocess.Popen(  # noqa: S603 - our own programs
            argv, stdout=out, stderr=out, stdin=subprocess.DEVNULL,
            env={**os.environ, **SAFE_PATH, **self.environ}, start_new_session=True,
        )  # fmt: skip

    def clear(self) -> None:
        """Kill what a dead process left behind in its group: a server's own workers would hold its port."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)


def run_children(children: Sequence[Child], *, ready: Callable[[], None]) -> int:
    """Start all, call ``ready`` when they answer, watch them until SIGINT or SIGTERM. Returns the exit code.

    A child that dies is started again; after five early deaths the house closes and says where its log lies.
    """
    stopping: list[int] = []

    def give_up(number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt(number)

    def ask(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    _on_signal(give_up)
    with ExitStack() as stack:
        try:
            for child in children:
                child.start(stack)
            ready()
            _on_signal(ask)
            while not stopping:
                _revive(children, stack)
                time.sleep(_POLL_S)
        finally:
            _on_signal(ask)
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
            child.clear()
            child.process.wait()
        child.clear()


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


def _on_signal(act: Callable[[int, FrameType | None], None]) -> None:
    signal.signal(signal.SIGINT, act)
    signal.signal(signal.SIGTERM, act)


def _revive(children: Sequence[Child], stack: ExitStack) -> None:
    for child in children:
        if child.process is None or child.process.poll() is None:
            continue
        child.clear()
        child.deaths = 1 if time.monotonic() - child.started > _LIVED_WELL_S else child.deaths + 1
        if child.deaths >= _MOST_DEATHS:
            raise CannotStart(
                "{name} stopped again and again. {log} says why.", name=child.name, log=child.log or "The output above"
            )
        print(f"resonanz: {child.name} stopped ({child.process.returncode}); starting it again", file=sys.stderr)
        child.start(stack)
