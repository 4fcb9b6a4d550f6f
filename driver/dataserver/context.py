"""What the handlers of the data server work on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from driver.api.routing import ApiRequest
from driver.dataserver.snapshot import Snapshot
from driver.ports.store import Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.metrics import Metrics
from driver.runtime.supervisor import Supervisor
from driver.services.assets import Assets
from driver.services.commands import Commands
from driver.services.event_bus import EventBus
from driver.services.table_imports import TableImports

NAME = "Twilio SMS"


def authentication(request: ApiRequest[None]) -> str:
    """Return what ``/api/info`` says of whether a login or a token is needed."""
    return "none" if request.access.config.open_to_all else "required"


class Measured(Protocol):
    """What has metrics: a driver in either role."""

    @property
    def metrics(self) -> Metrics:
        """The counters and gauges."""
        ...


@dataclass(frozen=True, slots=True)
class Site:
    """What a driver says of itself while it is the active one: ``address`` is where clients reach it."""

    system_id: str
    instance_id: str
    term: int
    address: str
    project_hash: Callable[[], str]


@dataclass(frozen=True, slots=True)
class DataServer:
    """The active driver, as far as clients reach into it."""

    site: Site
    store: Store
    assets: Assets
    commands: Commands
    imports: TableImports
    bus: EventBus
    clock: Clock
    activity: IdleTracker
    supervisor: Supervisor
    metrics: Metrics
    snapshot: Snapshot
