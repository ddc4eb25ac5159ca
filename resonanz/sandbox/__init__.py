"""Platforms to talk to when the real ones are not there: Mastodon, the square, a mail room, and a town that talks.

It speaks real HTTP, SMTP and IMAP with real signatures, quotas and faults, and knows nothing of the house.
"""

from resonanz.sandbox.app import make_app
from resonanz.sandbox.running import run
from resonanz.sandbox.serve import serving
from resonanz.sandbox.world import World

__all__ = ["World", "make_app", "run", "serving"]
