"""Response models of the data server for alarms: current alarms, history and statistics."""

from typing import Literal

from pydantic import Field

from driver.api.api_model import ApiModel, Moment, OrNull, PageModel
from driver.domain.status_table import State


class ShelfModel(ApiModel):
    """Who shelved an alarm, until when, and why. The alarm may be over; a new alarm of ``status`` is shelved too."""

    alarm_id: str
    status: State
    by: str
    since: Moment
    until: Moment
    comment: str


class AlarmModel(ApiModel):
    """An alarm with the columns of the platform's alarm grid. A masked or shelved alarm has no age."""

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
    """The result for each alarm id: ``done``, ``unchanged`` (already in that state), or ``gone`` (already over)."""

    done: list[str]
    unchanged: list[str]
    gone: list[str]


class AlarmEventModel(ApiModel):
    """An event of an alarm: raised, repeated, acknowledged, cleared, reset, masked, shelved or unshelved."""

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
    """The number of alarms raised within ten minutes."""

    at: Moment
    raised: int


class WorstAssetModel(ApiModel):
    """The number of alarms that an asset raised."""

    asset_id: str
    caption: str
    raised: int


class AlarmStatisticsModel(ApiModel):
    """The EEMUA 191 metrics: alarms raised per ten minutes, average and maximum, and the standing alarms.

    ``slots`` lists the ten-minute intervals with alarms, ``worst`` the ten assets that raised the most.
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
