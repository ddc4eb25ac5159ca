"""What a command is."""

import argparse
from collections.abc import Callable
from dataclasses import dataclass


def no_arguments(_: argparse.ArgumentParser) -> None:
    """For commands without any."""


@dataclass(frozen=True, slots=True)
class Command:
    """``run`` gets the parsed arguments and returns the exit code."""

    name: str
    about: str
    run: Callable[[argparse.Namespace], int]
    arguments: Callable[[argparse.ArgumentParser], None] = no_arguments
