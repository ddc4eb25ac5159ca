"""The ``resonanz`` command: one word, then what to do. ``resonanz`` alone says what there is."""

import argparse
import os
import sys
from collections.abc import Sequence

from django.db import DatabaseError

from resonanz.kit.errors import ResonanzError


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code. A named error becomes one sentence, never a trace."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "resonanz.site.settings")
    try:
        return _run(sys.argv[1:] if argv is None else list(argv))
    except ResonanzError as error:
        print(f"resonanz: {error}", file=sys.stderr)
        return 1
    except DatabaseError as error:
        why = (str(error).strip().splitlines() or [type(error).__name__])[0]
        print(
            f"resonanz: The database cannot be used ({why}). `resonanz migrate` brings it up to date; "
            "`resonanz doctor` says more.",
            file=sys.stderr,
        )
        return 1
    except OSError as error:
        print(f"resonanz: {error.filename or 'It'}: {error.strerror or error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    """The whole command line; docs/operate.md is held against it."""
    from resonanz.site.commands import COMMANDS  # noqa: PLC0415 - the settings are read on import, errors are caught

    top = argparse.ArgumentParser(
        prog="resonanz", description="Answer everyone, personally.", epilog="`resonanz COMMAND --help` tells more."
    )
    words = top.add_subparsers(dest="command", metavar="COMMAND")
    for command in COMMANDS:
        sub = words.add_parser(command.name, help=command.about, description=command.about)
        command.arguments(sub)
        sub.set_defaults(run=command.run)
    return top


def _run(argv: Sequence[str]) -> int:
    top = parser()
    given = top.parse_args(argv)
    if given.command is None:
        top.print_help()
        return 0
    return int(given.run(given))


if __name__ == "__main__":
    sys.exit(main())
