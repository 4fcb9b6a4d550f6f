"""Generates identifiers that sort by time: 48 bits of milliseconds and 80 random bits in Crockford's base 32 (ULID)."""

import random
import secrets
from collections.abc import Callable

from driver.runtime.clock import Clock

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
#: Ten bits as two letters.
_PAIRS = tuple(first + second for first in _ALPHABET for second in _ALPHABET)
_SHIFTS = tuple(range(120, -1, -10))


class Ids:
    """Generates identifiers, each greater than the one before, even within the same millisecond.

    They are unique but not secret: the random bits come from a generator that is seeded once from the system.
    """

    def __init__(self, clock: Clock, randomness: Callable[[int], int] | None = None) -> None:
        self._clock = clock
        self._randomness = randomness or random.Random(secrets.randbits(256)).getrandbits  # noqa: S311
        self._last = 0

    def __call__(self) -> str:
        """Return a new identifier of 26 characters."""
        fresh = int(self._clock.now().timestamp() * 1000) << 80 | self._randomness(80)
        self._last = max(fresh, self._last + 1)
        last = self._last
        return "".join([_PAIRS[last >> shift & 1023] for shift in _SHIFTS])
