"""Makes the debug tools' application of their route tables."""

from collections.abc import Iterable

from aiohttp import web

import driver
from driver.api.access import Access
from driver.api.openapi import document_route
from driver.api.problems import problems
from driver.api.routing import mount
from driver.debugtools.inspect_api import Inspection
from driver.debugtools.log_api import LogServer
from driver.debugtools.routes import INSPECT_ROUTES, LOG_ROUTES


def make_debug_app(
    log: LogServer, inspection: Inspection | None, access: Access, *, pages: Iterable[web.AbstractRouteDef]
) -> web.Application:
    """Return the application, with the routes of its ``pages``; without an inspection it shows the log alone."""
    document = document_route("Twilio SMS driver: debug tools", driver.__version__, [*LOG_ROUTES, *INSPECT_ROUTES])
    app = web.Application(middlewares=[problems])
    app.add_routes([*mount(LOG_ROUTES, log, access), document, *pages])
    if inspection is not None:
        app.add_routes(mount(INSPECT_ROUTES, inspection, access))
    app.on_shutdown.append(log.say_goodbye)
    return app
