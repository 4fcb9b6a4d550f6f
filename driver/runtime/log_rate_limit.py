"""Keeps a flood of requests from becoming a flood of log records."""

from datetime import timedelta

from driver.runtime.clock import Clock

#: The number of records of one kind that pass in a row; after that, one in this time.
BURST, EACH = 20, timedelta(seconds=30)


class LogRateLimit:
    """Limits log records that outsiders can trigger, and counts those left out. Callers define the kinds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._free: dict[str, tuple[float, timedelta]] = {}
        self._left_out: dict[str, int] = {}

    def let(self, kind: str) -> dict[str, int] | None:
        """Return what to add to a record of this kind (how many were left out before it), or None to leave it out."""
        now = self._clock.monotonic()
        free, at = self._free.get(kind, (float(BURST), now))
        free = min(float(BURST), free + (now - at) / EACH)
        if free < 1:
            self._free[kind] = free, now
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return None
        self._free[kind] = free - 1, now
        left_out = self._left_out.pop(kind, 0)
        return {"left_out": left_out} if left_out else {}
