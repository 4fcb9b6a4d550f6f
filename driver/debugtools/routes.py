"""The route tables of the debug tools: their applications and access checks are made of them."""

from driver.api import login
from driver.api.debug_models import (
    AssetNamesModel,
    DebugInfoModel,
    LogPageModel,
    LogQuery,
    SelfTestModel,
    TextsModel,
    TextsQuery,
    TraceBody,
    TraceModel,
    WhyModel,
)
from driver.api.diagnostics_models import DiagnosticsModel
from driver.api.models import HealthModel
from driver.api.routing import Route
from driver.debugtools import inspect_api, log_api, trace_api
from driver.debugtools.inspect_api import Inspection
from driver.debugtools.log_api import LogServer
from driver.domain.roles import Role

#: What a driver answers in either role.
LOG_ROUTES: tuple[Route[LogServer], ...] = (
    *login.ROUTES,
    Route("GET", "/healthz", None, handler=log_api.get_health, response=HealthModel),
    Route("GET", "/api/info", Role.VIEWER, handler=log_api.get_debug_info, response=DebugInfoModel),
    Route("GET", "/api/logs", Role.ENGINEER, handler=log_api.get_logs, request=LogQuery, response=LogPageModel),
    Route("GET", "/api/logs/stream", Role.ENGINEER, handler=log_api.stream_logs, request=LogQuery),
)
#: What only the active driver answers.
INSPECT_ROUTES: tuple[Route[Inspection], ...] = (
    Route("GET", "/api/trace", Role.ENGINEER, handler=trace_api.get_trace, response=TraceModel),
    Route("PUT", "/api/trace", Role.ENGINEER, handler=trace_api.put_trace, request=TraceBody, response=TraceModel),
    Route("DELETE", "/api/trace", Role.ENGINEER, handler=trace_api.delete_trace, response=TraceModel),
    Route("GET", "/api/diagnostics", Role.ENGINEER, handler=inspect_api.get_diagnostics, response=DiagnosticsModel),
    Route("GET", "/api/assets", Role.ENGINEER, handler=inspect_api.get_asset_names, response=AssetNamesModel),
    Route("GET", "/api/texts", Role.ENGINEER, handler=inspect_api.get_texts, request=TextsQuery, response=TextsModel),
    Route("GET", "/api/why/{id:.+}", Role.ENGINEER, handler=inspect_api.get_why, response=WhyModel),
    Route("POST", "/api/selftest", Role.ENGINEER, handler=inspect_api.run_selftest, response=SelfTestModel),
)
