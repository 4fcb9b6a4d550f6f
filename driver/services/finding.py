"""One finding of a check: how bad it is, what it is about, and what to do."""

from dataclasses import dataclass
from enum import StrEnum


class CheckLevel(StrEnum):
    """How bad a finding is: a problem keeps something from working."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One thing that was looked at, in words, and what to do about it."""

    verdict: CheckLevel
    about: str
    words: str
    remedy: str = ""
