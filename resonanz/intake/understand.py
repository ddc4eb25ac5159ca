"""From raw arrivals to their meaning: parse, clean, judge. Nothing is written here."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from unicodedata import is_normalized

import structlog
from django.utils.translation import gettext_noop

from resonanz.connectors.contract import (
    Access,
    Author,
    ChannelError,
    Connector,
    Incoming,
    NotOurs,
    ThreadRef,
    Unsupported,
)
from resonanz.connectors.contract import Arrival as Raw
from resonanz.intake.filters import judge
from resonanz.intake.filters.verdict import Then, Verdict
from resonanz.kit.stored import MOST_TEXT
from resonanz.kit.text import clean, is_printable
from resonanz.model.models import ArrivalState

log = structlog.get_logger()
FAILED = gettext_noop("the connector failed")
READMITTED = "readmitted"
_MOST_ID = 300
_MOST_SHORT = 80  # the least of all limits on short texts
_SLACK = timedelta(minutes=5)
_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)  # nobody spoke on a channel before; PostgreSQL's drivers fail on year 0


class Kept(NamedTuple):
    """One row of the arrivals as settling needs it; the fields are the columns."""

    pk: int
    account_id: int
    external_id: str
    body: bytes
    headers: dict[str, str]
    is_hook: bool
    received_at: datetime
    tries: int
    why: str


class Piece(NamedTuple):
    """One arrival that was understood, with the verdict of the filters (None: an ordinary message)."""

    arrival: int
    received_at: datetime
    tries: int
    incoming: Incoming
    verdict: Verdict | None


class Outcome(NamedTuple):
    """What an arrival became, and why where that needs a word."""

    arrival: int
    state: ArrivalState
    why: str = ""


def understand(
    arrivals: Sequence[Kept], connector: Connector, access: Access
) -> tuple[list[Piece], list[Outcome], list[Raw]]:
    """The pieces to place, the arrivals that are at their end already, and what envelopes held."""
    pieces: list[Piece] = []
    ends: list[Outcome] = []
    inside: list[Raw] = []
    for arrival in arrivals:
        raw = Raw(arrival.external_id, bytes(arrival.body), arrival.headers)
        try:
            if arrival.is_hook:
                inside.extend(connector.receive(raw.headers, raw.body))
                ends.append(Outcome(arrival.pk, ArrivalState.ENVELOPE))
            else:
                piece = _piece(arrival, tidy(connector.parse(access, raw), arrival.received_at))
                pieces.append(piece)
        except Unsupported as error:
            ends.append(Outcome(arrival.pk, ArrivalState.UNSUPPORTED, error.why[:400]))
        except (NotOurs, ChannelError) as error:
            ends.append(Outcome(arrival.pk, ArrivalState.UNREADABLE, error.why[:400]))
        except Exception as error:  # a foreign connector may fail in any way; its arrival is kept and shown
            log.exception("arrival.unreadable", arrival=arrival.pk, channel=connector.manifest.channel)
            ends.append(
                Outcome(arrival.pk, ArrivalState.UNREADABLE, f"{FAILED}: {type(error).__name__}: {error}"[:400])
            )
    return pieces, ends, inside


def tidy(incoming: Incoming, received_at: datetime) -> Incoming:
    """Text without control characters and within limits, ids that fit, no time that cannot be."""
    possible = _EARLIEST <= incoming.occurred_at <= received_at + _SLACK
    if possible and _is_tidy(incoming):
        return incoming
    changed = _changed(
        incoming,
        native_id=fit(incoming.native_id),
        parent_id=fit(incoming.parent_id),
        conversation=fit(incoming.conversation or f"{incoming.thread.native_id}/{incoming.author.native_id}"),
        text=clean(incoming.text)[:MOST_TEXT],
        fresh=clean(incoming.fresh)[:MOST_TEXT],
        html=clean(incoming.html)[:MOST_TEXT],
        subject=clean(incoming.subject)[:400],
        version=incoming.version[:80],
        language=clean(incoming.language),
        permalink=clean(incoming.permalink)[:500],
        occurred_at=incoming.occurred_at if possible else received_at,
        thread=_tidy_thread(incoming.thread),
        author=_tidy_author(incoming.author),
    )
    return replace(incoming, **changed) if changed else incoming


def _is_tidy(said: Incoming) -> bool:
    """The quick look that is enough for most: short, printable, composed. (A part of a composed text is composed.)"""
    thread, author = said.thread, said.author
    short = (
        said.native_id, said.parent_id, said.conversation, said.subject, said.version, said.language, said.permalink,
        thread.native_id, thread.title, thread.url, thread.author_name, author.native_id, author.name, author.handle,
        author.avatar_url,
    )  # fmt: skip
    if not said.conversation or max(map(len, short)) > _MOST_SHORT or not "".join(short).isprintable():
        return False
    if thread.posted_at is not None and thread.posted_at < _EARLIEST:
        return False
    long = f"{said.text}{said.fresh}{said.html}{thread.text}"
    whole = long + "".join(short)
    return len(long) <= MOST_TEXT and is_printable(long) and (whole.isascii() or is_normalized("NFC", whole))


def _tidy_thread(thread: ThreadRef) -> ThreadRef:
    changed = _changed(
        thread,
        native_id=fit(thread.native_id),
        title=clean(thread.title)[:300],
        text=clean(thread.text)[:MOST_TEXT],
        url=clean(thread.url)[:500],
        author_name=clean(thread.author_name)[:200],
        posted_at=thread.posted_at if thread.posted_at and thread.posted_at >= _EARLIEST else None,
    )
    return replace(thread, **changed) if changed else thread


def _tidy_author(author: Author) -> Author:
    changed = _changed(
        author,
        native_id=fit(author.native_id),
        name=clean(author.name)[:200],
        handle=clean(author.handle)[:200],
        avatar_url=clean(author.avatar_url)[:500],
    )
    return replace(author, **changed) if changed else author


def _changed(shape: object, **wanted: Any) -> dict[str, Any]:
    """Which of the wanted values differ; copying a frozen shape costs more than looking."""
    return {name: value for name, value in wanted.items() if value != getattr(shape, name)}


def fit(native_id: str) -> str:
    """An id that fits its column; a longer one keeps its beginning and gets a hash."""
    if len(native_id) <= _MOST_ID:
        return native_id if native_id.isprintable() else native_id.replace("\x00", "")
    return native_id[:200] + "#" + hashlib.sha256(native_id.encode("utf-8", "surrogatepass")).hexdigest()


def _piece(arrival: Kept, incoming: Incoming) -> Piece:
    if not incoming.native_id:
        raise NotOurs("it has no id")
    verdict = judge(incoming)
    if arrival.why == READMITTED and verdict and verdict.then is Then.SET_ASIDE:
        verdict = None
    return Piece(arrival.pk, arrival.received_at, arrival.tries, incoming, verdict)
