"""What the event stream sends: hello, everything as it is, then each change with its number; at the end goodbye."""

from typing import Annotated, Any, Literal

from pydantic import Field, TypeAdapter, computed_field

from driver.api.api_model import ApiModel, Moment, Omitted, OrNull
from driver.api.models import AssetModel
from driver.domain.events import alias


class EventModel(ApiModel):
    """An event: parameters under their display names, the same under camelCase aliases."""

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
        """The parameters under their aliases."""
        return {alias(name): value for name, value in self.parameters.items()}


class HelloFrame(ApiModel):
    """The first frame: which driver this is, which history its numbers belong to, and the last number."""

    type: Literal["hello"] = "hello"
    instance_id: str
    version: str
    project_hash: str
    project_matches: bool | None
    history_id: str
    seq: int
    heartbeat_s: float


class SnapshotFrame(ApiModel):
    """Every asset as it is, the system first."""

    type: Literal["snapshot"] = "snapshot"
    seq: int
    assets: list[AssetModel]


class EventFrame(ApiModel):
    """One event, and its number."""

    type: Literal["event"] = "event"
    seq: int
    event: EventModel


class HeartbeatFrame(ApiModel):
    """Nothing happened for a while."""

    type: Literal["heartbeat"] = "heartbeat"
    seq: int


class ResyncFrame(ApiModel):
    """Events are missing; a snapshot follows."""

    type: Literal["resync"] = "resync"
    reason: str


class GoodbyeFrame(ApiModel):
    """The last frame: why the stream ends.

    ``takeover`` and ``store unavailable`` come from a driver on standby: another driver has become the active one, or
    the database cannot be read for a while.
    """

    type: Literal["goodbye"] = "goodbye"
    reason: str
    active_server_address: Omitted[str] = None


class StandbyGoodbyeFrame(GoodbyeFrame):
    """The same from a driver on standby: it has the address of the active one, or null."""

    active_server_address: OrNull


Frame = HelloFrame | SnapshotFrame | EventFrame | HeartbeatFrame | ResyncFrame | GoodbyeFrame
FRAME: TypeAdapter[Frame] = TypeAdapter(Annotated[Frame, Field(discriminator="type")])
