"""What an operator sets for an account of any channel, beside the fields of its manifest; kept in its settings."""

from collections.abc import Mapping
from typing import Any

OWN_POLL = "poll_every_s"  # how often this account is asked, in seconds
OWN_SENDS = "sends_per_minute"  # how many replies it sends in a minute at most
OWN = (OWN_POLL, OWN_SENDS)
MOST_SENDS = 10_000


def own_settings(settings: Mapping[str, Any]) -> dict[str, str]:
    """Those of these settings that are set, and numbers."""
    return {name: str(settings[name]) for name in OWN if str(settings.get(name, "")).isdecimal()}


def sends_per_minute(settings: Mapping[str, Any], channel: int) -> int:
    """How many replies an account may send in a minute: what the channel allows, less where an operator said less."""
    own = own_settings(settings).get(OWN_SENDS)
    return max(1, min(int(own), channel) if own else channel)
