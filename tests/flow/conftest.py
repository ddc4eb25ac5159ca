"""The real servers of tests/real, for the journeys through the whole house."""

from tests.real.conftest import mail, snac

__all__ = ["mail", "snac"]
