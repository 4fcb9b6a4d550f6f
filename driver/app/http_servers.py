"""The HTTP servers of a driver (data server, debug tools, optionally webhooks), and what they serve in each role."""

import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

from aiohttp import web

import driver
from driver.api.access import Access
from driver.api.openapi import document_route, page_routes
from driver.api.problems import problems
from driver.api.routing import mount
from driver.api.static_files import static_files
from driver.app.connections import BoundSocket
from driver.app.diagnostics import diagnostics
from driver.app.relayed import RequestsOfOthers
from driver.app.sockets import bound_socket, load_certificate, tls_context
from driver.app.wiring import Services
from driver.config.models import DriverConfig
from driver.dataserver import project_check
from driver.dataserver.app import application
from driver.dataserver.context import DataView, Standby, Waiting
from driver.dataserver.relay import Relay, RelayedRequests
from driver.dataserver.routes import ROUTES
from driver.dataserver.standby import make_deaf_app, make_reading_app, make_standby_app
from driver.debugtools.inspect_api import Inspection
from driver.debugtools.log_api import LogServer
from driver.debugtools.logging_setup import LogAccess
from driver.debugtools.routes import make_debug_app
from driver.runtime.clock import Clock
from driver.runtime.metrics import LOG_LINES_LOST, Metrics
from driver.services.inbox import hidden
from driver.webhooks.intake import Intake, StoredIntake, WebhookIntake
from driver.webhooks.server import WebhookServer


@dataclass(eq=False)
class HttpServers:
    """Serves the ports, bound as long as the driver runs, according to its role and the current configuration."""

    config: DriverConfig
    access: Access
    journal: LogAccess
    tls: ssl.SSLContext | None
    dataserver: BoundSocket
    debugtools: BoundSocket
    webhooks: BoundSocket | None = None
    _webhook_server: WebhookServer | None = None

    @property
    def debug_port(self) -> int:
        """The port of the debug tools."""
        return urlsplit(self.debugtools.url).port or 0

    @property
    def server_address(self) -> str:
        """The address at which clients reach the data server."""
        return self.config.failover.server_address or self.dataserver.url

    @asynccontextmanager
    async def active(self, services: Services) -> AsyncIterator[RequestsOfOthers]:
        """Serve as the active driver while the context lasts; yield what carries out requests taken by standbys."""
        journal = self.journal
        services.metrics.watch(*LOG_LINES_LOST, lambda: journal.lines.lost)
        report = partial(diagnostics, services, journal, services.clock.now())
        inspection = Inspection(
            report, journal, services.assets, services.selftest, services.store, services.send_queue
        )
        app = application(services, self.access)
        app.add_routes([*mount(ROUTES, services, self.access), *_pages()])
        clock, activity = services.clock, services.activity
        intake = WebhookIntake(
            services.inbox, services.tracking, services.orphan_receipts, twilio_now=services.gateway.twilio_now
        )
        webhooks = self._webhooks_for(intake, services)
        api = RelayedRequests(services, self.access)
        async with self._answering(app, webhooks.app, inspection):
            yield RequestsOfOthers(services.store, api.carry_out, intake.carry_out, clock, activity)

    @asynccontextmanager
    async def standby(self, waiting: Waiting) -> AsyncIterator[None]:
        """Serve as a waiting driver while the context lasts; the debug tools then show only the log."""
        metrics = Metrics()
        metrics.watch(*LOG_LINES_LOST, lambda: self.journal.lines.lost)
        system = self.config.system
        app = make_standby_app(
            Standby(system.id, system.caption, self.debug_port, waiting, metrics), self.access, _pages()
        )
        async with self._answering(app, make_deaf_app(waiting)):
            yield

    @asynccontextmanager
    async def reading(
        self, view: DataView, catch_up: Callable[[], Awaitable[None]], relay: Relay
    ) -> AsyncIterator[None]:
        """Serve as a standby that reads the database while the context lasts; ``catch_up`` refreshes the view."""
        view.metrics.watch(*LOG_LINES_LOST, lambda: self.journal.lines.lost)
        app = make_reading_app(view, catch_up, relay, access=self.access, pages=_pages())

        def hide(from_number: str, body: str) -> str:
            return hidden(view.assets.catalog, self.config.notify.pin_of(), from_number, body=body)

        intake = StoredIntake(relay.put_webhook, hide)
        webhooks = self._webhooks_for(intake, view)
        async with self._answering(app, webhooks.app):
            yield

    @asynccontextmanager
    async def _answering(
        self, dataserver: web.Application, webhooks: web.Application, inspection: Inspection | None = None
    ) -> AsyncIterator[None]:
        files = static_files("driver.debugtools.page", "debug.html", "/page")
        log = LogServer(self.journal.buffer, urlsplit(self.dataserver.url).port or 0)
        debug = make_debug_app(log, inspection, self.access, pages=files)
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self.debugtools.serving(debug))
            await stack.enter_async_context(self.dataserver.serving(dataserver))
            if self.webhooks is not None:
                await stack.enter_async_context(self.webhooks.serving(webhooks))
            yield

    def _webhooks_for(self, intake: Intake, view: DataView) -> WebhookServer:
        """Return the webhook server of a role; changed keys are applied to it."""
        server = self._webhook_server = WebhookServer(
            intake, view.clock, view.activity, metrics=view.metrics, config=self.config
        )
        server.app.middlewares.append(problems)
        return server

    def reload_certificate(self, config: DriverConfig) -> None:
        """Read the certificate again, as it may have been renewed.

        Raises:
            StartError: The certificate or key cannot be read.
        """
        server = config.dataserver
        if self.tls is not None and server.tls_certificate is not None:
            load_certificate(self.tls, server.tls_certificate, server.tls_key)

    async def configure(self, config: DriverConfig) -> None:
        """Apply changed users, tokens and keys for checking Twilio's signatures."""
        self.config = config
        if config.dataserver != self.access.config:
            self.access.configure(config.dataserver)
        if self._webhook_server is not None:
            self._webhook_server.configure(config)


async def open_listeners(
    config: DriverConfig, clock: Clock, journal: LogAccess, *, stack: AsyncExitStack
) -> HttpServers:
    """Bind all ports; they are released when ``stack`` closes.

    Raises:
        StartError: A port is in use, or a certificate cannot be read.
    """
    server, receive = config.dataserver, config.receive
    tls = tls_context(server.tls_certificate, server.tls_key)
    dataserver = await stack.enter_async_context(
        bound_socket("dataserver", "data server", server.host, port=server.port, clock=clock, tls=tls)
    )
    debug_host, debug_port = config.debugtools.host, config.internal.debug_port
    debugtools = await stack.enter_async_context(
        bound_socket("debugtools", "debug tools", debug_host, port=debug_port, clock=clock, tls=tls)
    )
    listeners = HttpServers(config, Access(server, clock), journal, tls, dataserver, debugtools)
    if receive.mode != "poll":
        listeners.webhooks = await stack.enter_async_context(
            bound_socket("webhooks", "webhook listener", receive.webhook_host, port=receive.webhook_port, clock=clock)
        )
    return listeners


def _pages() -> list[web.RouteDef]:
    """Return the routes of the console and of the API's OpenAPI document and page."""
    document = document_route("Twilio SMS driver", driver.__version__, ROUTES, headers=[project_check.HEADER])
    return [*static_files("driver.dataserver.console", "console.html", "/console"), document, *page_routes()]
