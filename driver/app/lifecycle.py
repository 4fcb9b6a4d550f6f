"""Opens a driver: every part in the order they need each other, closed in the reverse order."""

import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path

import aiohttp
import structlog

from driver import __version__
from driver.app.active import DriverContext
from driver.app.failover import Failover
from driver.app.http_servers import LogAccess, open_listeners
from driver.app.reload import ConfigReload
from driver.app.wiring import Services
from driver.config.models import DriverConfig
from driver.config.secrets import secrets_in
from driver.debugtools.log_buffer import LogBuffer
from driver.debugtools.log_file import LogFile
from driver.debugtools.log_lines import LogLines, lines_to
from driver.debugtools.logging_setup import logging_to
from driver.debugtools.redact import Redactor
from driver.debugtools.trace import Traces
from driver.errors import NotActiveError
from driver.gateway.http_session import open_session
from driver.runtime.clock import Clock, SystemClock
from driver.runtime.idle import IdleTracker

_log = structlog.get_logger("driver")


class RunningDriver:
    """A driver that answers, as the active one or on standby."""

    def __init__(self, context: DriverContext, reloading: ConfigReload, failover: Failover) -> None:
        self._context = context
        self._reloading = reloading
        self._failover = failover

    @property
    def config(self) -> DriverConfig:
        """What it was configured with last."""
        return self._context.config

    @property
    def services(self) -> Services:
        """The services of the active driver.

        Raises:
            NotActiveError: it is on standby.
        """
        if self._failover.services is None:
            raise NotActiveError("this driver is on standby")
        return self._failover.services

    @property
    def on_standby(self) -> bool:
        """Whether another driver is the active one."""
        return self._failover.services is None

    @property
    def dataserver_url(self) -> str:
        """Where workstations and programs connect."""
        return self._context.listeners.addresses.dataserver

    @property
    def debugtools_url(self) -> str:
        """Where the logs are."""
        return self._context.listeners.addresses.debugtools

    @property
    def webhook_url(self) -> str | None:
        """Where Twilio's requests arrive, or None if webhooks are off."""
        return self._context.listeners.addresses.webhooks

    async def passed_over(self) -> None:
        """Return when another driver took over from this one, which is not configured to wait on standby."""
        await self._failover.passed_over.wait()

    async def wait_idle(self) -> bool:
        """Wait until nothing is in flight; True if anything was. Calls that Twilio holds back do not count."""
        return await self._context.activity.wait_idle()

    async def reload(self, config: DriverConfig) -> None:
        """Reload a changed configuration without losing a message or a connection.

        Changes that only a restart can apply are named in the log.

        Raises:
            ConfigurationError: what can be reloaded does not go with what has to wait; nothing was changed.
            StartError: a certificate or what is remembered does not go with it; nothing was changed.
        """
        await self._reloading.reload(config)


@asynccontextmanager
async def open_driver(
    config: DriverConfig,
    *,
    clock: Clock | None = None,
    session: aiohttp.ClientSession | None = None,
    log_to_stderr: bool = False,
) -> AsyncIterator[RunningDriver]:
    """Run a driver while the context lasts.

    Twilio need not be reachable: the driver starts, says No Communication with its reason, and keeps trying.

    Raises:
        StartError: a port is in use, or the database cannot be opened.
    """
    clock = clock or SystemClock()
    async with AsyncExitStack() as stack:
        log_buffer = _log_buffer(config, stack.enter_context(ExitStack()))
        redactor, traces = Redactor(secrets_in(config), bodies=config.log.bodies), Traces(clock, config.log.level)
        lines = lines_to(sys.stderr if log_to_stderr else None)
        stack.enter_context(lines.writing())
        journal = LogAccess(log_buffer, redactor, traces, lines)
        stack.enter_context(logging_to(log_buffer, redactor, clock, traces=traces, lines=lines))
        listeners = await open_listeners(config, clock, journal, stack=stack)
        addresses = listeners.addresses
        if session is None:
            session = await stack.enter_async_context(open_session(config.twilio.base_url))
        context = DriverContext(config, clock, IdleTracker(clock), session, listeners)
        if config.dataserver.open_to_all:
            _log.warning(
                "authentication_is_off",
                reason="the data server answers anybody, on loopback only",
                at_url=addresses.dataserver,
            )
        failover = Failover(context)
        await stack.enter_async_context(failover.running())
        _log.info("started", version=__version__, dataserver=addresses.dataserver, debugtools=addresses.debugtools)
        yield RunningDriver(
            context, ConfigReload(context, journal, lambda: failover.services, standby=lambda: failover.view), failover
        )


def _log_buffer(config: DriverConfig, stack: ExitStack) -> LogBuffer:
    """Return the log's records, with those from before the restart where a file keeps them."""
    if not config.log.file:
        return LogBuffer()
    file = LogFile(Path(config.log.file))
    lines = LogLines(file.write)
    stack.callback(file.close)
    stack.enter_context(lines.writing())
    log_buffer = LogBuffer(lines=lines)
    log_buffer.restore(file.newest(log_buffer.size))
    return log_buffer
