"""Opens a driver: every part in the order they need each other, closed in the reverse order."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp
import structlog

import driver
from driver.app.listeners import Addresses, open_listeners
from driver.app.parts import Parts, build
from driver.clock import Clock, SystemClock
from driver.config.models import DriverConfig
from driver.debugtools.redact import Redactor
from driver.debugtools.ring import Ring
from driver.debugtools.setup import logging_to
from driver.debugtools.trace import Traces
from driver.services.outbox import Outbox
from driver.store import open_store

_log = structlog.get_logger("driver")
#: Attempts in flight get so long, in real seconds, to end when the driver stops.
DRAIN_S = 5.0
#: Sections that a reload takes over; a change in any other waits for a restart.
RELOADED = frozenset({"system", "phones", "states"})


@dataclass(frozen=True, slots=True)
class RunningDriver:
    """A driver that answers."""

    config: DriverConfig
    addresses: Addresses
    parts: Parts

    @property
    def dataserver_url(self) -> str:
        """Where workstations and programs connect."""
        return self.addresses.dataserver

    @property
    def debugtools_url(self) -> str:
        """Where the logs are."""
        return self.addresses.debugtools

    @property
    def webhook_url(self) -> str | None:
        """Where Twilio's requests arrive, or None if webhooks are off."""
        return self.addresses.webhooks

    async def settle(self, held: Callable[[], int] | None = None) -> bool:
        """Wait until nothing is in flight; True if anything was.

        ``held`` tells how many of the driver's calls the other side holds back at the moment; without it a call that is
        not answered within a real second counts as held back.
        """
        return await self.parts.activity.settle(held)

    async def reload(self, config: DriverConfig) -> None:
        """Take over the assets and the choices about states of a changed configuration, without losing anything.

        Changes in other sections are logged as waiting for a restart.
        """
        waiting = [
            name for name in DriverConfig.model_fields if name not in RELOADED and _differ(self.config, config, name)
        ]
        await self.parts.imports.reload(config)
        _log.info("configuration reloaded", assets=len(self.parts.assets.catalogue.entries))
        if waiting:
            _log.warning("changes that only a restart takes over", sections=waiting)


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
        redactor = Redactor(_secrets(config), bodies=config.log.bodies)
        traces = Traces(clock, config.log.level)
        stack.enter_context(logging_to(ring, redactor, clock, traces, stderr=log_to_stderr))
        store = await stack.enter_async_context(open_store(config.store.url))
        if session is None:
            session = await stack.enter_async_context(_session(config))
        parts = await build(config, clock, session, store)
        addresses = await open_listeners(config, parts, ring, redactor, traces, stack)
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
        yield RunningDriver(config, addresses, parts)


async def _drain(outbox: Outbox) -> None:
    """Let attempts in flight end, for a while; what does not end is looked up at the next start."""
    outbox.stop()
    try:
        async with asyncio.timeout(DRAIN_S):
            await outbox.stopped.wait()
    except TimeoutError:
        _log.warning("attempts were still in flight when the driver stopped; they are looked up at the next start")


def _session(config: DriverConfig) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=config.twilio.concurrency + 10, ttl_dns_cache=60)
    return aiohttp.ClientSession(connector=connector, trust_env=True)


def _differ(one: DriverConfig, other: DriverConfig, section: str) -> bool:
    return bool(getattr(one, section) != getattr(other, section))


def _secrets(config: DriverConfig) -> list[str]:
    twilio = config.twilio
    kept = (twilio.auth_token, twilio.auth_token_secondary, twilio.api_key_secret)
    return [secret.get_secret_value() for secret in kept if secret is not None]
