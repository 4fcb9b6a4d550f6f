"""The data server's calls as an OpenAPI document, from one table that a test holds against routes and answers."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass

from aiohttp import web
from pydantic import BaseModel
from swagger_ui_bundle import swagger_ui_path

from driver.config.models import Role
from driver.dataserver import project, wire
from driver.dataserver.schemas import SCHEMAS, TEXT, WHOLE, Json, in_version_3_0, reference
from driver.dataserver.segments import SegmentsBody


@dataclass(frozen=True, slots=True)
class Call:
    """One call: what it does, takes and answers (a schema's name; empty: no JSON), and the role it needs."""

    method: str
    path: str
    summary: str
    answers: str
    body: type[BaseModel] | None = None
    status: int = 200
    role: Role | None = Role.VIEWER
    paged: bool = False


CALLS = (
    Call("post", "/api/Auth/Login", "Log in; the token lasts two hours.", "Login", wire.LoginBody, role=None),
    Call("post", "/api/Auth/Logout", "End a login, and the streams that were opened with it.", "", status=204),
    Call("get", "/api/info", "What this driver is and can do.", "Info"),
    Call("get", "/api/systems", "The system asset.", "AssetPage"),
    Call("get", "/api/assets", "Every asset with its state and why.", "AssetPage", paged=True),
    Call("get", "/api/assets/{id}", "One asset, by its id or item id.", "Asset"),
    Call(
        "post",
        "/api/assets/{id}/commands",
        "Give an asset a command. The same commandId gives the same execution.",
        "Accepted",
        wire.CommandBody,
        202,
        Role.OPERATOR,
    ),
    Call(
        "post",
        "/api/systems/{id}/commands",
        "Give the system a command as a workflow does: Send Message between any two numbers.",
        "Accepted",
        wire.CommandBody,
        202,
        Role.OPERATOR,
    ),
    Call("get", "/api/executions/{id}", "How far a command is, every attempt, and the delivery.", "Execution"),
    Call("get", "/api/alarms", "Alarms that are not over, unacknowledged first; also as CSV.", "AlarmPage", paged=True),
    Call(
        "post",
        "/api/alarms/{id}/acknowledge",
        "Acknowledge one alarm; the asset's command Acknowledge takes notice of all of them.",
        "Accepted",
        wire.AcknowledgeBody,
        202,
        Role.OPERATOR,
    ),
    Call("get", "/api/messages", "Texts in both directions, newest first; also as CSV.", "MessagePage", paged=True),
    Call(
        "get",
        "/api/deadletters",
        "Texts that were terminated or whose fate is unknown; also as CSV.",
        "ExecutionPage",
        paged=True,
    ),
    Call(
        "post", "/api/deadletters/{id}/requeue", "Send a dead letter again, once.", "Accepted", None, 202, Role.OPERATOR
    ),
    Call(
        "get",
        "/api/audit",
        "Commands and state changes, with the platform's seven columns; also as CSV.",
        "AuditPage",
        paged=True,
    ),
    Call("get", "/api/tables/{kind}", "Status, command or asset tables, as JSON or CSV.", "Table"),
    Call("put", "/api/tables/{kind}", "Import a table file, whole or not at all.", "Table", role=Role.ENGINEER),
    Call("post", "/api/tables/{kind}/preview", "What an import would change.", "Table", role=Role.ENGINEER),
    Call("post", "/api/segments", "How many parts a text makes.", "Segments", SegmentsBody),
    Call(
        "get",
        "/api/events",
        "WebSocket: hello, snapshot, then events; ?since=SEQ resumes, ?projectHash= tells the client's project.",
        "",
    ),
    Call("get", "/healthz", "Whether every task runs.", "Health", role=None),
    Call(
        "get", "/readyz", "Whether it can serve: it is the active driver and reaches its database.", "Health", role=None
    ),
    Call("get", "/metrics", "Counters for Prometheus.", "", role=None),
)


def document(version: str) -> Json:
    """Return the OpenAPI document, in the newest version that the bundled page shows."""
    paths: dict[str, Json] = {}
    schemas = dict(SCHEMAS)
    for call in CALLS:
        if call.body is not None:
            schemas[call.body.__name__] = in_version_3_0(call.body.model_json_schema(by_alias=True))
        paths.setdefault(call.path, {})[call.method] = _operation(call)
    return {
        "openapi": "3.0.3",
        "info": {"title": "Twilio SMS driver", "version": version},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(call: Call) -> Json:
    done: Json = {"description": "Accepted; not yet done" if call.status == 202 else "Done"}
    if call.answers:
        done["content"] = {"application/json": {"schema": reference(call.answers)}}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": TEXT}
        for name in ("id", "kind")
        if f"{{{name}}}" in call.path
    ]
    if call.paged:
        parameters.append({"name": "pageSize", "in": "query", "required": False, "schema": WHOLE})
        parameters.append({"name": "cursor", "in": "query", "required": False, "schema": TEXT})
    if call.role is not None:
        parameters.append({"name": project.HEADER, "in": "header", "required": False, "schema": TEXT})
    problem = {"description": "Refused", "content": {"application/problem+json": {"schema": reference("Problem")}}}
    made: Json = {"summary": call.summary, "responses": {str(call.status): done, "default": problem}}
    if parameters:
        made["parameters"] = parameters
    if call.body is not None:
        made["requestBody"] = {
            "required": True,
            "content": {"application/json": {"schema": reference(call.body.__name__)}},
        }
    if call.role is not None:
        made["security"] = [{"bearer": []}]
        made["description"] = f"Needs the role {call.role.value} or a higher one."
    return made


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Twilio SMS driver: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>"""
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});'
_PARTS = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def routes(version: str) -> Iterable[web.RouteDef]:
    """Return the document and its page. Neither holds data, so neither needs a login; nothing comes from elsewhere."""
    told = functools.cache(functools.partial(document, version))

    async def openapi(_request: web.Request) -> web.Response:
        return wire.answer(told())

    async def page(_request: web.Request) -> web.Response:
        return web.Response(text=_PAGE, content_type="text/html")

    async def start(_request: web.Request) -> web.Response:
        return web.Response(text=_START, content_type="text/javascript")

    async def part(request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if name not in _PARTS:
            raise web.HTTPNotFound
        return web.FileResponse(swagger_ui_path / name, headers={"Content-Type": _PARTS[name]})

    return [
        web.get("/openapi.json", openapi),
        web.get("/docs", page),
        web.get("/docs/start.js", start),
        web.get("/docs/{name}", part),
    ]
