"""Opens the listeners over the services: data server, debug tools and, if wanted, webhooks."""

import ssl
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web

import driver
from driver.app.diagnostics import sections
from driver.app.listen import listening, load_certificate, tls_context
from driver.app.parts import Parts
from driver.config.models import DriverConfig, Role
from driver.dataserver import console, openapi, segments
from driver.dataserver.app import make_app
from driver.dataserver.auth import Access
from driver.dataserver.pages import pages
from driver.dataserver.problems import problems
from driver.dataserver.rest import Info, Rest
from driver.dataserver.stream import Stream
from driver.dataserver.tables import TableCalls
from driver.debugtools.insight import Insight
from driver.debugtools.page import FRONT, PREFIX
from driver.debugtools.redact import Redactor
from driver.debugtools.ring import Ring
from driver.debugtools.server import DebugServer, Guard
from driver.debugtools.trace import Traces
from driver.debugtools.trace_calls import TraceCalls
from driver.webhooks.app import WebhookServer


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the listeners answer; ``webhooks`` is None unless they are on."""

    dataserver: str
    debugtools: str
    webhooks: str | None


@dataclass(frozen=True, slots=True)
class Listeners:
    """What answers at the addresses, as far as a changed configuration changes it."""

    addresses: Addresses
    access: Access
    tls: ssl.SSLContext | None
    debug: DebugServer
    webhooks: WebhookServer | None

    def reload_certificate(self, config: DriverConfig) -> None:
        """Read the certificate again, which may have been renewed.

        Raises:
            StartError: certificate or key cannot be read.
        """
        server = config.dataserver
        if self.tls is not None and server.tls_certificate is not None:
            load_certificate(self.tls, server.tls_certificate, server.tls_key)

    async def configure(self, config: DriverConfig) -> None:
        """Take over other users and tokens, and what Twilio's signatures are checked with."""
        if config.dataserver != self.access.config:
            self.access.configure(config.dataserver)
            await self.debug.look_again()
        if self.webhooks is not None:
            self.webhooks.configure(tokens=_signing_tokens(config), public_url=config.receive.public_url or "")


async def open_listeners(
    config: DriverConfig, parts: Parts, ring: Ring, redactor: Redactor, traces: Traces, stack: AsyncExitStack
) -> Listeners:
    """Open all listeners; they close with ``stack``.

    Raises:
        StartError: a port is in use, or a certificate cannot be read.
    """
    server, receive = config.dataserver, config.receive
    access = Access(server, parts.clock)
    tls = tls_context(server.tls_certificate, server.tls_key)
    rest = _rest(config, parts, access)
    dataserver = await stack.enter_async_context(
        listening(_dataserver(parts, access, rest), "data server", server.host, server.port, tls)
    )
    guard = _debug_guard(access)
    routes = [
        *pages("driver.debugtools.page", FRONT, PREFIX),
        web.post("/api/Auth/Login", rest.login),
        *TraceCalls(traces, parts.assets, guard).routes(),
        *Insight(sections(parts, ring, traces), parts.assets, parts.selftest, redactor, guard).routes(),
    ]
    debug = DebugServer(ring, guard, more=routes, problems=problems)
    debugtools = await stack.enter_async_context(
        listening(debug.app, "debug tools", config.debugtools.host, config.internal.debug_port, tls)
    )
    called, webhooks = None, None
    if receive.mode != "poll":
        called = WebhookServer(
            parts.inbox,
            parts.receipts,
            parts.claims,
            parts.clock,
            parts.activity,
            parts.metrics,
            account_sid=config.twilio.account_sid,
            tokens=_signing_tokens(config),
            public_url=receive.public_url or "",
        )
        webhooks = await stack.enter_async_context(
            listening(called.app, "webhook listener", receive.webhook_host, receive.webhook_port)
        )
    return Listeners(Addresses(dataserver, debugtools, webhooks), access, tls, debug, called)


def _rest(config: DriverConfig, parts: Parts, access: Access) -> Rest:
    info = Info(
        "Twilio SMS",
        driver.__version__,
        parts.instance_id,
        config.system.id,
        parts.project_hash,
    )
    return Rest(parts.store, parts.assets, parts.commands, access, parts.clock, info)


def _dataserver(parts: Parts, access: Access, rest: Rest) -> web.Application:
    stream = Stream(parts.bus, parts.store, parts.assets, access, parts.clock, parts.activity, rest.info)
    routes = [
        *console.routes(),
        *openapi.routes(driver.__version__),
        *TableCalls(parts.imports, access).routes(),
        *segments.routes(access),
    ]
    return make_app(rest, stream, parts.assets, parts.supervisor, parts.activity, parts.metrics, routes)


def _debug_guard(access: Access) -> Guard:
    async def guard(request: web.Request) -> None:
        await access.require(request, Role.ENGINEER)

    return guard


def _signing_tokens(config: DriverConfig) -> list[str]:
    tokens = (config.twilio.auth_token, config.twilio.auth_token_secondary)
    return [token.get_secret_value() for token in tokens if token is not None]
