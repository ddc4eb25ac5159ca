"""The shape of every measurement: one object, each figure with what it is held against."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Figure:
    """``floor`` is what this machine does in the same run without us (in the same unit); ``ratio`` = value / floor;
    ``goal`` is what has to be reached, of the ratio where ``of_ratio``; ``at_most`` turns the goal round.
    """

    name: str
    value: float
    unit: str
    floor: float | None = None
    goal: float | None = None
    at_most: bool = False
    of_ratio: bool = False

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.floor, 3) if self.floor else None

    @property
    def holds(self) -> bool | None:
        if self.goal is None:
            return None
        measured = self.ratio if self.of_ratio else self.value
        if measured is None:
            return None
        return measured <= self.goal if self.at_most else measured >= self.goal


def report(name: str, figures: list[Figure]) -> dict[str, object]:
    """The object that ``resonanz bench NAME --json`` prints."""
    rows = [
        {**{k: v for k, v in asdict(f).items() if k not in {"at_most", "of_ratio"}}, "ratio": f.ratio, "holds": f.holds}
        for f in figures
    ]
    return {
        "name": name,
        "commit": _commit(),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "figures": rows,
    }


def shown(found: dict[str, object]) -> str:
    """The same for people."""
    lines = [f"{found['name']} ({found['date']}, {found['commit']}, {found['machine']})"]
    figures = json.loads(json.dumps(found["figures"]))
    for one in figures:
        held = {True: "holds", False: "MISSED", None: ""}[one["holds"]]
        against = f"floor {one['floor']:.4g}, ratio {one['ratio']}" if one["floor"] else ""
        goal = f"goal {one['goal']}" if one["goal"] is not None else ""
        lines.append(f"  {one['name']:<22} {one['value']:>10.4g} {one['unit']:<6} {against:<32} {goal:<12} {held}")
    return "\n".join(lines)


def _commit() -> str:
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607
        capture_output=True, text=True, check=False, cwd=Path(__file__).parent, timeout=10,
    )  # fmt: skip
    return done.stdout.strip() or "unknown"
