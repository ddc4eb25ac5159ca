"""``resonanz config``: every setting, what holds, and what it is for."""

import argparse
import json

from resonanz.kit.config import read_config, shown
from resonanz.site.commands.shape import Command


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _run(given: argparse.Namespace) -> int:
    rows = shown(read_config())
    if given.json:
        print(json.dumps({name: value for name, value, _ in rows}, indent=1))
        return 0
    width = max(len(name) for name, _, _ in rows)
    for name, value, about in rows:
        print(f"{name:<{width}}  {value or '-'}\n{'':<{width}}  {about}")
    return 0


CONFIG = Command("config", "Print all settings as they hold now; secrets are hidden.", _run, _arguments)
