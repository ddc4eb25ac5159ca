"""What connectors whose platforms speak JSON share: a part in the shape that is expected, or NotOurs. Pure."""

from datetime import UTC, datetime
from typing import Any

from resonanz.connectors.contract import NotOurs
from resonanz.kit.text import clean


def mapping(value: object, what: str) -> dict[str, Any]:
    """An object; raises NotOurs, with ``what`` it should have been."""
    if not isinstance(value, dict):
        raise NotOurs(f"this part is missing: {what}")
    return value


def text(value: object) -> str:
    """A text, cleaned; "" where it is none."""
    return clean(value) if isinstance(value, str) else ""


def time_of(value: object) -> datetime:
    """A time as ISO 8601, aware; without a zone it is UTC. Raises NotOurs."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
        if at is not None:
            return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise NotOurs("no usable time")
