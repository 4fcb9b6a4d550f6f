"""Response models of the data server, one for each JSON object of the API."""

from collections.abc import Sequence
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field

from driver.api.alarm_models import AlarmModel, ShelfModel
from driver.api.api_model import ApiModel, Moment, Omitted, OrNull, PageModel
from driver.domain.commands import AssetType, ExecutionState
from driver.domain.explanations import remedy
from driver.domain.facts import CauseKind, CommReason, Facts, FaultCause
from driver.domain.message_status import MessageStatus
from driver.domain.relevance import MAX_LENGTH
from driver.domain.roles import Role
from driver.domain.status_table import State


class LoginModel(ApiModel):
    """A bearer token, its lifetime in seconds, and the role of the user."""

    token: str
    expires_in: int
    role: Role


class InfoModel(ApiModel):
    """Information about a driver and its capabilities. Values that a standby cannot know are null."""

    driver: str
    version: str
    instance_id: str | None = None
    role: Literal["active", "standby"]
    term: int | None
    active_server_address: OrNull
    system_id: str
    caption: str = ""
    debug_port: int = 0
    project_hash: str | None = None
    authentication: Literal["none", "required"]
    capabilities: list[str] = Field(default=[])


class HealthModel(ApiModel):
    """The health of a driver; ``tasks`` contains the last error of each task that has ended."""

    status: Literal["ok", "broken"]
    tasks: Omitted[dict[str, str]] = None


class ReadinessModel(ApiModel):
    """Whether a driver can serve requests, why not, and whether it is connected to Twilio.

    ``can`` lists what it currently does: ``read`` serves lists and pages, ``stream`` serves events, ``command`` accepts
    commands, ``webhook`` accepts Twilio's webhooks, ``send`` communicates with Twilio.
    """

    status: Literal["ready", "standby", "store unavailable"]
    can: Sequence[str]
    reason: Omitted[str] = None
    twilio: Omitted[Literal["connected", "no communication"]] = None


class CommunicationModel(ApiModel):
    """Why and since when an asset has no communication."""

    reason: CommReason
    detail: str
    hint: str
    since: Moment


class ConditionModel(ApiModel):
    """A condition of an asset, which still works; ``stale`` is true while communication is down."""

    cause: FaultCause
    detail: str
    hint: str
    since: Moment
    stale: bool = False


class FaultModel(ConditionModel):
    """A cause of a fault."""

    kind: CauseKind
    code: int | None
    count: int
    last_seen: Moment


class MaskModel(ApiModel):
    """Who masked an asset, until when, and why. ``until`` is null if the mask has no end."""

    by: str
    since: Moment
    until: Moment | None
    comment: str


class FactsModel(ApiModel):
    """The facts from which the status of an asset is derived."""

    comm: CommunicationModel | None
    faults: list[FaultModel]
    conditions: list[ConditionModel]
    masked: MaskModel | None

    @classmethod
    def of(cls, facts: Facts) -> Self:
        """Return the model of an asset's facts."""
        comm, stale = facts.comm, {"stale": facts.stale}
        return cls(
            comm=comm
            and CommunicationModel(reason=comm.reason, detail=comm.detail, hint=remedy(comm), since=comm.since),
            faults=[FaultModel.model_validate(one).model_copy(update=stale) for one in facts.faults],
            conditions=[ConditionModel.model_validate(one).model_copy(update=stale) for one in facts.conditions],
            masked=facts.mask,
        )


class AssetModel(ApiModel):
    """An asset with everything that explains its status. The system asset has no phone numbers."""

    asset_id: str
    item_id: str
    asset_type: AssetType
    caption: str
    status: str
    active_states: list[State]
    true_states: list[State]
    facts: FactsModel
    reason: str
    awaiting: str
    status_table: str
    command_table: OrNull
    since: Moment
    alarms: list[AlarmModel]
    shelved: list[ShelfModel] = Field(default=[])
    external_phone_number: Omitted[str] = None
    twilio_phone_number: Omitted[str] = None


class AcceptedModel(ApiModel):
    """A stored command that will be carried out, and the length of its message if it has one."""

    execution_id: str
    state: ExecutionState
    result: OrNull
    reason: OrNull
    segments: Omitted[int] = None
    encoding: Omitted[str] = None


class AttemptModel(ApiModel):
    """An attempt to hand a message to Twilio."""

    number: int
    at: Moment
    outcome: Annotated[str, BeforeValidator(lambda outcome: outcome or "in flight")]
    http_status: int | None
    code: int | None
    sid: OrNull
    detail: OrNull


class ExecutionModel(ApiModel):
    """The progress of a command. ``delivery`` is Twilio's status of the message, once it has one."""

    execution_id: str
    command_id: OrNull
    asset_id: str
    scope: Literal["asset", "system", "broadcast"]
    command: str
    parameters: dict[str, str]
    user: str
    workstation: str
    state: ExecutionState
    result: OrNull
    reason: OrNull
    created_at: Moment
    finished_at: Moment | None
    attempts: list[AttemptModel] = Field(default=[])
    message_sid: OrNull
    delivery: MessageStatus | None = None
    error_code: int | None = None


class BroadcastProblemModel(ApiModel):
    """A message of a broadcast that needs attention: it failed, or its outcome is unknown."""

    asset_id: str
    execution_id: str
    progress: Literal["failed", "unknown"]
    reason: OrNull


class BroadcastModel(ApiModel):
    """The progress of a broadcast: the number of messages in each state. The numbers add up to ``phones``."""

    broadcast_id: str
    command_id: OrNull
    user: str
    workstation: str
    created_at: Moment
    phones: int
    waiting: int
    accepted: int
    sent: int
    delivered: int
    failed: int
    canceled: int
    unknown: int
    problems: list[BroadcastProblemModel]


class PurgedModel(ApiModel):
    """The number of messages canceled, and of those not canceled because they are on their way to Twilio."""

    canceled: int
    on_their_way: int


class MessageModel(ApiModel):
    """A message in either direction."""

    sid: str
    direction: Literal["inbound", "outbound"]
    from_number: str = Field(alias="from")
    to_number: str = Field(alias="to")
    body: str
    status: MessageStatus
    error_code: int | None
    segments: int | None
    media: list[str]
    asset_id: OrNull
    execution_id: OrNull
    created_at: Moment
    updated_at: Moment


class AuditLineModel(ApiModel):
    """An entry of the audit, with the seven columns of the platform's report."""

    at: Moment = Field(alias="Record Date")
    device_type: str = Field(alias="Device Type")
    command_or_status: str = Field(alias="Command/Status")
    action: str = Field(alias="Action")
    computer: str = Field(alias="Computer")
    user_name: str = Field(alias="User Name")
    location: str = Field(alias="Location")


class SegmentsModel(ApiModel):
    """The length of a message in SMS segments; ``foreign`` lists the characters that make it longer.

    Twilio rejects messages of more than ``limit`` characters.
    """

    encoding: str
    segments: int
    units: int
    per_segment: int
    remaining: int
    foreign: list[str]
    characters: int
    limit: int = MAX_LENGTH


AssetPage = PageModel[AssetModel]
ExecutionPage = PageModel[ExecutionModel]
MessagePage = PageModel[MessageModel]
AuditPage = PageModel[AuditLineModel]
