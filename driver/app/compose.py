"""Opens a driver: every part in the order they need each other, closed in the reverse order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

import driver
from driver.app.listeners import Listeners, open_listeners
from driver.app.parts import Parts, build
from driver.app.reloading import Reloading, secrets_of
from driver.clock import Clock, SystemClock
from driver.config.models import DriverConfig
from driver.debugtools.redact import Redactor
from driver.debugtools.ring import Ring
from driver.debugtools.setup import logging_to
from driver.debugtools.trace import Traces
from driver.gateway.session import open_session
from driver.services.outbox import Outbox
from driver.store import open_store

_log = structlog.get_logger("driver")
#: Attempts in flight get so long, in real seconds, to end when the driver stops.
DRAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class RunningDriver:
    """A driver that answers."""

    parts: Parts
    listeners: Listeners
    reloading: Reloading

    @property
    def config(self) -> DriverConfig:
        """What it was configured with last."""
        return self.reloading.config

    @property
    def dataserver_url(self) -> str:
        """Where workstations and programs connect."""
        return self.listeners.addresses.dataserver

    @property
    def debugtools_url(self) -> str:
        """Where the logs are."""
        return self.listeners.addresses.debugtools

    @property
    def webhook_url(self) -> str | None:
        """Where Twilio's requests arrive, or None if webhooks are off."""
        return self.listeners.addresses.webhooks

    async def settle(self, held: Callable[[], int] | None = None) -> bool:
        """Wait until nothing is in flight; True if anything was.

        ``held`` tells how many of the driver's calls the other side holds back at the moment; without it a call that is
        not answered within a real second counts as held back.
        """
        return await self.parts.activity.settle(held)

    async def reload(self, config: DriverConfig) -> None:
        """Take over a changed configuration without losing a message or a connection.

        Changes that only a restart can take over are named in the log.

        Raises:
            ConfigurationError: what can be taken over does not go with what has to wait; nothing was changed.
            StartError: a certificate or what is remembered does not go with it; nothing was changed.
        """
        await self.reloading.reload(config)


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
    ring = Ring()
    async with AsyncExitStack() as stack:
        redactor = Redactor(secrets_of(config), bodies=config.log.bodies)
        traces = Traces(clock, config.log.level)
        stack.enter_context(logging_to(ring, redactor, clock, traces, stderr=log_to_stderr))
        store = await stack.enter_async_context(open_store(config.store.url))
        if session is None:
            session = await stack.enter_async_context(open_session(config.twilio.base_url))
        parts = await build(config, clock, session, store)
        listeners = await open_listeners(config, parts, ring, redactor, traces, stack)
        addresses = listeners.addresses
        stack.push_async_callback(parts.supervisor.close)
        stack.callback(parts.bus.close)
        stack.push_async_callback(_drain, parts.outbox)
        if config.dataserver.open_to_all:
            _log.warning(
                "the data server answers without authentication, on loopback only", at_url=addresses.dataserver
            )
        parts.start()
        _log.info(
            "started", version=driver.__version__, dataserver=addresses.dataserver, debugtools=addresses.debugtools
        )
        yield RunningDriver(parts, listeners, Reloading(parts, listeners, redactor, traces))


async def _drain(outbox: Outbox) -> None:
    """Let attempts in flight end, for a while; what does not end is looked up at the next start."""
    outbox.stop()
    try:
        async with asyncio.timeout(DRAIN_S):
            await outbox.stopped.wait()
    except TimeoutError:
        _log.warning("attempts were still in flight when the driver stopped; they are looked up at the next start")
