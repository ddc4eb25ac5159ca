"""Killing the house at its n-th step: a forked child does the work and dies, the parent finds what it left behind.

A step is a statement to the database, a commit, or a call to a platform; the child dies right before or after it.
"""

import os
import sqlite3
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from resonanz.kit.http import Http

KILL = 9


@contextmanager
def own_file(path: Path) -> Iterator[None]:
    """On SQLite, let the test's database lie in a real file for a while (a memory dies with its process)."""
    before = connections["default"]
    if before.vendor != "sqlite":
        yield
        return
    before.ensure_connection()
    copy = sqlite3.connect(path)
    before.connection.backup(copy)
    copy.close()
    fresh = type(before)({**before.settings_dict, "NAME": str(path)}, "default")
    kept = connections.databases["default"]
    connections["default"], connections.databases["default"] = fresh, fresh.settings_dict
    try:
        yield
    finally:
        fresh.close()
        connections["default"], connections.databases["default"] = before, kept


def dies_at(step: int, act: Callable[[], object]) -> bool:
    """Run ``act`` in a child that is killed at its ``step``-th step; False where it came through unharmed."""
    connections["default"].close()
    child = os.fork()
    if child == 0:
        _be_the_child(step, act)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == KILL
    assert killed or os.waitstatus_to_exitcode(status) == 0, "the child failed in another way"
    return killed


def _be_the_child(step: int, act: Callable[[], object]) -> None:
    left = step

    def tick() -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), KILL)

    def statement(execute, sql, params, many, context):
        tick()
        return execute(sql, params, many, context)

    def around(inner: Callable[..., object]) -> Callable[..., object]:
        def stepped(*args: object, **parts: object) -> object:
            tick()
            found = inner(*args, **parts)
            tick()
            return found

        return stepped

    try:
        BaseDatabaseWrapper._commit = around(BaseDatabaseWrapper._commit)
        Http.call = around(Http.call)
        with connections["default"].execute_wrapper(statement):
            act()
    except BaseException:  # noqa: BLE001 - the child must end here whatever happens
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
