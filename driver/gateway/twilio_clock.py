"""What time it is at Twilio, measured by the ``Date`` of its answers against the monotonic clock.

Nobody can set the monotonic clock, so a correction of this machine's wall clock changes nothing here: what is kept in
Twilio's time stays right, and only ``ahead_s`` follows.
"""

from collections import deque
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from statistics import median, median_low

from driver.runtime.clock import Clock

#: Answers that count; with three or more a single odd date changes nothing.
SAMPLES = 5
#: A date outside of these years is not a date.
YEARS = range(2020, 2100)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class TwilioClock:
    """Twilio's clock as far as it is known."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._starts: deque[timedelta] = deque(maxlen=SAMPLES)
        self._trips: deque[float] = deque(maxlen=SAMPLES)
        self._second = ""

    def note(self, date: str, asked: timedelta) -> None:
        """Take note of an answer's ``Date``; the request went out when the monotonic clock showed ``asked``."""
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
        # Dates are cut to the second and were written before they came, so this is never ahead of the truth.
        self._starts.append(moment - _EPOCH - got)

    @property
    def ahead(self) -> timedelta | None:
        """How far Twilio's clock is ahead of this machine's; None before the first answer with a date."""
        start = self._start
        return None if start is None else _EPOCH + start + self._clock.monotonic() - self._clock.now()

    @property
    def trip_s(self) -> float:
        """Seconds that an answer takes, in the middle of the last few."""
        return median(self._trips) if self._trips else 0.0

    def at(self, monotonic: timedelta) -> datetime | None:
        """Return what Twilio's clock showed at a moment of the monotonic one, or a little less; None if unknown."""
        start = self._start
        return None if start is None else _EPOCH + start + monotonic

    @property
    def _start(self) -> timedelta | None:
        """What Twilio's clock showed when the monotonic one was zero; with few answers, the earliest they allow."""
        if not self._starts:
            return None
        return median_low(self._starts) if len(self._starts) > 2 else min(self._starts)
