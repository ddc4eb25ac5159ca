"""Views of one list, as tabs."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    is_here: bool = False
    count: int = 0


def tabs(name: str, here: str, choices: Iterable[tuple[str, str, int]]) -> list[Tab]:
    """Tabs for a query parameter ``name``; choices are (value, label, count)."""
    return [Tab(label, f"?{name}={value}", is_here=value == here, count=count) for value, label, count in choices]
