"""``resonanz invite``: the first person, or one more."""

import argparse
import getpass
import os
import sys

from resonanz.site.commands.shape import Command
from resonanz.site.ready import migrate, set_up


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--email", required=True, help="with which the person signs in")
    parser.add_argument("--name", required=True, help="as colleagues read it")
    parser.add_argument("--roles", default="agent", help="comma-separated: agent, lead, editor, privacy, operator")
    parser.add_argument("--team", default="", help="name of the team (made where there is none)")


def _run(given: argparse.Namespace) -> int:
    set_up()
    migrate()
    from resonanz.casework.team import create_queue, create_team, invite_agent  # noqa: PLC0415 - after set_up
    from resonanz.model.models import Queue  # noqa: PLC0415

    password = os.environ.get("INVITE_PASSWORD") or _ask()
    teams = [create_team(given.team, by=None)] if given.team else []
    if not Queue.objects.exists():
        create_queue("Eingang", by=None, is_default=True)
    agent = invite_agent(
        email=given.email, name=given.name, password=password, roles=given.roles.split(","), teams=teams, by=None
    )
    print(f"{agent.name} can sign in as {agent.email}.")
    return 0


def _ask() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass("First password: ")


INVITE = Command("invite", "Let a person in (asks for a first password).", _run, _arguments)
