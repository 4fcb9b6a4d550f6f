"""The route table of the data server, from which its application, access checks and OpenAPI document are built."""

from driver.api import login
from driver.api.routing import ALARMS_BODY, TABLE_BODY, C_contra, Handler, Route
from driver.api.table_models import TableBody, TableProblemModel
from driver.dataserver import alarm_history, alarms, broadcasts, handlers, stream, tables
from driver.dataserver.context import DataServer, DataView
from driver.domain.roles import Role

VIEWER, OPERATOR, ENGINEER = Role.VIEWER, Role.OPERATOR, Role.ENGINEER


def _import(method: str, path: str, handler: Handler[C_contra], *headers: str) -> Route[C_contra]:
    """Return a route that accepts a table file and, optionally, headers."""
    return Route(
        method,
        path,
        ENGINEER,
        handler,
        upload=TableBody,
        headers=headers,
        invalid=TableProblemModel,
        max_body=TABLE_BODY,
    )


#: Read requests, served by the active driver and by standbys. If several routes match a path, the first one is used.
READS: tuple[Route[DataView], ...] = (
    Route("GET", "/api/info", VIEWER, handlers.get_info),
    Route("GET", "/api/systems", VIEWER, handlers.get_systems),
    Route("GET", "/api/assets", VIEWER, handlers.get_assets),
    Route("GET", "/api/assets/{id:.+}", VIEWER, handlers.get_asset),
    Route("GET", "/api/executions/{id}", VIEWER, handlers.get_execution),
    Route("GET", "/api/broadcasts/{id}", VIEWER, broadcasts.get_broadcast),
    Route("GET", "/api/queue", VIEWER, handlers.get_queue, csv=True),
    Route("GET", "/api/alarms", VIEWER, alarms.get_alarms, csv=True),
    Route("GET", "/api/alarms/history", VIEWER, alarm_history.get_alarm_history, csv=True),
    Route("GET", "/api/alarms/statistics", VIEWER, alarm_history.get_alarm_statistics),
    Route("GET", "/api/messages", VIEWER, handlers.get_messages, csv=True),
    Route("GET", "/api/deadletters", VIEWER, handlers.get_dead_letters, csv=True),
    Route("GET", "/api/audit", VIEWER, handlers.get_audit, csv=True),
    Route("GET", "/api/tables/{kind}", VIEWER, tables.get_table, csv=True),
    _import("POST", "/api/tables/{kind}/preview", tables.preview_table),
    Route("POST", "/api/segments", VIEWER, handlers.get_segments),
    Route("GET", "/api/events", VIEWER, stream.stream_events),
)
#: Write requests, which need the active driver. Those with the status 202 are carried out after the response.
WRITES: tuple[Route[DataServer], ...] = (
    Route("POST", "/api/assets/{id:.+}/commands", OPERATOR, handlers.command_asset, status=202),
    Route("POST", "/api/systems/{id}/commands", OPERATOR, handlers.command_system, status=202),
    Route("POST", "/api/executions/{id}/cancel", OPERATOR, handlers.cancel_execution),
    Route("POST", "/api/broadcasts", OPERATOR, broadcasts.send_broadcast, status=202, max_body=ALARMS_BODY),
    Route("POST", "/api/broadcasts/{id}/cancel", OPERATOR, broadcasts.cancel_broadcast),
    Route("POST", "/api/queue/purge", OPERATOR, handlers.purge_queue),
    Route("POST", "/api/alarms/acknowledge", OPERATOR, alarms.acknowledge_alarms, max_body=ALARMS_BODY),
    Route("POST", "/api/alarms/shelve", OPERATOR, alarms.shelve_alarms, max_body=ALARMS_BODY),
    Route("POST", "/api/alarms/unshelve", OPERATOR, alarms.unshelve_alarms, max_body=ALARMS_BODY),
    Route("POST", "/api/alarms/{id}/acknowledge", OPERATOR, alarms.acknowledge, status=202),
    Route("POST", "/api/deadletters/{id}/requeue", OPERATOR, handlers.requeue, status=202),
    _import("PUT", "/api/tables/{kind}", tables.put_table, "If-Match", tables.WORKSTATION_HEADER),
)
PROBES: tuple[Route[DataView], ...] = (
    Route("GET", "/healthz", None, handlers.get_health),
    Route("GET", "/readyz", None, handlers.get_readiness),
    Route("GET", "/metrics", None, handlers.get_metrics),
)
ROUTES: tuple[Route[DataServer], ...] = (*login.ROUTES, *READS, *WRITES, *PROBES)
