"""The worker: a thread a loop; each runs its stations, rests when there is nothing to do, and stops cleanly."""

import signal
import threading
import time
from collections.abc import Mapping, Sequence
from types import FrameType

import structlog
from django.db import OperationalError, close_old_connections, connection

from resonanz.kit.collector import calm_for_batches
from resonanz.work.stations import LOOPS, Station
from resonanz.work.watch import watch_lines

log = structlog.get_logger()
_TICK_S = 0.25
_AFTER_ERROR_S = 5.0


def run_once(stations: Sequence[Station] | None = None) -> dict[str, int]:
    """Run each station once, in the order of the way; what tests call."""
    chosen = stations if stations is not None else [s for loop in LOOPS.values() for s in loop]
    return {station.name: station.run() for station in chosen}


def run_until_idle(most_rounds: int = 200) -> None:
    """Run the flow stations until none finds anything to do (for imports, benchmarks and tests). Those that look for
    something now and then only have their turn when the busy ones rest.
    """
    flow = LOOPS["flow"]
    busy = [station for station in flow if station.rest_s < 1]
    for _ in range(most_rounds):
        if not any(run_once(busy).values()) and not any(run_once(flow).values()):
            return


def work(loops: Mapping[str, Sequence[Station]] = LOOPS) -> None:
    """Run all loops in threads until SIGTERM or SIGINT; returns when all have finished what they had in hand."""
    calm_for_batches()
    stop = threading.Event()
    asked: list[int] = []  # a signal must not touch the event: its lock may be held by the very thread it interrupts

    def ask_to_stop(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    signal.signal(signal.SIGTERM, ask_to_stop)
    signal.signal(signal.SIGINT, ask_to_stop)
    threads = [
        threading.Thread(target=_loop, args=(name, stations, stop), name=f"loop-{name}", daemon=True)
        for name, stations in loops.items()
    ]
    if "collect" in loops:
        threads.append(threading.Thread(target=watch_lines, args=(stop,), name="watch", daemon=True))
    for thread in threads:
        thread.start()
    log.info("work.started", loops=",".join(loops))
    while not asked:
        time.sleep(_TICK_S)
    stop.set()
    for thread in threads:
        thread.join(timeout=30)
    log.info("work.stopped")


def _loop(name: str, stations: Sequence[Station], stop: threading.Event) -> None:
    due = {station.name: 0.0 for station in stations}
    while not stop.is_set():
        worked = False
        for station in stations:
            if stop.is_set() or time.monotonic() < due[station.name]:
                continue
            found = _run(name, station)
            worked = worked or found > 0
            due[station.name] = time.monotonic() + (
                0.0 if found > 0 else station.rest_s if found == 0 else _AFTER_ERROR_S
            )
        if not worked:
            stop.wait(_TICK_S)
    connection.close()


def _run(name: str, station: Station) -> int:
    """What the station found, or -1 after an error (which is logged; the rows stay due)."""
    try:
        close_old_connections()
        return station.run()
    except OperationalError as error:
        log.warning("work.database", loop=name, station=station.name, why=str(error))
        connection.close()
    except Exception:
        log.exception("work.failed", loop=name, station=station.name)
    return -1
