"""``eval readers``: the first readers held against labelled reactions (JSON Lines, one reaction a line).

The readers are words and rules, nothing is fitted to these texts by a program; the words were written with sight of
some of them, so the figures are those of a development set, not of a held-out one.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django

from resonanz.site.bench.shape import Figure, report

PERSONAL = {"order_number", "customer_number", "street_address", "email", "phone", "iban"}


def main() -> int:
    """Measure and print one JSON object."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", default="")
    given = parser.parse_args()
    rows = _rows(Path(given.data or "."))
    if not rows:
        sys.stderr.write("No labelled reactions found: give their folder with --data.\n")
        return 1
    django.setup()
    from resonanz.triage.read import read  # noqa: PLC0415 - after set-up
    from resonanz.triage.readers.contract import Seen  # noqa: PLC0415

    found = read([Seen(row["text"]) for row in rows])
    german = [(f, r) for f, r in zip(found, rows, strict=True) if r["lang"] == "de"]
    figures = [
        Figure("reactions", len(rows), ""),
        Figure(
            "language_accuracy", _share([f.language.value == r["lang"] for f, r in zip(found, rows, strict=True)]), ""
        ),
        *_both(
            "needs_answer",
            [(f.needs_answer.value, r["needs_answer"] == "yes") for f, r in zip(found, rows, strict=True)],
        ),
        *_both("danger", [(f.urgency.value == 3, bool(r["safety"])) for f, r in zip(found, rows, strict=True)]),  # noqa: PLR2004
        Figure(
            "address_form_accuracy", _share([(f.address_form.value or "none") == r["address"] for f, r in german]), ""
        ),
        *_both(
            "personal_data",
            [
                (bool(f.personal_data.value), bool(PERSONAL & set(r["personal_data"])))
                for f, r in zip(found, rows, strict=True)
            ],
        ),
    ]
    print(json.dumps(report("readers", figures)))
    return 0


def _rows(folder: Path) -> list[dict[str, Any]]:
    rows = []
    for path in sorted(folder.glob("*.jsonl")):
        rows += [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [row for row in rows if "needs_answer" in row]


def _both(name: str, pairs: Sequence[tuple[bool, bool]]) -> list[Figure]:
    """Recall and precision of a yes."""
    hits = sum(found and true for found, true in pairs)
    return [
        Figure(f"{name}_recall", round(hits / max(1, sum(true for _, true in pairs)), 3), ""),
        Figure(f"{name}_precision", round(hits / max(1, sum(found for found, _ in pairs)), 3), ""),
    ]


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / max(1, len(right)), 3)


if __name__ == "__main__":
    sys.exit(main())
