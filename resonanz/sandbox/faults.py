"""The fault plan: what goes wrong next, on which platform, how often. The same plan always fails in the same way."""

import random
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar, cast, get_args

Kind = Literal[
    "rate_limit",  # 429 with Retry-After and reset headers, nothing done
    "fail",  # 503, nothing done
    "fail_after_commit",  # a write is done, then 500
    "hang_after_commit",  # a write is done, then nothing comes for `seconds`
    "vanish_after_commit",  # a write is done, then the line is cut without an answer
    "duplicates",  # a listing (or hook batch) says some things twice
    "shuffle",  # a listing (or hook batch) comes out of order
    "delay",  # news younger than `seconds` are not shown yet
    "target_gone",  # what the next reply answers is deleted a moment before
    "target_edited",  # what the next reply answers is edited a moment before
    "garbage",  # a hook body is not JSON
    "bad_signature",  # a hook body carries a wrong signature
    "refuse_log_in",  # IMAP says no to the log-in
    "refuse_mail",  # SMTP says no after DATA
    "drop_after_mail",  # SMTP takes the mail after DATA, then the line is cut without an answer
]
KINDS: tuple[str, ...] = get_args(Kind)
PLATFORMS = ("mastodon", "square", "bluesky", "mail")
FOREVER = -1

Thing = TypeVar("Thing")


@dataclass(slots=True)
class Fault:
    """One planned fault. ``times``: how often it still strikes, FOREVER until it is lifted."""

    platform: str
    kind: Kind
    times: int = 1
    seconds: float = 30.0
    seed: int = 1


class FaultPlan:
    """All planned faults of one world."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._planned: list[Fault] = []

    def plan(self, platform: str, kind: str, *, times: int = 1, seconds: float = 30.0, seed: int = 1) -> Fault:
        """Let ``kind`` strike the next ``times`` times. Raises ValueError for an unknown word."""
        if platform not in PLATFORMS or kind not in KINDS:
            raise ValueError(f"no such fault: {platform} {kind}")
        fault = Fault(platform, cast("Kind", kind), times, seconds, seed)
        with self._lock:
            self._planned.append(fault)
        return fault

    def strike(self, platform: str, kind: Kind) -> Fault | None:
        """The fault that strikes now, used up by one; None where all is well."""
        with self._lock:
            for fault in self._planned:
                if fault.platform == platform and fault.kind == kind and fault.times:
                    fault.times -= 1 if fault.times > 0 else 0
                    return fault
        return None

    def lift(self) -> None:
        """All is well again."""
        with self._lock:
            self._planned.clear()

    def planned(self) -> list[Fault]:
        with self._lock:
            return [fault for fault in self._planned if fault.times]

    def listing(self, platform: str, things: Sequence[Thing]) -> list[Thing]:
        """A listing as a bad day gives it: some things twice, or out of order."""
        shown = list(things)
        if shown and (fault := self.strike(platform, "duplicates")):
            chance = random.Random(fault.seed)  # noqa: S311 - repeatable by seed is the point
            shown += chance.sample(shown, max(1, len(shown) // 3))
        if shown and (fault := self.strike(platform, "shuffle")):
            random.Random(fault.seed).shuffle(shown)  # noqa: S311 - repeatable by seed is the point
        return shown
