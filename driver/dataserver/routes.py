"""The route table of the data server, from which its application, access checks and OpenAPI document are built."""

from pydantic import BaseModel

from driver.api import alarm_models, login, models
from driver.api.requests import (
    AcknowledgeAlarmsBody,
    AcknowledgeBody,
    AlarmHistoryQuery,
    AlarmsBody,
    AlarmStatisticsQuery,
    AuditQuery,
    BroadcastBody,
    CancelBody,
    CommandBody,
    EventsQuery,
    ImportQuery,
    LongPageQuery,
    MessagesQuery,
    PageQuery,
    PurgeBody,
    SegmentsBody,
    ShelveBody,
    TableQuery,
)
from driver.api.routing import ALARMS_BODY, COMMAND_BODY, TABLE_BODY, C_contra, Handler, Route
from driver.api.table_models import ImportModel, TableBody, TableModel, TableProblemModel
from driver.dataserver import alarm_history, alarms, broadcasts, handlers, stream, tables
from driver.dataserver.context import DataServer, DataView
from driver.domain.roles import Role
from driver.runtime.strict_json import StrictBody, StrictQuery

VIEWER, OPERATOR, ENGINEER = Role.VIEWER, Role.OPERATOR, Role.ENGINEER


def _get(
    path: str,
    handler: Handler[DataView],
    response: type[BaseModel] | None = None,
    *,
    request: type[StrictQuery] | None = None,
    csv: bool = False,
) -> Route[DataView]:
    """Return a ``GET`` route for viewers."""
    return Route("GET", path, VIEWER, handler=handler, request=request, response=response, csv=csv)


def _post(
    path: str,
    handler: Handler[DataServer],
    request: type[StrictBody],
    *,
    response: type[BaseModel],
    status: int = 200,
    max_body: int = COMMAND_BODY,
) -> Route[DataServer]:
    """Return a ``POST`` route by which operators change something."""
    return Route(
        "POST", path, OPERATOR, handler=handler, request=request, response=response, status=status, max_body=max_body
    )


def _command(
    path: str, role: Role, handler: Handler[DataServer], *, request: type[StrictBody] | None = None
) -> Route[DataServer]:
    """Return a ``POST`` route that stores a command, which is carried out after the response."""
    return Route("POST", path, role, handler=handler, request=request, response=models.AcceptedModel, status=202)


def _alarms(path: str, handler: Handler[DataServer], request: type[AlarmsBody]) -> Route[DataServer]:
    """Return a ``POST`` route that changes several alarms before it responds."""
    return _post(path, handler, request, response=alarm_models.AlarmsDoneModel, max_body=ALARMS_BODY)


def _import(method: str, path: str, handler: Handler[C_contra], *headers: str) -> Route[C_contra]:
    """Return a route that accepts a table file and, optionally, headers."""
    return Route(
        method,
        path,
        ENGINEER,
        handler=handler,
        request=ImportQuery,
        upload=TableBody,
        response=ImportModel,
        headers=headers,
        invalid=TableProblemModel,
        max_body=TABLE_BODY,
    )


#: Read requests, served by the active driver and by standbys. If several routes match a path, the first one is used.
READS: tuple[Route[DataView], ...] = (
    _get("/api/info", handlers.get_info, models.InfoModel),
    _get("/api/systems", handlers.get_systems, models.AssetPage, request=LongPageQuery),
    _get("/api/assets", handlers.get_assets, models.AssetPage, request=LongPageQuery),
    _get("/api/assets/{id:.+}", handlers.get_asset, models.AssetModel),
    _get("/api/executions/{id}", handlers.get_execution, models.ExecutionModel),
    _get("/api/broadcasts/{id}", broadcasts.get_broadcast, models.BroadcastModel),
    _get("/api/queue", handlers.get_queue, models.ExecutionPage, request=PageQuery, csv=True),
    _get("/api/alarms", alarms.get_alarms, alarm_models.AlarmPage, request=PageQuery, csv=True),
    _get(
        "/api/alarms/history",
        alarm_history.get_alarm_history,
        alarm_models.AlarmHistoryPage,
        request=AlarmHistoryQuery,
        csv=True,
    ),
    _get(
        "/api/alarms/statistics",
        alarm_history.get_alarm_statistics,
        alarm_models.AlarmStatisticsModel,
        request=AlarmStatisticsQuery,
    ),
    _get("/api/messages", handlers.get_messages, models.MessagePage, request=MessagesQuery, csv=True),
    _get("/api/deadletters", handlers.get_dead_letters, models.ExecutionPage, request=PageQuery, csv=True),
    _get("/api/audit", handlers.get_audit, models.AuditPage, request=AuditQuery, csv=True),
    _get("/api/tables/{kind}", tables.get_table, TableModel, request=TableQuery, csv=True),
    _import("POST", "/api/tables/{kind}/preview", tables.preview_table),
    Route(
        "POST", "/api/segments", VIEWER, handler=handlers.measure, request=SegmentsBody, response=models.SegmentsModel
    ),
    _get("/api/events", stream.stream_events, request=EventsQuery),
)
#: Write requests, which need the active driver.
WRITES: tuple[Route[DataServer], ...] = (
    _command("/api/assets/{id:.+}/commands", OPERATOR, handlers.command_asset, request=CommandBody),
    _command("/api/systems/{id}/commands", OPERATOR, handlers.command_system, request=CommandBody),
    _post("/api/executions/{id}/cancel", handlers.cancel_execution, CancelBody, response=models.ExecutionModel),
    _post(
        "/api/broadcasts",
        broadcasts.send_broadcast,
        BroadcastBody,
        response=models.BroadcastModel,
        status=202,
        max_body=ALARMS_BODY,
    ),
    _post("/api/broadcasts/{id}/cancel", broadcasts.cancel_broadcast, CancelBody, response=models.BroadcastModel),
    _post("/api/queue/purge", handlers.purge_queue, PurgeBody, response=models.PurgedModel),
    _alarms("/api/alarms/acknowledge", alarms.acknowledge_alarms, AcknowledgeAlarmsBody),
    _alarms("/api/alarms/shelve", alarms.shelve_alarms, ShelveBody),
    _alarms("/api/alarms/unshelve", alarms.unshelve_alarms, AlarmsBody),
    _command("/api/alarms/{id}/acknowledge", OPERATOR, alarms.acknowledge, request=AcknowledgeBody),
    _command("/api/deadletters/{id}/requeue", OPERATOR, handlers.requeue),
    _import("PUT", "/api/tables/{kind}", tables.put_table, "If-Match", tables.WORKSTATION_HEADER),
)
PROBES: tuple[Route[DataView], ...] = (
    Route("GET", "/healthz", None, handler=handlers.get_health, response=models.HealthModel),
    Route("GET", "/readyz", None, handler=handlers.get_readiness, response=models.ReadinessModel),
    Route("GET", "/metrics", None, handler=handlers.get_metrics),
)
ROUTES: tuple[Route[DataServer], ...] = (*login.ROUTES, *READS, *WRITES, *PROBES)
