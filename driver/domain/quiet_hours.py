"""Quiet hours: how long something that is not urgent enough has to wait."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo

from driver.domain.severity import TOP_SEVERITY


@dataclass(frozen=True, slots=True)
class QuietHours:
    """A part of each day, in a zone's local time; it may span midnight.

    ``from_severity`` is the first severity that has to wait (1 is the most urgent and never waits).
    """

    start: time
    end: time
    zone: tzinfo
    from_severity: int = 2

    def earliest(self, moment: datetime, severity: int) -> datetime:
        """Return ``moment``, or the end of the quiet hours it falls into, if this severity has to wait; in UTC."""
        if severity < self.from_severity or severity <= TOP_SEVERITY:
            return moment
        local = moment.astimezone(self.zone)
        if not self._quiet(local.time()):
            return moment
        day = local.date() if local.time() < self.end else local.date() + timedelta(days=1)
        over = datetime.combine(day, self.end, self.zone).astimezone(UTC)
        return max(over, moment)

    def ends_at(self, moment: datetime) -> bool:
        """Return whether quiet hours end at this moment."""
        return moment.astimezone(self.zone).time() == self.end

    def _quiet(self, at: time) -> bool:
        if self.start <= self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end
