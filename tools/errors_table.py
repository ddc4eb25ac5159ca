"""Write docs/errors.md: every named error with its code, HTTP status, sentence and meaning."""

import importlib
import os
import pkgutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resonanz.site.settings")

import django

django.setup()

import resonanz  # noqa: E402 - after the set-up
from resonanz.kit.errors import ResonanzError  # noqa: E402 - after the set-up

TARGET = Path(__file__).parent.parent / "docs/errors.md"
HEAD = """# Errors by name

Whatever goes wrong on purpose has a code that never changes, an HTTP status and a sentence that says what to do.
Pages show the sentence, the API gives all three. Made by `tools/errors_table.py`; a test compares.

| code | status | sentence | when |
|---|---|---|---|
"""


def errors() -> list[type[ResonanzError]]:
    """Every error class of the house, by code."""
    for module in pkgutil.walk_packages(resonanz.__path__, "resonanz."):
        if not module.name.endswith("__main__") and not {"migrations", "bench"} & set(module.name.split(".")):
            importlib.import_module(module.name)
    return sorted(_under(ResonanzError), key=lambda error: (error.code, error.__name__))


def text() -> str:
    rows = [f"| `{error.code}` | {error.status} | {error.said} | {_when(error)} |" for error in errors()]
    return HEAD + "\n".join(rows) + "\n"


def _under(base: type[ResonanzError]) -> list[type[ResonanzError]]:
    found = [base] if base.__module__.startswith("resonanz.") else []
    return found + [error for child in base.__subclasses__() for error in _under(child)]


def _when(error: type[ResonanzError]) -> str:
    own = error.__doc__ if "__doc__" in error.__dict__ and error.__doc__ else ""
    return " ".join(own.split("\n\n")[0].split()).replace("|", "/")


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
