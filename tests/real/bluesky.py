"""The network's own software for the tests here: directory, data server and view of the app, in one Node process."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from queue import Empty, Queue
from typing import Any

import psycopg

from resonanz.kit.http import Http

START_S = 60
REDIS = ("127.0.0.1", 6379)
SCRIPT = Path(__file__).with_name("bluesky_network.mjs")


@dataclass(frozen=True)
class Network:
    pds: str


@dataclass
class Person:
    """Somebody with a client of their own."""

    pds: str
    http: Http
    did: str
    handle: str
    password: str
    token: str

    def call(self, name: str, body: Mapping[str, object]) -> Any:
        return _post(self.http, self.pds, name, body, self.token)

    def read(self, name: str, **params: str) -> Any:
        headers = {"authorization": f"Bearer {self.token}"}
        return self.http.call("GET", f"{self.pds}/xrpc/{name}", params=params, headers=headers).json()

    def say(self, text: str, *, under: Mapping[str, str] | None = None, root: Mapping[str, str] | None = None) -> Any:
        record: dict[str, object] = {
            "$type": "app.bsky.feed.post",
            "text": text,
            "createdAt": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if under:
            record["reply"] = {"root": dict(root or under), "parent": dict(under)}
        made = self.call("com.atproto.repo.createRecord", self._place() | {"record": record})
        return {"uri": made["uri"], "cid": made["cid"]}

    def delete(self, uri: str) -> None:
        self.call("com.atproto.repo.deleteRecord", self._place() | {"rkey": uri.rpartition("/")[2]})

    def _place(self) -> dict[str, object]:
        return {"repo": self.did, "collection": "app.bsky.feed.post"}


def missing() -> str:
    """Why it cannot run here, "" where it can."""
    if not shutil.which("node") or not (_folder() / "node_modules/@atproto/dev-env").is_dir():
        return "the network's software is not installed: sh tools/real_servers.sh --bluesky"
    try:
        with psycopg.connect(_database(), connect_timeout=2), socket.create_connection(REDIS, 2):
            return ""
    except (OSError, psycopg.Error) as error:
        return f"it stands on PostgreSQL and Redis: {error}"


@contextmanager
def network() -> Iterator[Network]:
    schema = "resonanz" + "".join(secrets.choice("abcdefghij") for _ in range(10))
    own = {"DB_POSTGRES_URL": _database(), "REDIS_HOST": ":".join(map(str, REDIS)), "SCHEMA": schema}
    process = subprocess.Popen(
        ["node", "--no-deprecation", str(SCRIPT)], cwd=_folder(), env=os.environ | own, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    lines: Queue[str] = Queue()
    reader = threading.Thread(target=lambda: [lines.put(line) for line in process.stdout or ()], daemon=True)
    reader.start()  # to its end, so that it never waits for us
    try:
        yield Network(_ready(process, lines)["pds"])
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        reader.join(5)
        if process.stdout:
            process.stdout.close()
        _tidy(schema)


def join(net: Network, http: Http, name: str) -> Person:
    handle, password = f"{name}{secrets.token_hex(3)}.test", secrets.token_hex(8)
    body = {"handle": handle, "email": f"{handle}@example.org", "password": password}
    made = _post(http, net.pds, "com.atproto.server.createAccount", body)
    return Person(net.pds, http, made["did"], handle, password, made["accessJwt"])


def _post(http: Http, pds: str, name: str, body: Mapping[str, object], token: str = "") -> Any:
    headers = {"authorization": f"Bearer {token}"} if token else {}
    answer = http.call("POST", f"{pds}/xrpc/{name}", json=body, headers=headers)
    if not answer.ok:
        raise AssertionError(f"{name}: {answer.status} {answer.text[:300]}")
    return answer.json() if answer.body else None


def _folder() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "resonanz-real/bluesky"


def _database() -> str:
    return os.environ.get("TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def _ready(process: subprocess.Popen[str], lines: Queue[str]) -> dict[str, str]:
    """What it says once it stands."""
    said: list[str] = []
    while True:
        try:
            line = lines.get(timeout=START_S)
        except Empty:
            raise AssertionError("it does not start: " + "".join(said[-20:])) from None
        if line.startswith("READY "):
            return json.loads(line.removeprefix("READY "))
        said.append(line)
        if process.poll() is not None and lines.empty():
            raise AssertionError("it stopped: " + "".join(said[-20:]))


def _tidy(schema: str) -> None:
    with psycopg.connect(_database(), autocommit=True) as base:
        found = base.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [f"%{schema}%"]).fetchall()
        for (name,) in found:
            base.execute(f'DROP SCHEMA "{name}" CASCADE')
