"""A thread for each open line, as many as there are accounts that can be waited on."""

import threading

import structlog
from django.db import Error, close_old_connections, connection

from resonanz.intake.watch import AFTER_FAILURE, watch_account, watched_accounts

log = structlog.get_logger()
LOOK_S = 10.0
MOST_LINES = 50


def watch_lines(stop: threading.Event) -> None:
    """Keep a thread on each line until ``stop``; accounts that are connected later get theirs within seconds."""
    lines: dict[int, threading.Thread] = {}
    while not stop.is_set():
        for account in _wanted()[:MOST_LINES]:
            if account not in lines or not lines[account].is_alive():
                lines[account] = threading.Thread(
                    target=_line, args=(account, stop), name=f"line-{account}", daemon=True
                )
                lines[account].start()
        stop.wait(LOOK_S)


def _wanted() -> list[int]:
    try:
        close_old_connections()
        return watched_accounts()
    except Error as error:
        log.warning("watch.database", why=str(error))
        connection.close()
        return []


def _line(account: int, stop: threading.Event) -> None:
    """Wait again and again while the account stays active; after a failure rest a minute, then end (and be renewed)."""
    try:
        while not stop.is_set():
            close_old_connections()
            if not watch_account(account):
                stop.wait(AFTER_FAILURE.total_seconds())
                return
    except Error as error:
        log.warning("watch.database", account=account, why=str(error))
    finally:
        connection.close()
