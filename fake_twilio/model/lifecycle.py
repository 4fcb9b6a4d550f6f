"""The way that a message takes: the statuses ahead of it, how long each takes, and when the next one is due."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from fake_twilio.model.message import Status


class Step(NamedTuple):
    """One status of a message's life, and the seconds, at least and at most, that it takes to get there."""

    status: Status
    least: float = 0.0
    most: float = 0.0
    error_code: int | None = None


Life = tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Lifecycle:
    """A message on its way. ``due`` is when it takes the first of ``steps``."""

    sid: str
    account_sid: str
    due: datetime
    steps: Life
