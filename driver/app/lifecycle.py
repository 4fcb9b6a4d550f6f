"""Opens a driver: starts its components in dependency order, reloads them, and closes them in reverse order."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import structlog

from driver import __version__
from driver.app.active import DriverContext
from driver.app.failover import Failover
from driver.app.http_servers import open_listeners
from driver.app.wiring import Services
from driver.config.hot_reload import hot_reload
from driver.config.models import DriverConfig
from driver.config.secrets import secrets_in
from driver.debugtools.log_buffer import LogBuffer
from driver.debugtools.log_file import LogFile
from driver.debugtools.log_writer import LogLines, lines_to
from driver.debugtools.logging_setup import LogAccess, logging_to
from driver.debugtools.redact import Redactor
from driver.debugtools.trace import Traces
from driver.errors import NotActiveError, StoreUnavailableError
from driver.gateway.http_session import open_session
from driver.runtime.clock import Clock, SystemClock
from driver.runtime.idle import IdleTracker

_log = structlog.get_logger("driver")


class RunningDriver:
    """A driver that accepts requests, as the active driver or on standby."""

    def __init__(self, context: DriverContext, journal: LogAccess, failover: Failover) -> None:
        self._context = context
        self._journal = journal
        self._failover = failover
        self._one_reload_at_a_time = asyncio.Lock()

    @property
    def config(self) -> DriverConfig:
        """The current configuration."""
        return self._context.config

    @property
    def services(self) -> Services:
        """The services of the active driver.

        Raises:
            NotActiveError: This driver is on standby.
        """
        if self._failover.services is None:
            raise NotActiveError("this driver is on standby")
        return self._failover.services

    @property
    def on_standby(self) -> bool:
        """Whether another driver is active."""
        return self._failover.services is None

    @property
    def dataserver_url(self) -> str:
        """The address for workstations and programs."""
        return self._context.listeners.dataserver.url

    @property
    def debugtools_url(self) -> str:
        """The address of the debug tools."""
        return self._context.listeners.debugtools.url

    @property
    def webhook_url(self) -> str | None:
        """The address for Twilio's requests, or None if webhooks are off."""
        webhooks = self._context.listeners.webhooks
        return webhooks.url if webhooks is not None else None

    async def passed_over(self) -> None:
        """Return when another driver has taken over and this one is not configured to wait on standby."""
        await self._failover.passed_over.wait()

    async def wait_idle(self) -> bool:
        """Wait until nothing is in flight; return whether anything was. Requests that Twilio delays do not count."""
        return await self._context.activity.wait_idle()

    async def reload(self, wanted: DriverConfig) -> None:
        """Reload a changed configuration without losing a message or a connection.

        Changes that require a restart are listed in the log.

        Raises:
            ConfigurationError: The reloadable changes conflict with settings that need a restart; nothing was changed.
            StartError: A certificate cannot be read, or the stored state conflicts with the configuration; nothing was
                changed.
        """
        async with self._one_reload_at_a_time:
            context, journal, services = self._context, self._journal, self._failover.services
            taken = hot_reload(context.config, wanted)
            journal.redactor.configure(secrets_in(wanted), bodies=taken.config.log.bodies)
            context.listeners.reload_certificate(taken.config)
            if services is not None:
                await services.reload(taken.config)
            context.config = taken.config
            await context.listeners.configure(taken.config)
            if self._failover.view is not None:
                await self._failover.view.reload()
            journal.traces.configure(taken.config.log.level)
            _log.info("configuration_reloaded", changed=taken.changed)
            if taken.waiting:
                _log.warning("restart_needed", keys=taken.waiting)
            if services is not None:
                await _write_down(services, ", ".join(taken.changed) or "nothing changed")


async def _write_down(services: Services, changed: str) -> None:
    line = services.assets.audit(services.assets.catalog.system, "Configuration", f"Reloaded: {changed}")
    with suppress(StoreUnavailableError):
        await services.store.commit([line])


@asynccontextmanager
async def open_driver(
    config: DriverConfig,
    *,
    clock: Clock | None = None,
    session: aiohttp.ClientSession | None = None,
    log_to_stderr: bool = False,
) -> AsyncIterator[RunningDriver]:
    """Run a driver while the context lasts.

    Twilio need not be reachable: the driver starts, shows No Communication with the reason, and keeps trying.

    Raises:
        StartError: A port is in use, or the database cannot be opened.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        log_buffer = _log_buffer(config, stack.enter_context(ExitStack()))
        redactor, traces = Redactor(secrets_in(config), bodies=config.log.bodies), Traces(clock, config.log.level)
        lines = lines_to(sys.stderr if log_to_stderr else None)
        stack.enter_context(lines.writing())
        journal = LogAccess(log_buffer, redactor, traces, lines)
        stack.enter_context(logging_to(journal, clock))
        listeners = await open_listeners(config, clock, journal, stack=stack)
        if session is None:
            session = await stack.enter_async_context(open_session(config.twilio.base_url))
        context = DriverContext(config, clock, IdleTracker(clock), session, listeners)
        failover = Failover(context)
        running = RunningDriver(context, journal, failover)
        if config.dataserver.open_to_all:
            _log.warning(
                "authentication_is_off",
                reason="the data server accepts requests from anybody, on loopback only",
                at_url=running.dataserver_url,
            )
        await stack.enter_async_context(failover.running())
        dataserver, debugtools = running.dataserver_url, running.debugtools_url
        _log.info("started", version=__version__, dataserver=dataserver, debugtools=debugtools)
        yield running


def _log_buffer(config: DriverConfig, stack: ExitStack) -> LogBuffer:
    """Return the log buffer; with a log file, it includes the records from before the restart."""
    if not config.log.file:
        return LogBuffer()
    file = LogFile(Path(config.log.file))
    lines = LogLines(file.write)
    stack.callback(file.close)
    stack.enter_context(lines.writing())
    log_buffer = LogBuffer(lines=lines)
    log_buffer.restore(file.newest(log_buffer.size))
    return log_buffer
