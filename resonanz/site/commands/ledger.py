"""``resonanz ledger``: the balance of a period on the terminal or as JSON."""

import argparse
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

from resonanz.kit import clock
from resonanz.kit.errors import Refused
from resonanz.site.commands.shape import Command
from resonanz.site.ready import set_up


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="start", default="", help="first day, e.g. 2026-11-01 (default: 30 days ago)")
    parser.add_argument("--to", dest="end", default="", help="day after the last one (default: now)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _run(given: argparse.Namespace) -> int:
    set_up()
    from resonanz.casework.ledger import balance  # noqa: PLC0415 - after set_up

    end = _day(given.end) if given.end else clock.now()
    start = _day(given.start) if given.start else end - timedelta(days=30)
    if start >= end:
        raise Refused("The first day has to lie before the last one.")
    found = balance(start, end)
    if given.json:
        print(
            json.dumps({**asdict(found), "open": found.open, "unaccounted": found.unaccounted}, default=str, indent=1)
        )
        return 0 if found.unaccounted == 0 else 3
    print(f"{found.start:%Y-%m-%d %H:%M} to {found.end:%Y-%m-%d %H:%M}")
    print(f"{found.arrivals:>8}  arrivals")
    for line in found.arrival_lines:
        print(f"{line.count:>8}    {line.state} {line.why}")
    print(f"{found.messages:>8}  messages of customers")
    for line in found.message_lines:
        print(f"{line.count:>8}    {line.state}")
    print(f"{found.unaccounted:>8}  unaccounted")
    return 0 if found.unaccounted == 0 else 3


def _day(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError:
        raise Refused("{text} is no day. An example is 2026-11-01.", text=text) from None


LEDGER = Command("ledger", "Balance a period: what came in and what became of each reaction.", _run, _arguments)
