"""The frames of the event stream: hello, a snapshot, then each change with its number, and finally goodbye."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, TypeAdapter, computed_field

from driver.api.api_model import ApiModel, Moment, Omitted, OrNull
from driver.api.models import AssetModel
from driver.domain.events import alias


class EventModel(ApiModel):
    """An event. ``parameters`` has the parameters by display name, ``aliases`` the same by camelCase name."""

    event_id: str
    asset_id: str
    item_id: str
    item_type: str
    name: str
    initial: dict[str, Any]
    parameters: dict[str, Any]
    occurred_at: Moment
    observed_at: Moment

    @computed_field
    def aliases(self) -> dict[str, Any]:
        """The parameters by alias."""
        return {alias(name): value for name, value in self.parameters.items()}


class HelloFrame(ApiModel):
    """The first frame: the driver, the history that its event numbers belong to, and the number of the last event."""

    type: Literal["hello"] = "hello"
    instance_id: str
    version: str
    project_hash: str
    project_matches: bool | None
    history_id: str
    seq: int
    heartbeat_s: float


class SnapshotFrame(ApiModel):
    """The current state of every asset, the system first."""

    type: Literal["snapshot"] = "snapshot"
    seq: int
    assets: list[AssetModel]


class EventFrame(ApiModel):
    """An event and its number."""

    type: Literal["event"] = "event"
    seq: int
    event: EventModel


class HeartbeatFrame(ApiModel):
    """Sent when nothing has happened for a while."""

    type: Literal["heartbeat"] = "heartbeat"
    seq: int


class ResyncFrame(ApiModel):
    """The client has missed events; a snapshot follows."""

    type: Literal["resync"] = "resync"
    reason: str


class GoodbyeFrame(ApiModel):
    """The last frame, with the reason why the stream ends.

    ``takeover`` and ``store unavailable`` come from a driver on standby: another driver has become active, or the
    database has been unreadable for a while.
    """

    type: Literal["goodbye"] = "goodbye"
    reason: str
    active_server_address: Omitted[str] = None


class StandbyGoodbyeFrame(GoodbyeFrame):
    """The last frame from a driver on standby, with the address of the active driver, or null."""

    active_server_address: OrNull


Frame = HelloFrame | SnapshotFrame | EventFrame | HeartbeatFrame | ResyncFrame | GoodbyeFrame
FRAME: TypeAdapter[Frame] = TypeAdapter(
    Annotated[Frame, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)
