"""Timing faults: late responses, and lists that lag behind."""

import random

from fake_twilio.faults.actions import Delay, Lag
from fake_twilio.faults.base import Effect, Facts, effect

MAX_DELAY_S = 86_400.0


@effect("latency", "request")
class Latency(Effect):
    """The response is ``seconds`` plus up to ``jitter`` (random) late on the fake's clock; processing is immediate."""

    seconds: float
    jitter: float = 0

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return [*_within("seconds", self.seconds), *_within("jitter", self.jitter)]

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> Delay:
        """Return the delay."""
        return Delay(self.seconds + (chance.uniform(0, self.jitter) if self.jitter else 0))


@effect("list_lag", "request", "*.list")
class ListLag(Effect):
    """Lists omit whatever was created less than ``seconds`` ago, although it can be fetched."""

    seconds: float

    def problems(self) -> list[str]:
        """Return what is wrong with the values."""
        return _within("seconds", self.seconds)

    def decide(self, facts: Facts, chance: random.Random, body: bytes = b"") -> Lag:
        """Return the lag."""
        return Lag(self.seconds)


def _within(name: str, value: float) -> list[str]:
    return [] if 0 <= value <= MAX_DELAY_S else [f"{name}: {value:g} is not between 0 and {MAX_DELAY_S:g}"]
