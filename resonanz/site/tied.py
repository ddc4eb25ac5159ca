"""``python -m resonanz.site.tied PID MODULE …``: run a module, and end it when the process PID is no longer its parent.

However the house is ended (a crash, ``kill -9``), nothing of it stays behind and holds its ports.
"""

import os
import runpy
import signal
import sys
import threading
import time

LOOK_S = 0.5
STOP_S = 15.0


def main() -> None:
    """Watch the parent in a thread, and be the module in this one."""
    parent, module = int(sys.argv[1]), sys.argv[2]
    threading.Thread(target=_watch, args=(parent,), name="tied", daemon=True).start()
    del sys.argv[1:3]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_S)
    if os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
