"""Timing faults: late responses, and lists that lag behind."""

import random

from fake_twilio.faults.actions import Delay, Lag
from fake_twilio.faults.base import MAX_DELAY_S, Effect, effect


@effect("latency", "request")
class Latency(Effect):
    """The response is ``seconds`` plus up to ``jitter`` (random) late on the fake's clock; processing is immediate."""

    ranges = (("seconds", 0, MAX_DELAY_S), ("jitter", 0, MAX_DELAY_S))

    seconds: float
    jitter: float = 0

    def decide(self, chance: random.Random, body: bytes = b"") -> Delay:
        """Return the delay."""
        return Delay(self.seconds + (chance.uniform(0, self.jitter) if self.jitter else 0))


@effect("list_lag", "request", "*.list")
class ListLag(Effect):
    """Lists omit whatever was created less than ``seconds`` ago, although it can be fetched."""

    ranges = (("seconds", 0, MAX_DELAY_S),)

    seconds: float

    def decide(self, chance: random.Random, body: bytes = b"") -> Lag:
        """Return the lag."""
        return Lag(self.seconds)
