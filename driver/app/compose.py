"""Opens a driver: every part in the order they need each other, closed in the reverse order."""

import asyncio
import functools
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import aiohttp
import structlog
from aiohttp import web

import driver
from driver.app.listen import listening, tls_context
from driver.clock import Clock, SystemClock
from driver.config.models import DriverConfig, PhoneConfig, Role, SystemConfig
from driver.dataserver import segments
from driver.dataserver.app import make_app
from driver.dataserver.auth import Access
from driver.dataserver.problems import AccessError, problem
from driver.dataserver.rest import Info, Rest
from driver.dataserver.stream import Stream
from driver.dataserver.tables import TableCalls
from driver.debugtools.redact import Redactor
from driver.debugtools.ring import Ring
from driver.debugtools.server import DebugServer, Guard
from driver.debugtools.setup import logging_to
from driver.domain.asset import AlarmRules
from driver.gateway import TwilioGateway
from driver.gateway.transport import Transport
from driver.ports.store import Remembered, SetMark
from driver.services.activity import Activity
from driver.services.assets import Assets
from driver.services.bus import EventBus
from driver.services.catalogue import Catalogue, catalogue_of
from driver.services.commands import Commands
from driver.services.health import Health
from driver.services.ids import Ids
from driver.services.imports import TableImports
from driver.services.inbox import Inbox
from driver.services.metrics import Metrics
from driver.services.outbox import Outbox
from driver.services.poller import CURSOR, Poller
from driver.services.receipts import Receipts
from driver.services.sending import Sending
from driver.services.supervisor import Supervisor
from driver.services.tables import Tables
from driver.store import SqlStore, open_store
from driver.tables.contents import TableKind
from driver.webhooks.app import STATUS_PATH, WebhookServer

_log = structlog.get_logger("driver")
FLOOR = "receive.floor"
INSTANCE = "instance.id"
#: Attempts in flight get so long, in real seconds, to end when the driver stops.
DRAIN_S = 5.0


@dataclass(frozen=True, slots=True)
class RunningDriver:
    """A driver that answers. ``webhook_url`` is None unless webhooks are on."""

    config: DriverConfig
    dataserver_url: str
    debugtools_url: str
    webhook_url: str | None
    activity: Activity

    async def settle(self, held: Callable[[], int] | None = None) -> bool:
        """Wait until nothing is in flight; True if anything was.

        ``held`` tells how many of the driver's calls the other side holds back at the moment; without it a call that
        is not answered within a real second counts as held back.
        """
        return await self.activity.settle(held)


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
        stack.enter_context(logging_to(ring, redactor, clock, config.log.level, stderr=log_to_stderr))
        store = await stack.enter_async_context(open_store(config.store.url))
        if session is None:
            session = await stack.enter_async_context(_session(config))
        yield await _compose(config, clock, session, store, ring, stack)


async def _compose(
    config: DriverConfig,
    clock: Clock,
    session: aiohttp.ClientSession,
    store: SqlStore,
    ring: Ring,
    stack: AsyncExitStack,
) -> RunningDriver:
    activity, ids = Activity(clock), Ids(clock)
    remembered = await store.remember()
    marks = await _marks(config, clock, ids, store, remembered)
    transport = Transport(
        session,
        clock,
        activity,
        timeout_s=config.twilio.timeout_s,
        connect_timeout_s=config.twilio.connect_timeout_s,
    )
    gateway = TwilioGateway(config.twilio, transport)
    states = config.states
    tables = Tables(config, marks)

    def catalogue(system: SystemConfig, phones: Sequence[PhoneConfig], rules: Callable[[str], AlarmRules]) -> Catalogue:
        return catalogue_of(system, phones, rules)

    first = catalogue(tables.system, tables.phones, tables.rules_of)
    assets = Assets(first, store, clock, ids, activity, rollup=states.child_fault_rollup)
    assets.start(remembered.assets, states.startup_grace_s)
    bus = EventBus(activity, remembered.last_seq)
    store.on_events(bus.publish)
    health = Health(gateway, assets, clock, activity, states)
    metrics = Metrics()
    receipts = Receipts(store, gateway, assets, clock, activity, metrics)
    sending = Sending(
        store,
        gateway,
        assets,
        health,
        receipts,
        clock,
        metrics,
        config.send,
        fault_on_send_failure=states.fault_on_send_failure,
        callback_url=f"{config.receive.public_url}{STATUS_PATH}" if config.receive.mode != "poll" else "",
    )
    outbox = Outbox(sending, clock, activity, per_sender_per_s=config.send.per_sender_per_s)
    commands = Commands(
        store, assets, outbox, health, clock, ids, config.send, reject_when_down=states.reject_when_down
    )
    inbox = Inbox(store, assets, metrics, datetime.fromisoformat(marks[FLOOR]))
    cursor = datetime.fromisoformat(marks.get(CURSOR) or marks[FLOOR])
    poller = Poller(store, gateway, inbox, assets, health, clock, activity, metrics, config.receive, cursor)

    async def reconfigure(
        system: SystemConfig, phones: Sequence[PhoneConfig], rules: Callable[[str], AlarmRules]
    ) -> None:
        await assets.reconfigure(catalogue(system, phones, rules))
        health.ask()

    imports = TableImports(tables, store, assets, reconfigure)
    supervisor = Supervisor(clock, activity)
    access = Access(config.dataserver, clock)
    info = Info(
        "Twilio SMS",
        driver.__version__,
        marks[INSTANCE],
        config.system.id,
        functools.partial(_project_hash, tables),
        "none" if config.dataserver.open_to_all else "required",
    )
    rest = Rest(store, assets, commands, access, clock, info)
    stream = Stream(bus, store, assets, access, clock, activity, info)
    more = [*TableCalls(imports, access).routes(), *segments.routes(access)]
    app = make_app(rest, stream, assets, supervisor, activity, metrics, more)
    tls = tls_context(config.dataserver.tls_certificate, config.dataserver.tls_key)
    server = config.dataserver
    dataserver_url = await stack.enter_async_context(listening(app, "data server", server.host, server.port, tls))
    debug = DebugServer(ring, _debug_guard(access))
    debugtools_url = await stack.enter_async_context(
        listening(debug.app, "debug tools", config.debugtools.host, config.internal.debug_port)
    )
    if server.open_to_all:
        _log.warning("the data server answers without authentication, on loopback only", address=dataserver_url)
    webhook_url = None
    if config.receive.mode != "poll":
        webhooks = WebhookServer(
            inbox,
            receipts,
            clock,
            activity,
            metrics,
            account_sid=config.twilio.account_sid,
            tokens=_signing_tokens(config),
            public_url=config.receive.public_url or "",
        )
        receive = config.receive
        webhook_url = await stack.enter_async_context(
            listening(webhooks.app, "webhook listener", receive.webhook_host, receive.webhook_port)
        )
    metrics.watch("outbox_texts", "Texts that wait or are being sent.", lambda: outbox.size)
    metrics.watch("communication", "1 while Twilio can be talked to.", lambda: 0 if assets.system_down else 1)
    metrics.watch("last_event_seq", "Number of the last event.", lambda: bus.last_seq)
    outbox.restore(remembered.outbox)
    receipts.restore(remembered.open_messages)
    stack.push_async_callback(supervisor.close)
    stack.callback(bus.close)
    stack.push_async_callback(_drain, outbox)
    for name, run in (
        ("outbox", outbox.run),
        ("health", health.run),
        ("poller", poller.run),
        ("receipts", receipts.run),
        ("assets", assets.run),
    ):
        supervisor.start(name, run)
    _log.info("started", version=driver.__version__, dataserver=dataserver_url, debugtools=debugtools_url)
    return RunningDriver(config, dataserver_url, debugtools_url, webhook_url, activity)


async def _drain(outbox: Outbox) -> None:
    """Let attempts in flight end, for a while; what does not end is looked up at the next start."""
    outbox.stop()
    try:
        async with asyncio.timeout(DRAIN_S):
            await outbox.stopped.wait()
    except TimeoutError:
        _log.warning("attempts were still in flight when the driver stopped; they are looked up at the next start")


async def _marks(
    config: DriverConfig, clock: Clock, ids: Ids, store: SqlStore, remembered: Remembered
) -> dict[str, str]:
    """Return the remembered marks; at the very first start, set from when on texts count as received by this driver."""
    marks = dict(remembered.marks)
    fresh = {}
    if FLOOR not in marks:
        floor = clock.now().replace(microsecond=0) - timedelta(seconds=config.receive.backfill_s)
        fresh[FLOOR] = floor.isoformat()
    if INSTANCE not in marks:
        fresh[INSTANCE] = ids()
    if fresh:
        await store.commit([SetMark(name, value) for name, value in fresh.items()])
    return {**marks, **fresh}


def _session(config: DriverConfig) -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit=config.twilio.concurrency + 10, ttl_dns_cache=60)
    return aiohttp.ClientSession(connector=connector, trust_env=True)


def _debug_guard(access: Access) -> Guard:
    async def guard(request: web.Request) -> None:
        try:
            await access.require(request, Role.ENGINEER)
        except AccessError as denied:
            refusal = problem(denied.status, denied.code, str(denied))
            raise _REFUSALS[denied.status](text=refusal.text, content_type="application/problem+json") from None

    return guard


_REFUSALS: dict[int, type[web.HTTPException]] = {401: web.HTTPUnauthorized, 403: web.HTTPForbidden}


def _signing_tokens(config: DriverConfig) -> list[str]:
    tokens = (config.twilio.auth_token, config.twilio.auth_token_secondary)
    return [token.get_secret_value() for token in tokens if token is not None]


def _secrets(config: DriverConfig) -> list[str]:
    twilio = config.twilio
    kept = (twilio.auth_token, twilio.auth_token_secondary, twilio.api_key_secret)
    return [secret.get_secret_value() for secret in kept if secret is not None]


def _project_hash(tables: Tables) -> str:
    """Return a fingerprint of assets and tables, by which a workstation with another project is noticed."""
    project = "".join(tables.version(kind) for kind in TableKind)
    return hashlib.sha256(project.encode()).hexdigest()[:16]
