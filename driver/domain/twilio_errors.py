"""What Twilio's error codes mean for an asset and for a person (source: Twilio's error catalogue).

``twilio_errors.csv`` has a row for each code: the fault it stands for, what happened, and what can be done about it.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from driver.domain.facts import FaultCause


@dataclass(frozen=True, slots=True)
class CodeMeaning:
    """The fault a code stands for, what happened, and what can be done about it."""

    cause: FaultCause
    text: str
    hint: str


def _meanings(table: Path) -> dict[int, CodeMeaning]:
    with table.open(encoding="utf-8", newline="") as file:
        return {
            int(row["code"]): CodeMeaning(FaultCause(row["cause"]), row["text"], row["hint"])
            for row in csv.DictReader(file)
        }


MEANINGS = _meanings(Path(__file__).with_suffix(".csv"))


def meaning(code: int | None, fallback: FaultCause, text: str) -> CodeMeaning:
    """Return what a code means; for an unknown code, the fallback fault with the given text."""
    known = MEANINGS.get(code) if code is not None else None
    return known or CodeMeaning(fallback, text, "")
