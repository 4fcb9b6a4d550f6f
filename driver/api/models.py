"""What the data server answers: one model for each JSON object of the API."""

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
    """A bearer token, and how many seconds it lasts."""

    token: str
    expires_in: int
    role: Role


class InfoModel(ApiModel):
    """What a driver is and can do; what a driver on standby cannot know is null."""

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
    """Whether a driver is well, and what is wrong with the tasks that ended."""

    status: Literal["ok", "broken"]
    tasks: Omitted[dict[str, str]] = None


class ReadinessModel(ApiModel):
    """Whether a driver can serve and what, why not, and whether there is communication with Twilio.

    ``can`` names what it does now: ``read`` answers lists and pages, ``stream`` events, ``command`` takes commands,
    ``send`` talks to Twilio.
    """

    status: Literal["ready", "standby", "store unavailable"]
    can: Sequence[str]
    reason: Omitted[str] = None
    twilio: Omitted[Literal["connected", "no communication"]] = None


class CommunicationModel(ApiModel):
    """Why an asset has no communication."""

    reason: CommReason
    detail: str
    hint: str
    since: Moment


class ConditionModel(ApiModel):
    """Something worth knowing of an asset that works; ``stale`` while communication is down."""

    cause: FaultCause
    detail: str
    hint: str
    since: Moment
    stale: bool = False


class FaultModel(ConditionModel):
    """One cause of a fault."""

    kind: CauseKind
    code: int | None
    count: int
    last_seen: Moment


class MaskModel(ApiModel):
    """Who masked an asset, and until when."""

    by: str
    since: Moment
    until: Moment | None
    comment: str


class FactsModel(ApiModel):
    """What the state of an asset is made of."""

    comm: CommunicationModel | None
    faults: list[FaultModel]
    conditions: list[ConditionModel]
    masked: MaskModel | None

    @classmethod
    def of(cls, facts: Facts) -> Self:
        """Write the facts of an asset."""
        comm, stale = facts.comm, {"stale": facts.stale}
        return cls(
            comm=comm
            and CommunicationModel(reason=comm.reason, detail=comm.detail, hint=remedy(comm), since=comm.since),
            faults=[FaultModel.model_validate(one).model_copy(update=stale) for one in facts.faults],
            conditions=[ConditionModel.model_validate(one).model_copy(update=stale) for one in facts.conditions],
            masked=facts.mask,
        )


class AssetModel(ApiModel):
    """An asset with everything that explains its state. The system has no phone numbers."""

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
    """A command that was stored, and will be carried out; how long its message is, if it has one."""

    execution_id: str
    state: ExecutionState
    result: OrNull
    reason: OrNull
    segments: Omitted[int] = None
    encoding: Omitted[str] = None


class AttemptModel(ApiModel):
    """One attempt to hand a message to Twilio."""

    number: int
    at: Moment
    outcome: Annotated[str, BeforeValidator(lambda outcome: outcome or "in flight")]
    http_status: int | None
    code: int | None
    sid: OrNull
    detail: OrNull


class ExecutionModel(ApiModel):
    """How far a command is. ``delivery`` is Twilio's status of the message, once there is one."""

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
    """A message of a broadcast that needs a person: one that failed, or whose outcome is not known."""

    asset_id: str
    execution_id: str
    progress: Literal["failed", "unknown"]
    reason: OrNull


class BroadcastModel(ApiModel):
    """How far a broadcast is: how many of its phones' messages are where. The numbers add up to ``phones``."""

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
    """How many texts were canceled, and how many were not because they are on their way to Twilio."""

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
    """A line of the audit with the seven columns of the platform's report."""

    at: Moment = Field(alias="Record Date")
    device_type: str = Field(alias="Device Type")
    command_or_status: str = Field(alias="Command/Status")
    action: str = Field(alias="Action")
    computer: str = Field(alias="Computer")
    user_name: str = Field(alias="User Name")
    location: str = Field(alias="Location")


class SegmentsModel(ApiModel):
    """How long a message is for the network; ``foreign`` are the characters that make it longer.

    Twilio refuses a message of more than ``limit`` characters.
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
