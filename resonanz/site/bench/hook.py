"""``bench hook``: hook calls a second into the running pages, against a bare WSGI server with the same signature check
and one INSERT.

Both run under the same server (granian, one process, as many threads), both on SQLite in WAL; the same callers send
the same bodies, in turns.
"""

import argparse
import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterable
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from resonanz.kit.secrets import same, signed
from resonanz.site.bench.shape import Figure, report
from resonanz.site.bench.speech import feed

SECRET = "bench-hook-secret"  # noqa: S105 - a measurement's own
CALLERS, ROUNDS = 4, 9
PORTS = (18471, 18472)


def bare(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
    """The floor: check the signature, insert the body, answer."""
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    if not same(environ.get("HTTP_X_SQUARE_SIGNATURE", ""), "sha256=" + signed(SECRET, body)):
        start("403 Forbidden", [])
        return [b""]
    line = _line()
    line.execute("INSERT INTO arrival (body, at) VALUES (?, ?)", (body, time.time()))
    start("200 OK", [("content-length", "0")])
    return [b""]


_lines = threading.local()


def _line() -> sqlite3.Connection:
    if not hasattr(_lines, "line"):
        _lines.line = sqlite3.connect(
            Path(os.environ["RESONANZ_HOME"]) / "bare.sqlite3", isolation_level=None, timeout=20
        )
        _lines.line.execute("PRAGMA journal_mode=WAL")
        _lines.line.execute("PRAGMA synchronous=NORMAL")
        _lines.line.execute("CREATE TABLE IF NOT EXISTS arrival (id INTEGER PRIMARY KEY, body BLOB, at REAL)")
    return _lines.line  # type: ignore[no-any-return]


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    given = parser.parse_args()
    calls = 150 if given.quick else 750
    path = _prepare()
    bodies = [_body(number) for number in range(CALLERS * calls * ROUNDS)]
    servers = [
        _serve("resonanz.site.wsgi:application", PORTS[0]),
        _serve("resonanz.site.bench.hook:bare", PORTS[1]),
    ]
    try:
        for port in PORTS:
            _wait(port)
        ours, floor = [], []
        for number in range(ROUNDS):
            share = bodies[number * CALLERS * calls : (number + 1) * CALLERS * calls]
            floor.append(_call(PORTS[1], "/", share))
            ours.append(_call(PORTS[0], path, share))
            print(f"round {number + 1}: ours {ours[-1]:.0f}, bare {floor[-1]:.0f} a second", file=sys.stderr)
    finally:
        for server in servers:
            server.terminate()
            server.wait(10)
    rate, bare_rate = sorted(ours)[ROUNDS // 2], sorted(floor)[ROUNDS // 2]
    figure = Figure("hooks_per_s", round(rate, 1), "1/s", floor=round(bare_rate, 1), goal=0.5, of_ratio=True)
    print(json.dumps(report("hook", [figure])))
    return 0


def _prepare() -> str:
    """A migrated house with one account; gives the address of its hook."""
    import django  # noqa: PLC0415 - the bare server must not load it
    from django.core.management import call_command  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    from resonanz.accounts.connect import connect_account  # noqa: PLC0415

    account = connect_account(
        channel="square", name="Bench", settings={"base_url": "http://127.0.0.1:9"},
        secrets={"token": "x", "hook_secret": SECRET}, by=None,
    )  # fmt: skip
    return f"/hooks/{account.hook_key}/"


def _body(number: int) -> bytes:
    arrival = next(feed(seed=number))
    return b'{"events":[' + arrival.body + b'],"n":' + str(number).encode() + b"}"


def _serve(target: str, port: int) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(  # noqa: S603 - our own programs
        [
            sys.executable, "-m", "granian", "--interface", "wsgi", target, "--host", "127.0.0.1", "--port", str(port),
            "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "error",
        ],
        stdout=sys.stderr,
    )  # fmt: skip


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/alive", timeout=1):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not start")


def _call(port: int, path: str, bodies: list[bytes]) -> float:
    """Calls a second, with ``CALLERS`` lines kept open."""
    shares = [bodies[number::CALLERS] for number in range(CALLERS)]
    threads = [threading.Thread(target=_caller, args=(port, path, share)) for share in shares]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(bodies) / (time.perf_counter() - started)


def _caller(port: int, path: str, bodies: list[bytes]) -> None:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    for body in bodies:
        headers = {"x-square-signature": "sha256=" + signed(SECRET, body), "content-type": "application/json"}
        line.request("POST", path, body, headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:  # noqa: PLR2004 - HTTP's own number
            raise SystemExit(f"answered {answer.status}")
    line.close()


if __name__ == "__main__":
    sys.exit(main())
