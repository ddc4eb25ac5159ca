"""Whether the house is open here: ``serve``, ``demo`` and ``work`` hold a shared lock in the home folder.

The lock is the system's own and ends with its process, however that ends. It speaks for this machine only.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resonanz.kit.errors import Refused

_NAME = "open.lock"


class HouseIsOpen(Refused):
    """Something runs on this home folder."""

    code = "house_is_open"
    said = "The house is open in {home}. Close it first (stop serve, demo and work), then try again."


class HouseIsClosed(Refused):
    """A backup is being put back."""

    code = "house_is_closed"
    said = "A backup is being put back in {home}. Wait until that has ended."


@contextmanager
def open_house(home: Path) -> Iterator[None]:
    """Keep the house open: several processes may at once."""
    with (home / _NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HouseIsClosed(home=home) from None
        yield


@contextmanager
def closed_house(home: Path) -> Iterator[None]:
    """Keep the house closed. Raises HouseIsOpen where something runs."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / _NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HouseIsOpen(home=home) from None
        yield
