"""One clock for the whole house, so that tests and the sandbox can move time."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_shift = timedelta()
_frozen: datetime | None = None


def now() -> datetime:
    """The time now, aware, in UTC."""
    return _frozen if _frozen is not None else datetime.now(UTC) + _shift


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at ``at`` (aware) inside the block."""
    global _frozen  # noqa: PLW0603 - the one clock is the point of this file
    before, _frozen = _frozen, at
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def shifted(by: timedelta) -> Iterator[None]:
    """Let the clock run ahead (or behind) by ``by`` inside the block."""
    global _frozen, _shift  # noqa: PLW0603 - the one clock is the point of this file
    before, before_frozen = _shift, _frozen
    _shift += by
    if _frozen is not None:
        _frozen += by
    try:
        yield
    finally:
        _shift, _frozen = before, before_frozen
