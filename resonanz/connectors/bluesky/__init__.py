"""Bluesky, and every network that speaks the AT protocol."""

from resonanz.connectors.bluesky.connector import Bluesky

connector = Bluesky()
