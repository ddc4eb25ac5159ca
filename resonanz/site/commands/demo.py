"""``resonanz demo`` (what ``make run`` calls): the whole house with a demo company and platforms of its own."""

import argparse
from pathlib import Path

from resonanz.kit.config import Config, home_of, read_config
from resonanz.sandbox import seeds
from resonanz.site.children import Child, run_children, wait_for
from resonanz.site.commands.serve import address, pages, worker
from resonanz.site.commands.shape import Command
from resonanz.site.open_house import open_house
from resonanz.site.ready import collect_static, free_port, migrate, set_up

# the sandbox listens on ports next to the pages' own, so that two houses can stand on one machine
SANDBOX_STEP = seeds.PORT - 8000
SMTP_STEP = seeds.SMTP_PORT - 8000
IMAP_STEP = seeds.IMAP_PORT - 8000


def _arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--pace", type=float, default=6.0, help="seconds between live reactions, 0: none (%(default)s)")


def _run(given: argparse.Namespace) -> int:
    config = read_config()
    ports = (config.port + SANDBOX_STEP, config.port + SMTP_STEP, config.port + IMAP_STEP)
    for port in (config.port, *ports):
        free_port("127.0.0.1" if port != config.port else config.host, port, pages=config.port)
    with open_house(home_of(config)):
        return _open(config, ports, given.pace)


def _open(config: Config, ports: tuple[int, int, int], pace: float) -> int:
    print("Getting the house ready ...", flush=True)
    set_up()
    migrate()
    collect_static()
    from resonanz.site.company import load_company  # noqa: PLC0415 - after set_up

    load_company(*ports)
    logs = config.home / "logs"
    children = [
        _sandbox(config, ports, pace, logs),
        pages(config, logs / "pages.log"),
        worker(logs / "worker.log"),
    ]

    def ready() -> None:
        wait_for(f"http://{config.host}:{config.port}/alive", children)
        wait_for(f"http://127.0.0.1:{ports[0]}/", children)
        print(_welcome(config, ports[0], logs), flush=True)

    return run_children(children, ready=ready)


def _sandbox(config: Config, ports: tuple[int, int, int], pace: float, logs: Path) -> Child:
    return Child(
        "sandbox",
        "resonanz.sandbox",
        [
            "--port", str(ports[0]), "--smtp-port", str(ports[1]),
            "--imap-port", str(ports[2]), "--data", str(config.home / "sandbox.sqlite3"), "--pace", str(pace),
        ],
        log=logs / "sandbox.log",
    )  # fmt: skip


def _welcome(config: Config, sandbox: int, logs: Path) -> str:
    from resonanz.site.company import PASSWORD, PEOPLE  # noqa: PLC0415 - after set_up

    people = "\n".join(f"    {one.email:<26} {one.name:<14} {', '.join(one.roles)}" for one in PEOPLE)
    return f"""
  Resonanz is open:      {address(config)}
  The public square:     http://127.0.0.1:{sandbox}   (write there as a customer, see the replies appear)

  Sign in with one of these (password: {PASSWORD}):
{people}

  What to try first:
    1. Sign in as Alina. A storm brews under "Störung im Netz Süd"; new reactions come in while you watch.
    2. Open a case in the inbox (j, k, Enter), take it (c), answer (r), put a text block in (::), submit it.
    3. Sign in as Bruno in another browser, look under Approvals, release the reply.
    4. See it appear on the public square, and the ledger balance.

  Ctrl-C closes everything; your data stays in {config.home}. Logs: {logs}
"""


DEMO = Command("demo", "Open the house with a demo company, its customers and platforms to talk to.", _run, _arguments)
