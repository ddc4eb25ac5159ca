"""The square pushes: signed batches to every subscribed address, again with growing pauses until it says 2xx."""

import http.client
import json
import logging
import secrets
import sqlite3
import threading
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from resonanz.kit.secrets import signed
from resonanz.sandbox import feed
from resonanz.sandbox.clock import stamp
from resonanz.sandbox.world import World

SIGNATURE = "X-Square-Signature"
TIMEOUT_S = 5.0
PAUSE_MOST_S = 60.0
REST_S = 0.5  # between two looks for news
GARBAGE = b'{"events": [{"seq": '

log = logging.getLogger(__name__)


def view(row: sqlite3.Row) -> dict[str, object]:
    """A hook without its secret."""
    return {"id": row["id"], "url": row["url"], "sent": row["sent"], "tries": row["tries"]}


def shakes_hands(url: str) -> bool:
    """Does the address answer a GET with our challenge?"""
    challenge = secrets.token_hex(16)
    joint = "&" if urlsplit(url).query else "?"
    status, body = _call("GET", url + joint + urlencode({"mode": "subscribe", "challenge": challenge}), b"", {})
    return status == http.client.OK and body.decode("utf-8", "replace").strip() == challenge


def subscribe(world: World, url: str, secret: str) -> dict[str, object]:
    """News from now on; the same address again only changes its secret."""
    newest = world.store.one("SELECT max(seq) FROM change")
    world.store.run(
        """INSERT INTO hook (url, secret, sent, due_at) VALUES (?, ?, ?, ?)
           ON CONFLICT (url) DO UPDATE SET secret = excluded.secret""",
        url, secret, newest, stamp(world.clock.now()),
    )  # fmt: skip
    row = world.store.row("SELECT * FROM hook WHERE url = ?", url)
    assert row is not None
    return view(row)


def push(world: World) -> int:
    """Send every due hook its next batch; gives the number of batches that were taken."""
    due = world.store.rows("SELECT * FROM hook WHERE due_at <= ? ORDER BY id", stamp(world.clock.now()))
    return sum(_push_one(world, row) for row in due)


def keep_pushing(world: World, stop: threading.Event) -> None:
    """Push until told to stop."""
    while not stop.wait(REST_S):
        while push(world) and not stop.is_set():
            pass


def _push_one(world: World, row: sqlite3.Row) -> bool:
    events = feed.changes(world, row["sent"], feed.BATCH_MOST)
    if not events:
        return False
    body = json.dumps({"events": world.faults.listing("square", events)}, ensure_ascii=False).encode()
    if broken := world.faults.strike("square", "garbage"):
        body = GARBAGE
    forged = None if broken else world.faults.strike("square", "bad_signature")
    signature = "sha256=" + signed("not the secret" if forged else row["secret"], body)
    status, _ = _call("POST", row["url"], body, {"Content-Type": "application/json", SIGNATURE: signature})
    taken = 200 <= status < 300 and not broken and not forged  # noqa: PLR2004 - HTTP's own numbers
    tries = 0 if taken else row["tries"] + 1
    pause = timedelta(seconds=min(PAUSE_MOST_S, 2.0 ** (tries - 1)) if tries and not (broken or forged) else 0)
    world.store.run(
        "UPDATE hook SET sent = ?, tries = ?, due_at = ? WHERE id = ?",
        events[-1]["seq"] if taken else row["sent"], tries, stamp(world.clock.now() + pause), row["id"],
    )  # fmt: skip
    return taken


def _call(method: str, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, bytes]:
    """One plain call; 0 where nothing came back."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    line = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
    try:
        line.request(method, (parts.path or "/") + ("?" + parts.query if parts.query else ""), body, headers)
        answer = line.getresponse()
        return answer.status, answer.read(65536)
    except (OSError, http.client.HTTPException) as error:
        log.info("hook not reached: %s", type(error).__name__)
        return 0, b""
    finally:
        line.close()
