"""The doors of a driver (data server, debug tools, webhooks if wanted) and what answers behind them in which role."""

import ssl
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from aiohttp import web

import driver
from driver.app.connections import Connections
from driver.app.diagnostics import sections
from driver.app.file_limit import connections_for
from driver.app.sockets import BoundSocket, bound_socket, load_certificate, tls_context
from driver.app.wiring import Services
from driver.config.models import DriverConfig, Role
from driver.dataserver import console, login, openapi, segments
from driver.dataserver.app import make_app
from driver.dataserver.auth import Access
from driver.dataserver.info import Info
from driver.dataserver.pages import pages
from driver.dataserver.problems import problems
from driver.dataserver.project import SameProject
from driver.dataserver.rest import Rest, Site
from driver.dataserver.standby import Waiting, make_deaf_app, make_standby_app
from driver.dataserver.stream import Stream
from driver.dataserver.tables import TableCalls
from driver.debugtools.insight import Insight
from driver.debugtools.log_lines import LogLines
from driver.debugtools.page import FRONT, PREFIX
from driver.debugtools.redact import Redactor
from driver.debugtools.ring import Ring
from driver.debugtools.server import DebugServer
from driver.debugtools.trace import Traces
from driver.debugtools.trace_calls import TraceCalls
from driver.runtime.clock import Clock
from driver.runtime.log_rate_limit import LogRateLimit
from driver.runtime.metrics import LOG_LINES_LOST, Metrics
from driver.webhooks.server import WebhookServer


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the listeners answer; ``webhooks`` is None unless they are on."""

    dataserver: str
    debugtools: str
    webhooks: str | None


@dataclass(frozen=True, slots=True)
class LogAccess:
    """What the driver says of itself: the log's records, what may be shown of them, what is traced, what is written."""

    ring: Ring
    redactor: Redactor
    traces: Traces
    lines: LogLines


@dataclass(frozen=True, slots=True)
class DebugGuard:
    """Lets engineers use the debug tools."""

    access: Access

    async def __call__(self, request: web.Request) -> None:
        """Raise the refusal if the caller may not look."""
        await self.access.require(request, Role.ENGINEER)

    def watched(self, request: web.Request, tell: Callable[[str], None]) -> AbstractContextManager[None]:
        """Have ``tell`` called when, while the context lasts, the caller may no longer look."""
        return self.access.watched(request, Role.ENGINEER, tell)


@dataclass(frozen=True, slots=True)
class ServerSockets:
    """The ports that are taken as long as the driver runs."""

    dataserver: BoundSocket
    debugtools: BoundSocket
    webhooks: BoundSocket | None


class HttpServers:
    """Has the doors answered as the driver's role has it, and as the configuration in force says."""

    def __init__(
        self, config: DriverConfig, access: Access, journal: LogAccess, doors: ServerSockets, tls: ssl.SSLContext | None
    ) -> None:
        self._config = config
        self._access = access
        self._journal = journal
        self._doors = doors
        self._tls = tls
        self._webhooks: WebhookServer | None = None

    @property
    def addresses(self) -> Addresses:
        """Where the listeners answer."""
        webhooks = self._doors.webhooks
        return Addresses(self._doors.dataserver.url, self._doors.debugtools.url, webhooks.url if webhooks else None)

    @property
    def server_address(self) -> str:
        """Where clients reach the data server."""
        return self._config.failover.server_address or self._doors.dataserver.url

    @asynccontextmanager
    async def active(self, services: Services) -> AsyncIterator[None]:
        """Answer as the active driver while the context lasts."""
        ring, redactor, traces = self._journal.ring, self._journal.redactor, self._journal.traces
        guard = DebugGuard(self._access)
        services.metrics.watch(*LOG_LINES_LOST, lambda: self._journal.lines.lost)
        insight = [
            *TraceCalls(traces, services.assets, guard).routes(),
            *Insight(sections(services, ring, traces), services.assets, services.selftest, redactor, guard).routes(),
        ]
        app = dataserver_app(services, self._access, active_site(self._config, services, self.server_address))
        webhooks = _webhook_server(self._config, services)
        self._webhooks = webhooks
        try:
            async with self._answering(app, webhooks.app, insight):
                yield
        finally:
            self._webhooks = None

    @asynccontextmanager
    async def standby(self, waiting: Waiting) -> AsyncIterator[None]:
        """Answer as a driver that waits, while the context lasts; the debug tools then show the log only."""
        routes = [*console.routes(), *openapi.routes(driver.__version__)]
        metrics = Metrics()
        metrics.watch(*LOG_LINES_LOST, lambda: self._journal.lines.lost)
        app = make_standby_app(_info(self._config), waiting, self._access, metrics, routes)
        async with self._answering(app, make_deaf_app(waiting), ()):
            yield

    @asynccontextmanager
    async def _answering(
        self, dataserver: web.Application, webhooks: web.Application, insight: Iterable[web.RouteDef]
    ) -> AsyncIterator[None]:
        routes = [*pages("driver.debugtools.page", FRONT, PREFIX), *login.routes(self._access), *insight]
        guard = DebugGuard(self._access)
        debug = DebugServer(self._journal.ring, guard, more=routes, problems=problems)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._doors.debugtools.serving(debug.app))
            await stack.enter_async_context(self._doors.dataserver.serving(dataserver))
            if self._doors.webhooks is not None:
                await stack.enter_async_context(self._doors.webhooks.serving(webhooks))
            yield

    def reload_certificate(self, config: DriverConfig) -> None:
        """Read the certificate again, which may have been renewed.

        Raises:
            StartError: certificate or key cannot be read.
        """
        server = config.dataserver
        if self._tls is not None and server.tls_certificate is not None:
            load_certificate(self._tls, server.tls_certificate, server.tls_key)

    async def configure(self, config: DriverConfig) -> None:
        """Take over other users and tokens, and what Twilio's signatures are checked with."""
        self._config = config
        if config.dataserver != self._access.config:
            self._access.configure(config.dataserver)
        if self._webhooks is not None:
            self._webhooks.configure(tokens=_signing_tokens(config), public_url=config.receive.public_url or "")


async def open_listeners(config: DriverConfig, clock: Clock, journal: LogAccess, stack: AsyncExitStack) -> HttpServers:
    """Take all ports; they are free again when ``stack`` closes.

    Raises:
        StartError: a port is in use, or a certificate cannot be read.
    """
    server, receive = config.dataserver, config.receive
    tls = tls_context(server.tls_certificate, server.tls_key)
    limit = LogRateLimit(clock)

    def accepting(name: str) -> Connections:
        return Connections(name, connections_for(name), limit)

    dataserver = await stack.enter_async_context(
        bound_socket(accepting("dataserver"), "data server", server.host, server.port, tls)
    )
    debug_host, debug_port = config.debugtools.host, config.internal.debug_port
    debugtools = await stack.enter_async_context(
        bound_socket(accepting("debugtools"), "debug tools", debug_host, debug_port, tls)
    )
    webhooks = None
    if receive.mode != "poll":
        taken = bound_socket(accepting("webhooks"), "webhook listener", receive.webhook_host, receive.webhook_port)
        webhooks = await stack.enter_async_context(taken)
    return HttpServers(config, Access(server, clock), journal, ServerSockets(dataserver, debugtools, webhooks), tls)


def active_site(config: DriverConfig, services: Services, address: str) -> Site:
    """Return what the active driver tells of itself."""
    return Site(_info(config), services.instance_id, services.store.leadership.term, address, services.project_hash)


def dataserver_app(services: Services, access: Access, site: Site) -> web.Application:
    """Return the active driver's data server."""
    rest = Rest(services.store, services.assets, services.commands, services.dead_letters, access, services.clock, site)
    project = SameProject(services.project_hash, access)
    stream = Stream(
        services.bus, services.store, services.assets, access, services.clock, services.activity, site, project
    )
    routes = [
        *console.routes(),
        *openapi.routes(driver.__version__),
        *TableCalls(services.imports, access).routes(),
        *segments.routes(access),
    ]
    return make_app(
        rest,
        stream,
        services.store,
        project,
        services.assets,
        services.supervisor,
        services.activity,
        services.metrics,
        routes,
    )


def _info(config: DriverConfig) -> Info:
    return Info("Twilio SMS", driver.__version__, config.system.id)


def _webhook_server(config: DriverConfig, services: Services) -> WebhookServer:
    server = WebhookServer(
        services.inbox,
        services.tracking,
        services.orphan_receipts,
        services.gateway.twilio_now,
        services.clock,
        services.activity,
        services.metrics,
        account_sid=config.twilio.account_sid,
        tokens=_signing_tokens(config),
        public_url=config.receive.public_url or "",
    )
    server.app.middlewares.append(problems)
    return server


def _signing_tokens(config: DriverConfig) -> list[str]:
    tokens = (config.twilio.auth_token, config.twilio.auth_token_secondary)
    return [token.get_secret_value() for token in tokens if token is not None]
