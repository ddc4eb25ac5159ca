"""The translations as the program reads them: .mo files made from the .po files when those are newer.

A bare machine has no gettext, and made files are not committed; Babel writes them.
"""

import os
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALE = Path(__file__).parent.parent / "locale"


def compile_catalogs(folder: Path = LOCALE) -> list[Path]:
    """Make every .mo that is missing or older than its .po. Returns those made. Safe to call in many processes."""
    made = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if not target.exists() or target.stat().st_mtime < source.stat().st_mtime:
            _compile(source, target)
            made.append(target)
    return made


def _compile(source: Path, target: Path) -> None:
    with source.open("rb") as file:
        catalog = read_po(file)
    unready = target.with_suffix(f".mo.{os.getpid()}")  # several processes may make it at once
    with unready.open("wb") as file:
        write_mo(file, catalog)
    unready.replace(target)
