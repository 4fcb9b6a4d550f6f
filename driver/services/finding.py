"""A finding of a check: how serious it is, what it is about, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class CheckLevel(StrEnum):
    """How serious a finding is: a problem keeps something from working."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing that was checked, in words, and what to do about it."""

    verdict: CheckLevel
    about: str
    words: str
    remedy: str = ""
