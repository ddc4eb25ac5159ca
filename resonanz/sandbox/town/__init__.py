"""The town of Auental: what its people say to the company, written by hand. ``load`` puts the past into a world."""

from resonanz.sandbox.town.stream import keep_streaming, load, say_next, waiting

__all__ = ["keep_streaming", "load", "say_next", "waiting"]
