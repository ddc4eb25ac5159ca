"""One line in our columns (JSON, as ``read`` wrote it) -> Incoming. Pure."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import orjson

from resonanz.connectors.contract import Author, Incoming, Mark, NotOurs, Op, ThreadRef, Visibility
from resonanz.kit.text import clean, one_line

VERSION = "1"
DEFAULT_ZONE = "Europe/Berlin"

_VISIBILITIES = {
    "public": Visibility.PUBLIC,
    "unlisted": Visibility.UNLISTED,
    "followers": Visibility.FOLLOWERS,
    "private": Visibility.PRIVATE,
    "direct": Visibility.PRIVATE,
    "öffentlich": Visibility.PUBLIC,
    "privat": Visibility.PRIVATE,
}


def parse(body: bytes, *, account: str, zone: str) -> Incoming:
    """``zone`` holds for times that name none."""
    line = _line(body)
    ours = line.get("direction") == "out"
    native, thread = line["id"], line.get("thread") or line.get("parent") or line["id"]
    person = line.get("to", "") if ours else line["author"]
    return Incoming(
        native_id=native,
        op=Op.UPSERT,
        version=VERSION,
        occurred_at=_time(line["time"], zone),
        author=_author(line, ours=ours),
        text=line["text"],
        thread=ThreadRef(
            thread,
            title=one_line(line.get("thread_title") or line.get("channel", ""), 300),
            text=line.get("thread_text", ""),
            url=_web(line.get("thread_url", "")),
        ),
        conversation=f"{thread}|{person or account}",
        visibility=_VISIBILITIES.get(line.get("visibility", "public").casefold(), Visibility.PRIVATE),
        parent_id=line.get("parent", ""),
        subject=one_line(line.get("subject", ""), 300),
        language=line.get("language", "")[:35],
        permalink=_web(line.get("url", "")),
        marks=frozenset({Mark.OWN} if ours else ()),
        rating=_rating(line.get("rating", "")),
    )


def _line(body: bytes) -> dict[str, str]:
    try:
        found = orjson.loads(body)
    except ValueError:
        raise NotOurs("not JSON") from None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise NotOurs("not one object of texts")
    line = {name: clean(value).strip() for name, value in found.items()}
    if lacking := [name for name in ("id", "time", "author", "text") if not line.get(name)]:
        raise NotOurs(f"columns are missing: {', '.join(lacking)}")
    return line


def _author(line: dict[str, str], *, ours: bool) -> Author:
    name = line.get("name") or line.get("handle") or line["author"]
    return Author(line["author"], one_line(name), one_line(line.get("handle", "")), is_self=ours)


def _time(value: str, zone: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        return (at if at.tzinfo else at.replace(tzinfo=_zone(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise NotOurs("no usable time") from None


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name or DEFAULT_ZONE)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE)


def _rating(value: str) -> int | None:
    try:
        return round(float(value.replace(",", "."))) if value else None
    except (ValueError, OverflowError):
        return None


def _web(url: str) -> str:
    return url if url.startswith(("https://", "http://")) else ""
