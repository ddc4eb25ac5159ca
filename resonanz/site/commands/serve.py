"""``resonanz serve``: pages and worker; ``resonanz work``: a further worker; ``resonanz migrate``."""

import argparse
from pathlib import Path

from resonanz.kit.config import Config, home_of, read_config
from resonanz.kit.errors import Refused
from resonanz.site.children import Child, run_children, wait_for
from resonanz.site.commands.shape import Command
from resonanz.site.open_house import open_house
from resonanz.site.ready import collect_static, free_port, migrate, set_up


def pages(config: Config, log: Path | None = None) -> Child:
    """The process that serves the pages: granian over WSGI."""
    return Child(
        "pages",
        "granian",
        [
            "--interface", "wsgi", "resonanz.site.wsgi:application",
            "--host", config.host, "--port", str(config.port), "--workers", str(config.web_workers),
            "--blocking-threads", str(config.web_threads), "--no-ws", "--log-level", "warning",
            "--respawn-failed-workers",
        ],
        log=log,
    )  # fmt: skip


def worker(log: Path | None = None) -> Child:
    """The process that runs the loops."""
    return Child("worker", "resonanz.site.command", ["work"], log=log)


def address(config: Config) -> str:
    """Where people find the pages."""
    host = "127.0.0.1" if config.host in {"0.0.0.0", "::"} else config.host  # noqa: S104 - a comparison
    return config.public_url or f"http://{host}:{config.port}"


def _serve(_: argparse.Namespace) -> int:
    config = read_config()
    free_port(config.host, config.port, pages=config.port)
    with open_house(home_of(config)):
        return _open(config)


def _open(config: Config) -> int:
    set_up()
    migrate()
    collect_static()
    children = [pages(config), worker()]

    def ready() -> None:
        wait_for(f"http://{config.host}:{config.port}/alive", children)
        print(f"Resonanz is open at {address(config)} (Ctrl-C closes it)", flush=True)
        _tell_first_step()

    return run_children(children, ready=ready)


def _tell_first_step() -> None:
    from resonanz.model.models import Agent  # noqa: PLC0415 - after set_up

    if not Agent.objects.exists():
        print(
            "Nobody can sign in yet. Invite the first person:\n"
            "  resonanz invite --email you@example.org --name 'Your Name' --roles operator,lead",
            flush=True,
        )


def _work(given: argparse.Namespace) -> int:
    set_up()
    from resonanz.work.loop import work  # noqa: PLC0415 - after set_up
    from resonanz.work.stations import LOOPS  # noqa: PLC0415

    chosen = [name.strip() for name in given.loops.split(",")] if given.loops else list(LOOPS)
    if unknown := [name for name in chosen if name not in LOOPS]:
        raise Refused("There is no loop {name}. There are: {loops}.", name=unknown[0], loops=", ".join(LOOPS))
    with open_house(home_of(read_config())):
        work({name: LOOPS[name] for name in chosen})
    return 0


def _work_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--loops", default="", help="only these, comma-separated: flow, collect, past, import, deliver")


def _migrate(_: argparse.Namespace) -> int:
    set_up()
    migrate()
    print("The database is up to date.")
    return 0


SERVE = Command("serve", "Open the house: pages and worker, until Ctrl-C.", _serve)
WORK = Command("work", "Run a worker alone (further machines, PostgreSQL).", _work, _work_arguments)
MIGRATE = Command("migrate", "Bring the database up to date.", _migrate)
