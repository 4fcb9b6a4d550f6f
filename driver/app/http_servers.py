"""The HTTP servers of a driver (data server, debug tools, optionally webhooks), and what they serve in each role."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

import driver
from driver.api.access import Access
from driver.api.openapi import document_route, page_routes
from driver.api.problems import problems
from driver.api.static_files import static_files
from driver.app.connections import Connections
from driver.app.diagnostics import reporter
from driver.app.file_limit import connections_for
from driver.app.relayed import RequestsOfOthers
from driver.app.sockets import BoundSocket, bound_socket, load_certificate, tls_context
from driver.app.wiring import Services
from driver.config.models import DriverConfig
from driver.dataserver import console, project_check
from driver.dataserver.app import make_app
from driver.dataserver.context import DataView, Standby, Waiting
from driver.dataserver.relay import Relay, RelayedRequests
from driver.dataserver.routes import ROUTES
from driver.dataserver.standby import make_deaf_app, make_reading_app, make_standby_app
from driver.debugtools.inspect_api import Inspection
from driver.debugtools.log_api import LogServer
from driver.debugtools.log_buffer import LogBuffer
from driver.debugtools.log_writer import LogLines
from driver.debugtools.page import FRONT, PREFIX
from driver.debugtools.redact import Redactor
from driver.debugtools.routes import make_debug_app
from driver.debugtools.trace import Traces
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.log_rate_limit import LogRateLimit
from driver.runtime.metrics import LOG_LINES_LOST, Metrics
from driver.services.inbox import hidden
from driver.webhooks.intake import Intake, StoredIntake, WebhookIntake
from driver.webhooks.server import WebhookServer
from driver.webhooks.signature import SigningKeys


@dataclass(frozen=True, slots=True)
class LogAccess:
    """Access to the driver's log: its records, their redaction, the traces, and the lines written."""

    buffer: LogBuffer
    redactor: Redactor
    traces: Traces
    lines: LogLines


@dataclass(frozen=True, slots=True)
class ServerSockets:
    """The ports that are bound as long as the driver runs."""

    dataserver: BoundSocket
    debugtools: BoundSocket
    webhooks: BoundSocket | None


class HttpServers:
    """Serves the sockets according to the driver's role and the current configuration."""

    def __init__(
        self,
        config: DriverConfig,
        access: Access,
        journal: LogAccess,
        *,
        sockets: ServerSockets,
        tls: ssl.SSLContext | None,
    ) -> None:
        self._config = config
        self._access = access
        self._journal = journal
        self.sockets = sockets
        self._tls = tls
        self._webhooks: WebhookServer | None = None

    @property
    def debug_port(self) -> int:
        """The port of the debug tools."""
        return urlsplit(self.sockets.debugtools.url).port or 0

    @property
    def server_address(self) -> str:
        """The address at which clients reach the data server."""
        return self._config.failover.server_address or self.sockets.dataserver.url

    @asynccontextmanager
    async def active(self, services: Services) -> AsyncIterator[RequestsOfOthers]:
        """Serve as the active driver while the context lasts; yield what carries out requests taken by standbys."""
        journal = self._journal
        services.metrics.watch(*LOG_LINES_LOST, lambda: journal.lines.lost)
        report = reporter(services, journal.buffer, journal.traces)
        inspection = Inspection(
            report,
            services.assets,
            services.selftest,
            journal.traces,
            journal.redactor,
            services.store,
            services.send_queue,
        )
        app = make_app(services, self._access, _pages())
        clock, activity = services.clock, services.activity
        intake = WebhookIntake(
            services.inbox, services.tracking, services.orphan_receipts, twilio_now=services.gateway.twilio_now
        )
        webhooks = _webhook_server(self._config, intake, clock, activity=activity, metrics=services.metrics)
        api = RelayedRequests(services, self._access)
        with self._checking(webhooks):
            async with self._answering(app, webhooks.app, inspection):
                yield RequestsOfOthers(services.store, api.carry_out, intake.carry_out, clock=clock, activity=activity)

    @contextmanager
    def _checking(self, webhooks: WebhookServer) -> Iterator[None]:
        """Let a webhook listener apply changed keys while the context lasts."""
        self._webhooks = webhooks
        try:
            yield
        finally:
            self._webhooks = None

    @asynccontextmanager
    async def standby(self, waiting: Waiting) -> AsyncIterator[None]:
        """Serve as a waiting driver while the context lasts; the debug tools then show only the log."""
        metrics = Metrics()
        metrics.watch(*LOG_LINES_LOST, lambda: self._journal.lines.lost)
        system = self._config.system
        app = make_standby_app(
            Standby(system.id, system.caption, self.debug_port, waiting, metrics), self._access, _pages()
        )
        async with self._answering(app, make_deaf_app(waiting), None):
            yield

    @asynccontextmanager
    async def reading(
        self, view: DataView, catch_up: Callable[[], Awaitable[None]], relay: Relay
    ) -> AsyncIterator[None]:
        """Serve as a standby that reads the database while the context lasts; ``catch_up`` refreshes the view."""
        view.metrics.watch(*LOG_LINES_LOST, lambda: self._journal.lines.lost)
        app = make_reading_app(view, catch_up, relay, access=self._access, pages=_pages())

        def hide(from_number: str, body: str) -> str:
            return hidden(view.assets.catalog, self._config.notify.pin_of(), from_number, body=body)

        intake = StoredIntake(relay.put_webhook, hide)
        webhooks = _webhook_server(self._config, intake, view.clock, activity=view.activity, metrics=view.metrics)
        with self._checking(webhooks):
            async with self._answering(app, webhooks.app, None):
                yield

    @asynccontextmanager
    async def _answering(
        self, dataserver: web.Application, webhooks: web.Application, inspection: Inspection | None
    ) -> AsyncIterator[None]:
        files = static_files("driver.debugtools.page", FRONT, PREFIX)
        log = LogServer(self._journal.buffer, urlsplit(self.sockets.dataserver.url).port or 0)
        debug = make_debug_app(log, inspection, self._access, pages=files)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.sockets.debugtools.serving(debug))
            await stack.enter_async_context(self.sockets.dataserver.serving(dataserver))
            if self.sockets.webhooks is not None:
                await stack.enter_async_context(self.sockets.webhooks.serving(webhooks))
            yield

    def reload_certificate(self, config: DriverConfig) -> None:
        """Read the certificate again, as it may have been renewed.

        Raises:
            StartError: The certificate or key cannot be read.
        """
        server = config.dataserver
        if self._tls is not None and server.tls_certificate is not None:
            load_certificate(self._tls, server.tls_certificate, server.tls_key)

    async def configure(self, config: DriverConfig) -> None:
        """Apply changed users, tokens and keys for checking Twilio's signatures."""
        self._config = config
        if config.dataserver != self._access.config:
            self._access.configure(config.dataserver)
        if self._webhooks is not None:
            self._webhooks.configure(keys=_signing_keys(config), public_url=config.receive.public_url or "")


async def open_listeners(
    config: DriverConfig, clock: Clock, journal: LogAccess, *, stack: AsyncExitStack
) -> HttpServers:
    """Bind all ports; they are released when ``stack`` closes.

    Raises:
        StartError: A port is in use, or a certificate cannot be read.
    """
    server, receive = config.dataserver, config.receive
    tls = tls_context(server.tls_certificate, server.tls_key)
    limit = LogRateLimit(clock)

    def accepting(name: str) -> Connections:
        return Connections(name, connections_for(name), limit)

    dataserver = await stack.enter_async_context(
        bound_socket(accepting("dataserver"), "data server", server.host, port=server.port, tls=tls)
    )
    debug_host, debug_port = config.debugtools.host, config.internal.debug_port
    debugtools = await stack.enter_async_context(
        bound_socket(accepting("debugtools"), "debug tools", debug_host, port=debug_port, tls=tls)
    )
    webhooks = None
    if receive.mode != "poll":
        taken = bound_socket(accepting("webhooks"), "webhook listener", receive.webhook_host, port=receive.webhook_port)
        webhooks = await stack.enter_async_context(taken)
    return HttpServers(
        config, Access(server, clock), journal, sockets=ServerSockets(dataserver, debugtools, webhooks), tls=tls
    )


def _pages() -> list[web.RouteDef]:
    """Return the routes of the console and of the API's OpenAPI document and page."""
    document = document_route("Twilio SMS driver", driver.__version__, ROUTES, headers=[project_check.HEADER])
    return [*console.routes(), document, *page_routes()]


def _webhook_server(
    config: DriverConfig, intake: Intake, clock: Clock, *, activity: IdleTracker, metrics: Metrics
) -> WebhookServer:
    server = WebhookServer(
        intake,
        clock,
        activity,
        metrics=metrics,
        account_sid=config.twilio.account_sid,
        keys=_signing_keys(config),
        public_url=config.receive.public_url or "",
    )
    server.app.middlewares.append(problems)
    return server


def _signing_keys(config: DriverConfig) -> SigningKeys:
    twilio = config.twilio
    tokens = (twilio.auth_token, twilio.auth_token_secondary)
    shared_keys = (twilio.shared_key, twilio.shared_key_secondary)
    return SigningKeys(*([one.get_secret_value() for one in each if one is not None] for each in (tokens, shared_keys)))
