"""Proofs of life: texts by the clock that a person has to answer, so that a site knows that its chain works."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta, tzinfo
from fnmatch import fnmatchcase

ALL_DAYS = frozenset(range(7))


@dataclass(frozen=True, slots=True)
class Proof:
    """A text to a phone at a time of some weekdays (0 is Monday), which has to be answered ``within`` some time.

    ``answer`` is the pattern that an answer has to fit; capitals do not matter.
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
        """What its texts go by in the log and the audit."""
        return f"proof of life {self.name!r}"

    def next_after(self, moment: datetime) -> datetime:
        """Return when it is next due after a moment, in UTC.

        A time that a change of clocks leaves out counts as the one after it; one that comes twice counts once.
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
    """How far a proof is: the latest due time that was seen to, until when an answer is awaited, and if it is missing.

    ``deadline`` is None while nothing is awaited.
    """

    name: str
    phone: str
    seen: datetime
    deadline: datetime | None = None
    missing: bool = False
