"""Faults of the connection: it breaks, or nothing is ever answered, before or after the request was processed."""

import random

from fake_twilio.faults.actions import Drop, Hang
from fake_twilio.faults.base import Effect, Facts, effect


@effect("reset_before", "request")
class ResetBefore(Effect):
    """The connection is reset and nothing was processed."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> Drop:
        """Return the reset."""
        return Drop()


@effect("reset_after", "response")
class ResetAfter(Effect):
    """The connection is reset although the request was processed.

    A created message exists, its client does not know.
    """

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> Drop:
        """Return the reset."""
        return Drop()


@effect("hang_before", "request")
class HangBefore(Effect):
    """No answer ever comes and nothing was processed."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> Hang:
        """Return that nothing is answered."""
        return Hang()


@effect("hang_after", "response")
class HangAfter(Effect):
    """No answer ever comes although the request was processed."""

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> Hang:
        """Return that nothing is answered."""
        return Hang()
