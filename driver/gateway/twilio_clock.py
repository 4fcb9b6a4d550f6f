"""Twilio's time, measured by the ``Date`` of its responses against the monotonic clock.

The monotonic clock cannot be set, so a correction of this machine's wall clock changes nothing here: times stored in
Twilio's time stay correct, and only ``ahead_s`` changes.
"""

from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median, median_low

from driver.runtime.clock import Clock

#: Number of responses that count; with three or more, a single odd date changes nothing.
SAMPLES = 5
#: A date outside these years is ignored.
YEARS = range(2020, 2100)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TwilioClock:
    """Twilio's clock, as far as it is known."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._starts: deque[timedelta] = deque(maxlen=SAMPLES)
        self._trips: deque[float] = deque(maxlen=SAMPLES)
        self._second = ""

    def note(self, date: str, asked: timedelta) -> None:
        """Record a response's ``Date``; the request was sent when the monotonic clock showed ``asked``."""
        got = self._clock.monotonic()
        self._trips.append((got - asked).total_seconds())
        if date == self._second:
            return
        self._second = date
        try:
            moment = parsedate_to_datetime(date)
        except (ValueError, OverflowError):
            return
        if moment.tzinfo is None or moment.year not in YEARS:
            return
        # Dates are truncated to the second and written before they arrive, so this is never ahead of Twilio's clock.
        self._starts.append(moment - _EPOCH - got)

    @property
    def ahead(self) -> timedelta | None:
        """How far Twilio's clock is ahead of this machine's; None before the first answer with a date."""
        start = self._start
        return None if start is None else _EPOCH + start + self._clock.monotonic() - self._clock.now()

    @property
    def trip_s(self) -> float:
        """Median time that the last few responses took, in seconds."""
        return median(self._trips) if self._trips else 0.0

    def at(self, monotonic: timedelta) -> datetime | None:
        """Return Twilio's time at a time of the monotonic clock, or slightly earlier; None if unknown."""
        start = self._start
        return None if start is None else _EPOCH + start + monotonic

    @property
    def _start(self) -> timedelta | None:
        """Twilio's time when the monotonic clock was zero; with few responses, the earliest that they allow."""
        if not self._starts:
            return None
        return median_low(self._starts) if len(self._starts) > 2 else min(self._starts)
