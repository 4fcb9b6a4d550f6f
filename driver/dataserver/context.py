"""What the handlers of the data server work on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

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
    """Return what ``/api/info`` says of whether a login or a token is needed."""
    return "none" if request.access.config.open_to_all else "required"


class DataView(Protocol):
    """What clients can read, of the active driver and of one on standby; ``address`` is where the active one answers.

    ``capabilities`` are what a client may count on here, beyond the states of assets; ``can`` is what ``/readyz`` says.
    """

    @property
    def system_id(self) -> str: ...  # noqa: D102 - what the names say
    @property
    def debug_port(self) -> int: ...  # noqa: D102
    @property
    def instance_id(self) -> str: ...  # noqa: D102
    @property
    def role(self) -> Role: ...  # noqa: D102
    @property
    def term(self) -> int: ...  # noqa: D102
    @property
    def address(self) -> str: ...  # noqa: D102
    @property
    def capabilities(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def can(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def store(self) -> StoreReader: ...  # noqa: D102
    @property
    def assets(self) -> AssetStates: ...  # noqa: D102
    @property
    def tables(self) -> Tables: ...  # noqa: D102
    @property
    def bus(self) -> EventBus: ...  # noqa: D102
    @property
    def clock(self) -> Clock: ...  # noqa: D102
    @property
    def activity(self) -> IdleTracker: ...  # noqa: D102
    @property
    def supervisor(self) -> Supervisor: ...  # noqa: D102
    @property
    def metrics(self) -> Metrics: ...  # noqa: D102
    @property
    def snapshot(self) -> Snapshot: ...  # noqa: D102

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the texts that wait or are being sent, in the order of acceptance."""
        ...


#: What every driver that has read the database offers.
READING = (
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
)
#: What the active one offers as well.
ACTING = ("commands", "shelving", "tables")


@dataclass(frozen=True, slots=True)
class DataServer:
    """The active driver, as far as clients reach into it; see ``DataView``."""

    system_id: str
    debug_port: int
    instance_id: str
    term: int
    address: str
    store: Store
    assets: Assets
    tables: Tables
    commands: Commands
    alarm_actions: AlarmActions
    dead_letters: DeadLetters
    send_queue: SendQueue
    broadcasts: Broadcasts
    imports: TableImports
    bus: EventBus
    clock: Clock
    activity: IdleTracker
    supervisor: Supervisor
    metrics: Metrics
    snapshot: Snapshot
    lapsed: Callable[[], bool]
    """Whether another driver may already be the active one."""
    capabilities: Sequence[str] = (*READING, *ACTING)
    can: Sequence[str] = ("read", "stream", "command", "webhook", "send")

    @property
    def role(self) -> Role:
        """What this driver is; it says so at once when it is no longer the active one."""
        return "standby" if self.lapsed() else "active"

    async def waiting(self) -> Sequence[OutboundMessage]:
        """Return the texts that wait or are being sent, in the order of acceptance."""
        return self.send_queue.waiting()


@dataclass(slots=True)
class Waiting:
    """Why a driver waits, and where the active one answers as far as it is known."""

    reason: str = ""
    active_server: str = ""
    term: int | None = None

    @property
    def advice(self) -> str:
        """What whoever came to the wrong driver can do."""
        where = f"use {self.active_server}" if self.active_server else "use the active one"
        return f"this driver is on standby and carries out nothing: {self.reason}; {where}, or stop that one"


@dataclass(frozen=True, slots=True)
class Standby:
    """A driver that waits."""

    system_id: str
    caption: str
    debug_port: int
    waiting: Waiting
    metrics: Metrics
