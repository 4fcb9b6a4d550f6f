"""The report of the debug tools for a ticket."""

from typing import Any

from driver.api.api_model import ApiModel, Moment
from driver.api.debug_models import ActiveTraceModel
from driver.ports.gateway import RemoteAccount
from driver.runtime.supervisor import TaskHealth


class ClockModel(ApiModel):
    """When the driver started, what time it has, and how far Twilio's clock is ahead; null if that is unknown."""

    started_at: Moment
    now: Moment
    twilio_ahead_s: int | None


class QueuedTextModel(ApiModel):
    """A text that waits, or is being sent; ``in_doubt`` while nobody knows whether Twilio has it."""

    execution: str
    asset: str
    sender: str
    recipient: str
    attempt: int
    in_doubt: bool
    due_at: Moment


class QueueModel(ApiModel):
    """How many texts wait, and the first of them."""

    size: int
    texts: list[QueuedTextModel]


class TimerModel(ApiModel):
    """A task that rests, and until when; null: until it is woken."""

    task: str
    until: Moment | None


class EventCountModel(ApiModel):
    """The number of the last event."""

    last: int


class LogStateModel(ApiModel):
    """The number of the last log record, and what is traced now."""

    last: int
    traces: list[ActiveTraceModel]


class DiagnosticsModel(ApiModel):
    """A report for a ticket, redacted like the log.

    ``account`` is the Twilio account as last seen, ``assets`` counts them by status; ``configuration`` has the sections
    of ``driver.toml`` as they are applied.
    """

    versions: dict[str, str]
    clock: ClockModel
    configuration: dict[str, Any]
    account: RemoteAccount | None
    assets: dict[str, int]
    queue: QueueModel
    tasks: dict[str, TaskHealth]
    timers: list[TimerModel]
    events: EventCountModel
    log: LogStateModel
