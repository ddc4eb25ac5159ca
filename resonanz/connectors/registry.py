"""The one door to all connectors, ours and others': the entry-point group ``resonanz.connectors``."""

from functools import cache
from importlib.metadata import entry_points
from typing import cast

from resonanz.connectors.contract import Connector
from resonanz.kit.errors import NotFound

GROUP = "resonanz.connectors"


@cache
def connectors() -> dict[str, Connector]:
    """Every connector by its channel, in the order of the names shown."""
    found = [cast("Connector", entry.load()) for entry in entry_points(group=GROUP)]
    return {one.manifest.channel: one for one in sorted(found, key=lambda one: one.manifest.name.casefold())}


def connector(channel: str) -> Connector:
    """The connector of one channel; raises NotFound where none is installed."""
    try:
        return connectors()[channel]
    except KeyError:
        raise NotFound("No connector for the channel {channel} is installed.", channel=channel) from None
