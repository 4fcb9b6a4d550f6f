"""The report of the debug tools for a ticket."""

from typing import Any

from driver.api.api_model import ApiModel, Moment
from driver.api.debug_models import ActiveTraceModel


class ClockModel(ApiModel):
    """When the driver started, what time it has, and how far Twilio's clock is ahead; null if that is unknown."""

    started_at: Moment
    now: Moment
    twilio_ahead_s: int | None


class RemoteNumberModel(ApiModel):
    """A number of the Twilio account, and what it does with a text that arrives."""

    phone_number: str
    sms_capable: bool
    sms_url: str
    sms_method: str
    application_sid: str


class RemoteServiceModel(ApiModel):
    """A Messaging Service, and what it does with a text that arrives."""

    sid: str
    can_text: bool
    drops_incoming: bool
    inbound_url: str
    inbound_method: str
    by_number: bool
    senders: list[str]


class RemoteAccountModel(ApiModel):
    """The Twilio account as last seen; ``services`` is null where they may not be read."""

    sid: str
    status: str
    kind: str
    numbers: list[RemoteNumberModel]
    verified: list[str]
    services: list[RemoteServiceModel] | None
    by_secondary: bool
    clock_ahead_s: float | None
    answer_s: float


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


class TaskHealthModel(ApiModel):
    """Whether a task runs, how often it broke, and why last."""

    running: bool
    failures: int
    last_error: str


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

    ``assets`` counts them by status; ``configuration`` has the sections of ``driver.toml`` as they are applied.
    """

    versions: dict[str, str]
    clock: ClockModel
    configuration: dict[str, Any]
    account: RemoteAccountModel | None
    assets: dict[str, int]
    queue: QueueModel
    tasks: dict[str, TaskHealthModel]
    timers: list[TimerModel]
    events: EventCountModel
    log: LogStateModel
