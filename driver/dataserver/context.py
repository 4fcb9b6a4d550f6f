"""The context that is passed to the handlers of the data server."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from driver.api.routing import ApiRequest
from driver.dataserver.snapshot import Snapshot
from driver.domain.outbound_message import OutboundMessage
from driver.ports.store import Store, StoreReader
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.metrics import Metrics
from driver.runtime.supervisor import Supervisor
from driver.services.alarm_actions import AlarmActions
from driver.services.asset_states import AssetStates
from driver.services.assets import Assets
from driver.services.broadcasts import Broadcasts
from driver.services.commands import Commands
from driver.services.dead_letters import DeadLetters
from driver.services.event_bus import EventBus
from driver.services.send_queue import SendQueue
from driver.services.table_imports import TableImports
from driver.services.tables import Tables

NAME = "Twilio SMS"
Role = Literal["active", "standby"]


def authentication(request: ApiRequest[None]) -> str:
    """Return whether a login or a token is required, as reported by ``/api/info``."""
    return "none" if request.access.config.open_to_all else "required"


#: What every driver that has read the database offers, besides the states of assets: reading and commands.
CAPABILITIES = (
    "events",
    "executions",
    "alarms",
    "history",
    "queue",
    "broadcasts",
    "messages",
    "deadletters",
    "audit",
    "segments",
    "commands",
    "shelving",
    "tables",
)


class DataView(ABC):
    """What clients can read from the active driver or a standby; ``address`` is the active driver's address.

    ``can`` is reported by ``/readyz``.
    """

    system_id: str
    debug_port: int
    instance_id: str
    term: int
    address: str
    can: Sequence[str]
    store: StoreReader
    assets: AssetStates
    tables: Tables
    bus: EventBus
    clock: Clock
    activity: IdleTracker
    supervisor: Supervisor
    metrics: Metrics
    snapshot: Snapshot

    @property
    @abstractmethod
    def role(self) -> Role:
        """The current role of this driver."""

    @abstractmethod
    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the messages that are waiting or being sent, in order of acceptance."""


class DataServer(DataView):
    """The services of the active driver that clients use."""

    can = ("read", "stream", "command", "webhook", "send")
    store: Store
    assets: Assets
    commands: Commands
    alarm_actions: AlarmActions
    dead_letters: DeadLetters
    send_queue: SendQueue
    broadcasts: Broadcasts
    imports: TableImports

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the messages that are waiting or being sent, in order of acceptance."""
        return self.send_queue.waiting()


@dataclass(slots=True)
class Waiting:
    """Why a driver waits, and the address of the active driver, if known."""

    reason: str = ""
    active_server: str = ""
    term: int | None = None

    @property
    def advice(self) -> str:
        """What a client that contacted the wrong driver can do."""
        where = f"use {self.active_server}" if self.active_server else "use the active driver"
        return f"this driver is on standby and serves no requests: {self.reason}; {where}, or stop that one"


@dataclass(frozen=True, slots=True)
class Standby:
    """A waiting driver."""

    system_id: str
    caption: str
    debug_port: int
    waiting: Waiting
    metrics: Metrics
