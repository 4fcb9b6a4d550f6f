"""Proofs of life in ``driver.toml``."""

from datetime import timedelta
from typing import Annotated, get_args
from zoneinfo import ZoneInfo

from pydantic import Field

from driver.config.times import TimeOfDay, Weekday, Zone
from driver.config.types import Identifier, Section
from driver.domain.proofs import Proof


class ProofConfig(Section):
    """A proof of life: a text by the clock that a person has to answer, or the phone is in Fault."""

    name: Annotated[str, Field(max_length=100)] = ""
    """Name in the log and the alarm; empty: its number."""
    phone: Identifier
    """Whom it is texted to, by asset id."""
    at: TimeOfDay
    """Time of day, for example ``"07:30"``."""
    zone: Zone
    """Time zone, for example ``"America/Toronto"``."""
    days: Annotated[tuple[Weekday, ...], Field(min_length=1)] = get_args(Weekday)
    """Weekdays."""
    message: Annotated[str, Field(min_length=1, max_length=1600)] = "Test of the alarm chain. Please answer OK."
    """The text."""
    answer: Annotated[str, Field(min_length=1)] = "*"
    """Pattern that an answer has to fit; ``*`` and ``?`` stand for anything."""
    answer_within_s: Annotated[float, Field(ge=60, le=43200)] = 1800.0
    """Seconds until the answer is missing, at most 12 hours."""

    def proof(self, number: int) -> Proof:
        """Return the same as the domain takes it."""
        week: tuple[str, ...] = get_args(Weekday)
        return Proof(
            self.name or f"proof {number}",
            self.phone,
            self.at,
            ZoneInfo(self.zone),
            self.message,
            timedelta(seconds=self.answer_within_s),
            frozenset(map(week.index, self.days)),
            self.answer,
        )
