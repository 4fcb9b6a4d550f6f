"""The route table of the data server: its application, access checks and OpenAPI document are made of it."""

from driver.api import alarm_models, login, models
from driver.api.bodies import ALARMS_BODY, TABLE_BODY
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
from driver.api.routing import C_contra, Handler, Route
from driver.api.table_models import ImportModel, TableBody, TableModel, TableProblemModel
from driver.dataserver import alarm_history, alarms, broadcasts, handlers, stream, tables
from driver.dataserver.context import DataServer, DataView
from driver.domain.roles import Role
from driver.runtime.strict_json import StrictBody

VIEWER, OPERATOR, ENGINEER = Role.VIEWER, Role.OPERATOR, Role.ENGINEER


def _command(
    path: str, role: Role, handler: Handler[DataServer], *, request: type[StrictBody] | None = None
) -> Route[DataServer]:
    """Return a ``POST`` that stores a command, to be carried out after the response."""
    return Route("POST", path, role, handler=handler, request=request, response=models.AcceptedModel, status=202)


def _alarms(path: str, handler: Handler[DataServer], request: type[AlarmsBody]) -> Route[DataServer]:
    """Return a ``POST`` about several alarms, which is carried out at once."""
    return Route(
        "POST",
        path,
        OPERATOR,
        handler=handler,
        request=request,
        response=alarm_models.AlarmsDoneModel,
        max_body=ALARMS_BODY,
    )


def _import(method: str, path: str, handler: Handler[C_contra], *headers: str) -> Route[C_contra]:
    """Return a request that carries a table file, and perhaps some headers."""
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


#: What can be read, of the active driver and of one on standby. Of two routes that fit an address, the first one
#: answers.
READS: tuple[Route[DataView], ...] = (
    Route("GET", "/api/info", VIEWER, handler=handlers.get_info, response=models.InfoModel),
    Route(
        "GET", "/api/systems", VIEWER, handler=handlers.get_systems, request=LongPageQuery, response=models.AssetPage
    ),
    Route("GET", "/api/assets", VIEWER, handler=handlers.get_assets, request=LongPageQuery, response=models.AssetPage),
    Route("GET", "/api/assets/{id:.+}", VIEWER, handler=handlers.get_asset, response=models.AssetModel),
    Route("GET", "/api/executions/{id}", VIEWER, handler=handlers.get_execution, response=models.ExecutionModel),
    Route("GET", "/api/broadcasts/{id}", VIEWER, handler=broadcasts.get_broadcast, response=models.BroadcastModel),
    Route(
        "GET",
        "/api/queue",
        VIEWER,
        handler=handlers.get_queue,
        request=PageQuery,
        response=models.ExecutionPage,
        csv=True,
    ),
    Route(
        "GET",
        "/api/alarms",
        VIEWER,
        handler=alarms.get_alarms,
        request=PageQuery,
        response=alarm_models.AlarmPage,
        csv=True,
    ),
    Route(
        "GET",
        "/api/alarms/history",
        VIEWER,
        handler=alarm_history.get_alarm_history,
        request=AlarmHistoryQuery,
        response=alarm_models.AlarmHistoryPage,
        csv=True,
    ),
    Route(
        "GET",
        "/api/alarms/statistics",
        VIEWER,
        handler=alarm_history.get_alarm_statistics,
        request=AlarmStatisticsQuery,
        response=alarm_models.AlarmStatisticsModel,
    ),
    Route(
        "GET",
        "/api/messages",
        VIEWER,
        handler=handlers.get_messages,
        request=MessagesQuery,
        response=models.MessagePage,
        csv=True,
    ),
    Route(
        "GET",
        "/api/deadletters",
        VIEWER,
        handler=handlers.get_dead_letters,
        request=PageQuery,
        response=models.ExecutionPage,
        csv=True,
    ),
    Route(
        "GET", "/api/audit", VIEWER, handler=handlers.get_audit, request=AuditQuery, response=models.AuditPage, csv=True
    ),
    Route(
        "GET", "/api/tables/{kind}", VIEWER, handler=tables.get_table, request=TableQuery, response=TableModel, csv=True
    ),
    _import("POST", "/api/tables/{kind}/preview", tables.preview_table),
    Route(
        "POST",
        "/api/segments",
        VIEWER,
        handler=handlers.measure,
        request=SegmentsBody,
        response=models.SegmentsModel,
    ),
    Route("GET", "/api/events", VIEWER, handler=stream.stream_events, request=EventsQuery),
)
#: What changes something, and needs the active driver.
WRITES: tuple[Route[DataServer], ...] = (
    _command("/api/assets/{id:.+}/commands", OPERATOR, handlers.command_asset, request=CommandBody),
    _command("/api/systems/{id}/commands", OPERATOR, handlers.command_system, request=CommandBody),
    Route(
        "POST",
        "/api/executions/{id}/cancel",
        OPERATOR,
        handler=handlers.cancel_execution,
        request=CancelBody,
        response=models.ExecutionModel,
    ),
    Route(
        "POST",
        "/api/broadcasts",
        OPERATOR,
        handler=broadcasts.send_broadcast,
        request=BroadcastBody,
        response=models.BroadcastModel,
        status=202,
        max_body=ALARMS_BODY,
    ),
    Route(
        "POST",
        "/api/broadcasts/{id}/cancel",
        OPERATOR,
        handler=broadcasts.cancel_broadcast,
        request=CancelBody,
        response=models.BroadcastModel,
    ),
    Route(
        "POST",
        "/api/queue/purge",
        OPERATOR,
        handler=handlers.purge_queue,
        request=PurgeBody,
        response=models.PurgedModel,
    ),
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
