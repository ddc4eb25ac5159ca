"""Write the table of settings into docs/operate.md, between its two marks."""

import re
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from resonanz.kit.config import read_config, shown

TARGET = Path(__file__).parent.parent / "docs/operate.md"
START, END = "<!-- settings: made by tools/settings_table.py -->", "<!-- /settings -->"


def table() -> str:
    """The settings as Markdown, with their defaults."""
    rows = [f"| `{name}` | {f'`{value}`' if value else ''} | {said} |" for name, value, said in shown(read_config({}))]
    return "\n".join(["| setting | default | what it does |", "|---|---|---|", *rows])


def inside(guide: str) -> str:
    """What stands between the marks now."""
    return guide.split(START, 1)[1].split(END, 1)[0].strip()


def names(guide: str) -> list[str]:
    """The settings that the table lists."""
    return re.findall(r"^\| `(RESONANZ_\w+)`", inside(guide), re.MULTILINE)


if __name__ == "__main__":
    guide = TARGET.read_text(encoding="utf-8")
    before, rest = guide.split(START, 1)
    after = rest.split(END, 1)[1]
    TARGET.write_text(f"{before}{START}\n\n{table()}\n\n{END}{after}", encoding="utf-8")
