"""The active driver: runs its services on an open store until it stops or another driver takes over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import aiohttp
import structlog

import driver
from driver.app.http_servers import HttpServers
from driver.app.wiring import Services
from driver.config.models import DriverConfig
from driver.domain.asset_events import failover_notice
from driver.errors import StoreUnavailableError
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.services.outbox import Outbox
from driver.store import Candidacy, Leader, SqlStore

_log = structlog.get_logger("driver")
#: Real seconds that attempts in flight have to finish when the driver stops.
DRAIN_S = 5.0


@dataclass(slots=True)
class DriverContext:
    """What a driver needs in every role."""

    config: DriverConfig
    clock: Clock
    activity: IdleTracker
    session: aiohttp.ClientSession
    listeners: HttpServers

    def candidacy(self, session: str) -> Candidacy:
        """Return how this driver introduces itself when it takes the lead."""
        failover = self.config.failover
        lapse = failover.takeover_after_s if failover.enabled else 0.0
        return Candidacy(session, self.listeners.server_address, lapse, driver.__version__)


@asynccontextmanager
async def active_driver(
    context: DriverContext, store: SqlStore, before: Leader | None = None
) -> AsyncIterator[Services]:
    """Be the active driver while the context lasts; ``before`` is the leader that this driver waited for."""
    async with AsyncExitStack() as stack:
        listeners = context.listeners
        services = Services()
        await services.build(
            context.config,
            context.clock,
            context.activity,
            session=context.session,
            store=store,
            address=listeners.server_address,
            debug_port=listeners.debug_port,
        )
        of_others = await stack.enter_async_context(listeners.active(services))
        stack.push_async_callback(services.supervisor.close)
        stack.callback(lambda: services.bus.close("standby" if store.leadership.lost else "shutdown"))
        stack.callback(context.activity.steps.on_step(services.reclock))
        stack.push_async_callback(_drain, services.outbox, store)
        services.start()
        if context.config.failover.enabled or context.config.store.url.startswith("postgresql:"):
            services.supervisor.start("leadership", partial(_keep, context, store))
        if context.config.failover.enabled:
            services.supervisor.start("lease", partial(_stand_down, context, store))
            if context.config.store.url.startswith("postgresql:"):
                services.supervisor.start("requests of others", of_others.run)
        if store.history.present.set_back:
            await _report_loss(services)
        if before is not None:
            await _tell_takeover(services, services.address, before)
        _log.info("active", term=store.leadership.term)
        yield services


async def _report_loss(services: Services) -> None:
    """Report, in the log and in the audit, that the database may lack the most recent acknowledged commits."""
    _log.error(
        "database_may_lack_commits",
        reason="the database was not closed cleanly, and its write-ahead log is missing",
        next_event=services.store.history.present.first_seq,
        hint="If this is a copy or a backup, compare it with the messages sent; otherwise look for the -wal file.",
    )
    line = services.assets.audit(services.assets.catalog.system, "Database", "May lack its last commits")
    with suppress(StoreUnavailableError):
        await services.store.commit([line])


async def _tell_takeover(services: Services, address: str, before: Leader) -> None:
    """Report, as an event and in the audit, that this driver has taken over."""
    system, term = services.assets.catalog.system, services.store.leadership.term
    notice = services.assets.event(system, failover_notice(address, before.address, term))
    line = services.assets.audit(system, "Failover", f"Took over from {before.address}", computer=address)
    with suppress(StoreUnavailableError):
        await services.store.commit([notice, replace(line, device_type="Failover Manager")])


async def _keep(context: DriverContext, store: SqlStore) -> None:
    interval = timedelta(seconds=context.config.failover.heartbeat_interval_s)
    while not store.leadership.lost:
        await context.activity.rest(asyncio.Event(), context.clock.monotonic() + interval)
        await store.keep()


async def _stand_down(context: DriverContext, store: SqlStore) -> None:
    """Give up the lead once the lease expires: this driver is cut off from the database, and another one may lead."""
    leadership = store.leadership
    while (left := leadership.lapses_in) > timedelta(0):
        await context.activity.rest(asyncio.Event(), context.clock.monotonic() + left)
    if not leadership.lost:
        _log.error("lead_given_up", reason="the database accepted no commit for the duration of the lease")
        leadership.end()
    await context.activity.rest(asyncio.Event(), None)


async def _drain(outbox: Outbox, store: SqlStore) -> None:
    """Give attempts in flight time to finish; the next leader looks up the outcome of the others."""
    outbox.stop()
    if store.leadership.lost:
        return
    try:
        async with asyncio.timeout(DRAIN_S):
            await outbox.stopped.wait()
    except TimeoutError:
        _log.warning("attempts_left_in_flight", reason="their outcome is looked up at the next start")
