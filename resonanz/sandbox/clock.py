"""The sandbox's own clock: real time until somebody sets or advances it; every time it gives out derives from it."""

from datetime import UTC, datetime, timedelta

from resonanz.kit import clock


class Clock:
    """Runs with the house's clock plus a shift, or stands still where it was set."""

    def __init__(self) -> None:
        self._shift = timedelta()
        self._held: datetime | None = None

    def now(self) -> datetime:
        return self._held if self._held is not None else clock.now() + self._shift

    def hold(self, at: datetime) -> None:
        """Stand still at ``at`` (aware)."""
        self._held = at.astimezone(UTC)

    def advance(self, by: timedelta) -> None:
        if self._held is not None:
            self._held += by
        else:
            self._shift += by

    def release(self) -> None:
        """Back to real time."""
        self._held, self._shift = None, timedelta()


def stamp(at: datetime) -> str:
    """As platforms write it: UTC, milliseconds, Z."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"


def moment(text: str) -> datetime:
    """The time that ``stamp`` wrote; also takes other ISO forms. Without a zone it is UTC."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
