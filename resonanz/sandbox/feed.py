"""The square's feed of changes, as the API lists it and as the hooks push it."""

import json
from datetime import timedelta

from resonanz.sandbox.clock import stamp
from resonanz.sandbox.world import Person, World

BATCH_MOST = 1000


def changes(world: World, after: int, limit: int, us: Person | None = None) -> list[dict[str, object]]:
    """Events after a sequence as the feed and the hooks give them; late ones are held back by the fault plan."""
    late = world.faults.strike("square", "delay") if us else None
    until = stamp(world.clock.now() - timedelta(seconds=late.seconds if late else 0))
    sql = "SELECT * FROM change WHERE platform = 'square' AND seq > ? AND at <= ? ORDER BY seq LIMIT ?"
    return [
        {"seq": row["seq"], "verb": row["verb"], "at": row["at"], "entry": json.loads(row["body"])}
        for row in world.store.rows(sql, after, until, limit)
    ]
