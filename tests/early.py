"""Loaded before the settings: tests live in a home folder of their own, never in a person's."""

import os
import tempfile
from pathlib import Path

_home = Path(tempfile.mkdtemp(prefix="resonanz-test-"))
(_home / "static").mkdir()
os.environ["RESONANZ_HOME"] = str(_home)
os.environ.setdefault("RESONANZ_UNDO_SECONDS", "10")
os.environ.pop("RESONANZ_PORT", None)
