"""Loaded before the settings: tests live in a home folder of their own, never in a person's."""

import os
import tempfile
from pathlib import Path

from resonanz.web.catalog import compile_catalogs

_home = Path(tempfile.mkdtemp(prefix="resonanz-test-"))
(_home / "static").mkdir()
os.environ["RESONANZ_HOME"] = str(_home)
os.environ.setdefault("RESONANZ_UNDO_SECONDS", "10")
os.environ.pop("RESONANZ_PORT", None)

compile_catalogs()  # before Django reads any: a process keeps what it read
