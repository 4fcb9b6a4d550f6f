"""The route tables of the debug tools, from which their applications and access checks are built."""

from collections.abc import Iterable

from aiohttp import web

import driver
from driver.api import login
from driver.api.access import Access
from driver.api.openapi import document_route
from driver.api.problems import problems
from driver.api.routing import Route, mount
from driver.debugtools import inspect_api, log_api
from driver.debugtools.inspect_api import Inspection
from driver.debugtools.log_api import LogServer
from driver.domain.roles import Role

#: Served in either role.
LOG_ROUTES: tuple[Route[LogServer], ...] = (
    *login.ROUTES,
    Route("GET", "/healthz", None, log_api.get_health),
    Route("GET", "/api/info", Role.VIEWER, log_api.get_debug_info),
    Route("GET", "/api/logs", Role.ENGINEER, log_api.get_logs),
    Route("GET", "/api/logs/stream", Role.ENGINEER, log_api.stream_logs),
)
#: Served only by the active driver.
INSPECT_ROUTES: tuple[Route[Inspection], ...] = (
    Route("GET", "/api/trace", Role.ENGINEER, inspect_api.get_trace),
    Route("PUT", "/api/trace", Role.ENGINEER, inspect_api.put_trace),
    Route("DELETE", "/api/trace", Role.ENGINEER, inspect_api.delete_trace),
    Route("GET", "/api/diagnostics", Role.ENGINEER, inspect_api.get_diagnostics),
    Route("GET", "/api/assets", Role.ENGINEER, inspect_api.get_asset_names),
    Route("GET", "/api/stories", Role.ENGINEER, inspect_api.get_stories),
    Route("GET", "/api/why/{id:.+}", Role.ENGINEER, inspect_api.get_why),
    Route("POST", "/api/selftest", Role.ENGINEER, inspect_api.run_selftest),
)


def make_debug_app(
    log: LogServer, inspection: Inspection | None, access: Access, *, pages: Iterable[web.AbstractRouteDef]
) -> web.Application:
    """Return the application, with the routes of its ``pages``; without an inspection, it only shows the log."""
    document = document_route("Twilio SMS driver: debug tools", driver.__version__, [*LOG_ROUTES, *INSPECT_ROUTES])
    app = web.Application(middlewares=[problems])
    app.add_routes([*mount(LOG_ROUTES, log, access), document, *pages])
    if inspection is not None:
        app.add_routes(mount(INSPECT_ROUTES, inspection, access))
    app.on_shutdown.append(log.say_goodbye)
    return app
