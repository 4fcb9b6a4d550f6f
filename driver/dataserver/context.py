"""What the handlers of the data server work on."""

from collections.abc import Callable
from dataclasses import dataclass

from driver.api.routing import ApiRequest
from driver.dataserver.snapshot import Snapshot
from driver.ports.store import Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.metrics import Metrics
from driver.runtime.supervisor import Supervisor
from driver.services.alarm_actions import AlarmActions
from driver.services.assets import Assets
from driver.services.broadcasts import Broadcasts
from driver.services.commands import Commands
from driver.services.dead_letters import DeadLetters
from driver.services.event_bus import EventBus
from driver.services.send_queue import SendQueue
from driver.services.table_imports import TableImports

NAME = "Twilio SMS"


def authentication(request: ApiRequest[None]) -> str:
    """Return what ``/api/info`` says of whether a login or a token is needed."""
    return "none" if request.access.config.open_to_all else "required"


@dataclass(frozen=True, slots=True)
class DataServer:
    """The active driver, as far as clients reach into it; ``address`` is where they do."""

    system_id: str
    debug_port: int
    instance_id: str
    term: int
    address: str
    project_hash: Callable[[], str]
    store: Store
    assets: Assets
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
