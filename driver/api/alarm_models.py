"""What the data server answers about alarms: what stands, what happened, and how often."""

from typing import Literal

from pydantic import Field

from driver.api.api_model import ApiModel, Moment, OrNull, PageModel
from driver.domain.status_table import State


class ShelfModel(ApiModel):
    """Who put an alarm aside, until when, and why. The alarm may be over; another one of ``status`` is silent too."""

    alarm_id: str
    status: State
    by: str
    since: Moment
    until: Moment
    comment: str


class AlarmModel(ApiModel):
    """An alarm with the columns of the platform's alarm grid; a masked or shelved one has no age."""

    alarm_id: str
    asset_id: str
    item_id: str
    caption: str
    alarm_type: str
    status: State
    state: Literal["Acknowledged", "Unacknowledged"]
    active: bool
    masked: bool
    time: Moment
    age: float | None
    count: int
    last_seen: Moment
    acknowledged_at: Moment | None
    acknowledged_by: str
    acknowledged_via: Literal["", "workstation", "api", "workflow", "sms"]
    acknowledged_at_workstation: str
    comment: str
    cleared_at: Moment | None
    location: str
    severity: int
    cause: OrNull
    causes: list[str]
    reason: str
    shelved: ShelfModel | None = None


class AlarmsDoneModel(ApiModel):
    """What became of each alarm, by id: done, as it already was, or over before."""

    done: list[str]
    unchanged: list[str]
    gone: list[str]


class AlarmEventModel(ApiModel):
    """What happened to an alarm: raised, repeated, acknowledged, cleared, reset, masked, shelved or unshelved."""

    at: Moment
    event: str
    asset_id: str
    caption: str
    alarm_id: str
    alarm_type: str
    status: str
    count: int
    user: str
    comment: str
    reason: str


class AlarmSlotModel(ApiModel):
    """How many alarms were raised in ten minutes."""

    at: Moment
    raised: int


class WorstAssetModel(ApiModel):
    """How many alarms an asset raised."""

    asset_id: str
    caption: str
    raised: int


class AlarmStatisticsModel(ApiModel):
    """The figures of EEMUA 191: how many alarms were raised in ten minutes, on average and at most; what stands now.

    ``slots`` are the ten minutes in which any was; ``worst`` are the ten assets that raised most.
    """

    since: Moment = Field(alias="from")
    until: Moment = Field(alias="to")
    raised: int
    average_per_ten_minutes: float
    most_in_ten_minutes: int
    standing: int
    shelved: int
    masked: int
    slots: list[AlarmSlotModel]
    worst: list[WorstAssetModel]


AlarmPage = PageModel[AlarmModel]
AlarmHistoryPage = PageModel[AlarmEventModel]
