"""The life cycle of a message: the statuses ahead of it, the duration of each step, and when the next one is due."""

from datetime import datetime
from typing import NamedTuple

from fake_twilio.model.message import Status
from fake_twilio.records import dataclass


class Step(NamedTuple):
    """A status to reach, and the minimum and maximum seconds that reaching it takes."""

    status: Status
    least: float = 0.0
    most: float = 0.0
    error_code: int | None = None


Life = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A message in transit. ``due`` is when it takes the first of ``steps``."""

    sid: str
    account_sid: str
    due: datetime
    steps: Life
