"""The route tables of the debug tools, from which their applications and access checks are built."""

from collections.abc import Iterable

from aiohttp import web

import driver
from driver.api import login
from driver.api.access import Access
from driver.api.debug_models import (
    AssetNamesModel,
    DebugInfoModel,
    DiagnosticsModel,
    LogPageModel,
    LogQuery,
    SelfTestModel,
    TextsModel,
    TextsQuery,
    TraceBody,
    TraceModel,
    WhyModel,
)
from driver.api.models import HealthModel
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
    Route("GET", "/healthz", None, handler=log_api.get_health, response=HealthModel),
    Route("GET", "/api/info", Role.VIEWER, handler=log_api.get_debug_info, response=DebugInfoModel),
    Route("GET", "/api/logs", Role.ENGINEER, handler=log_api.get_logs, request=LogQuery, response=LogPageModel),
    Route("GET", "/api/logs/stream", Role.ENGINEER, handler=log_api.stream_logs, request=LogQuery),
)
#: Served only by the active driver.
INSPECT_ROUTES: tuple[Route[Inspection], ...] = (
    Route("GET", "/api/trace", Role.ENGINEER, handler=inspect_api.get_trace, response=TraceModel),
    Route("PUT", "/api/trace", Role.ENGINEER, handler=inspect_api.put_trace, request=TraceBody, response=TraceModel),
    Route("DELETE", "/api/trace", Role.ENGINEER, handler=inspect_api.delete_trace, response=TraceModel),
    Route("GET", "/api/diagnostics", Role.ENGINEER, handler=inspect_api.get_diagnostics, response=DiagnosticsModel),
    Route("GET", "/api/assets", Role.ENGINEER, handler=inspect_api.get_asset_names, response=AssetNamesModel),
    Route("GET", "/api/texts", Role.ENGINEER, handler=inspect_api.get_texts, request=TextsQuery, response=TextsModel),
    Route("GET", "/api/why/{id:.+}", Role.ENGINEER, handler=inspect_api.get_why, response=WhyModel),
    Route("POST", "/api/selftest", Role.ENGINEER, handler=inspect_api.run_selftest, response=SelfTestModel),
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
