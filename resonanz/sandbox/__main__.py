"""``python -m resonanz.sandbox``: the sandbox alone, to look at or to connect to."""

import argparse
import sys

from resonanz.sandbox import run, seeds
from resonanz.sandbox.running import PACE_S


def main() -> int:
    """Read the arguments and run."""
    ask = argparse.ArgumentParser(prog="resonanz.sandbox", description="Platforms to talk to, on this machine only.")
    ask.add_argument("--port", type=int, default=seeds.PORT, help="pages, Mastodon and square (%(default)s)")
    ask.add_argument("--smtp-port", type=int, default=seeds.SMTP_PORT, help="%(default)s")
    ask.add_argument("--imap-port", type=int, default=seeds.IMAP_PORT, help="%(default)s")
    ask.add_argument("--data", dest="path", default="sandbox.sqlite", help="file that keeps the world (%(default)s)")
    ask.add_argument("--pace", type=float, default=PACE_S, help="seconds between live reactions, 0: none (%(default)s)")
    said = ask.parse_args()
    return run(said.port, (said.smtp_port, said.imap_port), said.path, said.pace, lambda: _tell(said))


def _tell(said: argparse.Namespace) -> None:
    sys.stdout.write(
        f"http://127.0.0.1:{said.port}/  SMTP {said.smtp_port}  IMAP {said.imap_port}\n"
        f"square token {seeds.SQUARE_TOKEN}, Mastodon token {seeds.MASTODON_TOKEN}, "
        f"mailbox {seeds.MAIL_LOGIN} / {seeds.MAIL_PASSWORD}\n"
    )
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
