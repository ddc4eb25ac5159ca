"""The columns that we read, the names that exports give them, and how values are brought into one form. Pure."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from resonanz.kit.text import clean, fingerprint

ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id", "tweet_id", "comment_id", "message_id", "post_id", "review_id", "kommentar_id", "nachricht_id", "nr"),
    "time": (
        "time",
        "created_at",
        "created",
        "date",
        "datetime",
        "timestamp",
        "zeit",
        "datum",
        "zeitpunkt",
        "erstellt",
    ),
    "author": ("author", "author_id", "user_id", "from_id", "verfasser", "verfasser_id", "autor", "kunde"),
    "name": ("name", "author_name", "user_name", "display_name", "from", "benutzername", "anzeigename"),
    "handle": ("handle", "username", "screen_name", "user", "acct", "email", "e_mail"),
    "text": ("text", "content", "body", "message", "comment", "kommentar", "nachricht", "inhalt", "review"),
    "thread": ("thread", "thread_id", "video_id", "page_id", "beitrag", "beitrag_id", "id_post"),
    "thread_title": ("thread_title", "headline", "title", "titel", "video_title", "beitragstitel"),
    "thread_text": ("thread_text", "post", "post_text", "beitragstext"),
    "thread_url": ("thread_url", "post_url", "beitrag_url"),
    "parent": ("parent", "parent_id", "in_reply_to", "in_reply_to_id", "in_response_to_tweet_id", "antwort_auf"),
    "to": ("to", "to_id", "recipient", "an", "empfaenger", "empfänger"),
    "channel": ("channel", "network", "source", "platform", "airline", "kanal", "netzwerk", "quelle"),
    "visibility": ("visibility", "privacy", "sichtbarkeit"),
    "direction": ("direction", "inbound", "incoming", "richtung", "eingehend"),
    "subject": ("subject", "betreff"),
    "language": ("language", "lang", "sprache"),
    "rating": ("rating", "stars", "score", "sterne", "bewertung"),
    "url": ("url", "permalink", "link"),
}
LONGEST = {"text": 2_000_000, "thread_text": 20_000}
LONGEST_OTHER = 2_000

_BY_ALIAS = {alias: name for name, aliases in ALIASES.items() for alias in aliases}
_NOT_WORD = re.compile(r"[^a-z0-9äöüß]+")
_WHOLE_FLOAT = re.compile(r"^(\d+)\.0$")
_EPOCH = re.compile(r"^\d{10}(?:\d{3})?(?:\.\d+)?$")
_DIRECTIONS = {
    **dict.fromkeys(("in", "inbound", "incoming", "true", "1", "yes", "eingehend", "eingang", "ja", "customer"), "in"),
    **dict.fromkeys(
        ("out", "outbound", "outgoing", "false", "0", "no", "ausgehend", "ausgang", "nein", "agent"), "out"
    ),
}
_FORMS = (
    "%a %b %d %H:%M:%S %z %Y",
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%d.%m.%Y, %H:%M",
    "%d.%m.%Y",
    "%d-%m-%Y %H.%M",
    "%d-%m-%Y %H:%M",
    "%Y-%m-%d %H:%M:%S %Z",
    "%m/%d/%Y %H:%M:%S",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%m/%d/%Y",
)


class NotUsable(ValueError):
    """Why a line cannot be used: a message id, a detail behind a colon."""


def known(names: Iterable[str]) -> dict[int, str]:
    """Which place holds which of our columns; an exact name before an alias, then the first."""
    bare = [_NOT_WORD.sub("_", name.replace("\ufeff", "").casefold()).strip("_") for name in names]
    found: dict[int, str] = {at: name for at, name in enumerate(bare) if name in ALIASES}
    for at, name in enumerate(bare):
        ours = _BY_ALIAS.get(name)
        if ours and ours not in found.values():
            found[at] = ours
    return found


def normal(row: Mapping[str, object]) -> dict[str, str]:
    """One line in our columns and forms. Raises NotUsable with the reason."""
    found = {name: _string(name, value) for name, value in row.items()}
    found = {name: value for name, value in found.items() if value}
    if not found.get("text"):
        raise NotUsable("no text")
    if not found.get("time"):
        raise NotUsable("no time")
    found["time"] = _time(found["time"]).isoformat()
    found["direction"] = _direction(found.get("direction", "in"))
    found.setdefault("id", fingerprint("\n".join(found.get(one, "") for one in ("author", "handle", "time", "text"))))
    person = found.get("author") or found.get("handle") or found.get("name")
    found["author"] = person or f"anonymous:{found['id']}"
    return found


def _string(name: str, value: object) -> str:
    if isinstance(value, bool) or value is None:
        text = "" if value is None else str(value)
    elif isinstance(value, str | int | float):
        text = str(value)
    else:
        raise NotUsable(f"neither text nor number: {name}")
    text = clean(text).strip()
    if name in {"id", "parent", "thread", "author", "to"} and (whole := _WHOLE_FLOAT.match(text)):
        text = whole[1]  # spreadsheets turn the ids of a column with gaps into decimals
    if len(text) > LONGEST.get(name, LONGEST_OTHER):
        raise NotUsable(f"too long: {name} > {LONGEST.get(name, LONGEST_OTHER)}")
    return text


def _direction(value: str) -> str:
    try:
        return _DIRECTIONS[value.casefold()]
    except KeyError:
        raise NotUsable(f"the direction is neither in nor out: {value[:40]!r}") from None


def _time(value: str) -> datetime:
    """Aware where the value says its zone; naive values get the account's zone when they are parsed."""
    if _EPOCH.match(value):
        seconds = float(value)
        return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)  # noqa: PLR2004 - milliseconds
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        pass
    for form in _FORMS:
        try:
            at = datetime.strptime(value, form)  # noqa: DTZ007 - the zone is the account's
        except ValueError:
            continue
        return at.replace(tzinfo=UTC) if form.endswith("%Z") else at
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        raise NotUsable(f"the time cannot be read: {value[:40]!r}") from None
