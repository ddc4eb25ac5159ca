"""``resonanz bench NAME`` and ``resonanz eval NAME``: measure, with the floor in the same run."""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from resonanz.kit.errors import Refused
from resonanz.site.bench.shape import shown
from resonanz.site.children import SAFE_PATH
from resonanz.site.commands.shape import Command

BENCHES = ("intake", "hook", "pages", "desk", "rest")
EVALS = ("readers",)
_MOST_S = 3600


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=BENCHES)
    parser.add_argument("--json", action="store_true", help="print one JSON object; progress goes to standard error")
    parser.add_argument("--quick", action="store_true", help="a rough answer in under 30 seconds")
    parser.add_argument("--postgres", default="", help="postgresql://… server on which a bench database may be made")


def _eval_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", choices=EVALS)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--data", default="", help="folder with the labelled reactions (*.jsonl)")


def _bench(given: argparse.Namespace) -> int:
    extra = [*(["--quick"] if given.quick else []), *(["--postgres", given.postgres] if given.postgres else [])]
    return _measure(f"resonanz.site.bench.{given.name}", extra, as_json=given.json)


def _eval(given: argparse.Namespace) -> int:
    return _measure(
        "resonanz.site.bench.readers",
        (["--data", str(Path(given.data).resolve())] if given.data else []),
        as_json=given.json,
    )


def _measure(module: str, extra: list[str], *, as_json: bool) -> int:
    """Run a measurement in a process and a home folder of its own, so that nobody's data is touched."""
    with tempfile.TemporaryDirectory(prefix="resonanz-bench-") as home:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("RESONANZ_")}
        environ |= SAFE_PATH | {
            "RESONANZ_HOME": home,
            "DJANGO_SETTINGS_MODULE": "resonanz.site.settings",
            "RESONANZ_LOG_LEVEL": "error",
        }
        done = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", module, *extra], env=environ, stdout=subprocess.PIPE, text=True, timeout=_MOST_S,
            check=False,
        )  # fmt: skip
    if done.returncode:
        raise Refused("The measurement did not end well; what it said stands above.")
    found = json.loads(done.stdout.strip().splitlines()[-1])
    print(json.dumps(found, indent=1) if as_json else shown(found))
    return 0


BENCH = Command("bench", "Measure performance: intake, hook, pages, desk or rest.", _bench, _arguments)
EVAL = Command("eval", "Measure reading quality on labelled reactions.", _eval, _eval_arguments)
