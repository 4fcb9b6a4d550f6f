"""Proofs of life: scheduled messages that a person has to answer, so that a site knows that the whole chain works."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from fnmatch import fnmatchcase

ALL_DAYS = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Proof:
    """A message to a phone at a time on some weekdays (0 is Monday), which must be answered ``within`` some time.

    ``answer`` is the pattern that an answer must match, ignoring case.
    """

    name: str
    phone: str
    at: time
    zone: tzinfo
    message: str
    within: timedelta
    days: frozenset[int] = ALL_DAYS
    answer: str = "*"

    @property
    def rule(self) -> str:
        """The name of its messages in the log and the audit."""
        return f"proof of life {self.name!r}"

    def next_after(self, moment: datetime) -> datetime:
        """Return the next due time after a moment, in UTC.

        A time that a clock change skips counts as the time after it; a time that occurs twice counts once.
        """
        day = moment.astimezone(self.zone).date() - timedelta(days=1)
        while True:
            due = datetime.combine(day, self.at, self.zone).astimezone(UTC)
            if due > moment and day.weekday() in self.days:
                return due
            day += timedelta(days=1)

    def fits(self, text: str) -> bool:
        """Return whether a text is the answer."""
        return fnmatchcase(text.strip().casefold(), self.answer.casefold())


@dataclass(frozen=True, slots=True)
class ProofRound:
    """The state of a proof: the latest due time handled, the deadline for its answer, and whether that is missing.

    ``deadline`` is None while nothing is awaited.
    """

    name: str
    phone: str
    seen: datetime
    deadline: datetime | None = None
    missing: bool = False
