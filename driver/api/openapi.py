"""The OpenAPI document of a route table, in the newest version that the bundled page supports, and that page."""

import functools
import re
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import orjson
from aiohttp import web
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema
from swagger_ui_bundle import swagger_ui_path

from driver.api.api_model import ProblemModel
from driver.api.requests import CSV, JSON
from driver.api.routing import Route
from driver.runtime.strict_json import TOKEN_PARAMETER

Json = dict[str, Any]
_REFERENCE = "#/components/schemas/{model}"
_PARAMETER = re.compile(r"{(\w+)(:[^}]*)?}")
#: The names that Python and pydantic give to a page of a list.
_PAGE_MODEL = re.compile(r"PageModel[_\[](\w+)Model[_\]]")
_TEXT: Json = {"type": "string"}


def document(title: str, version: str, routes: Iterable[Route[Any]], *, headers: Sequence[str] = ()) -> Json:
    """Return the document; ``headers`` are request headers that every route with a role accepts."""
    table = tuple(routes)
    models: dict[type[BaseModel], JsonSchemaMode] = {ProblemModel: "serialization"}
    paths: dict[str, Json] = {}
    for route in table:
        models |= {model: "serialization" for model in (route.response, route.invalid) if model is not None}
        if (model := _body_of(route)) is not None:
            models[model] = "validation"
        paths.setdefault(documented_path(route), {})[route.method.lower()] = _operation(route, headers)
    _, written = models_json_schema(list(models.items()), ref_template=_REFERENCE, schema_generator=_Generator)
    definitions = written["$defs"]
    return {
        "openapi": "3.0.3",
        "info": {"title": title, "version": version},
        "paths": paths,
        "components": {
            "schemas": {_name(name): in_version_3_0(schema, definitions) for name, schema in definitions.items()},
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "parameter": {"type": "apiKey", "in": "query", "name": TOKEN_PARAMETER},
            },
        },
    }


def documented_path(route: Route[Any]) -> str:
    """Return the path of a route without the patterns of its parameters."""
    return _PARAMETER.sub(r"{\1}", route.path)


class _Generator(GenerateJsonSchema):
    """Omits titles, which only repeat the names; in responses, every field that is never omitted is required."""

    def field_title_should_be_set(self, _schema: object) -> bool:
        return False

    def field_is_required(self, field: Any, total: bool) -> bool:
        if self.mode == "serialization":
            return "serialization_exclude_if" not in field
        return super().field_is_required(field, total)


def _operation(route: Route[Any], headers: Sequence[str]) -> Json:
    done: Json = {"description": "Accepted; not carried out yet" if route.status == 202 else "Success"}
    if route.response is not None:
        done["content"] = {JSON: {"schema": _reference(route.response)}}
    if route.csv:
        done["content"][CSV] = {"schema": _TEXT}
    responses = {str(route.status): done, "default": _problem("Error", ProblemModel)}
    if route.invalid is not None:
        responses["422"] = _problem("Invalid", route.invalid)
    made: Json = {"summary": route.summary, "responses": responses}
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": _TEXT} for name, _ in _PARAMETER.findall(route.path)
    ]
    if route.request is not None and route.has_query:
        properties = in_version_3_0(route.request.model_json_schema(schema_generator=_Generator))["properties"]
        parameters += [
            {"name": name, "in": "query", "required": False, "schema": schema} for name, schema in properties.items()
        ]
    if (model := _body_of(route)) is not None:
        content = {JSON: {"schema": _reference(model)}}
        if route.upload is not None:
            content[CSV] = {"schema": _TEXT}
        made["requestBody"] = {"required": True, "content": content}
    taken = [*route.headers, *(headers if route.role is not None else ())]
    parameters += [{"name": name, "in": "header", "required": False, "schema": _TEXT} for name in taken]
    if route.role is not None:
        made["security"] = [{"bearer": []}, {"parameter": []}]
        made["description"] = f"Requires the role {route.role.value} or higher."
    if parameters:
        made["parameters"] = parameters
    return made


def _body_of(route: Route[Any]) -> type[BaseModel] | None:
    return route.upload or (None if route.has_query else route.request)


def _problem(description: str, model: type[ProblemModel]) -> Json:
    return {"description": description, "content": {"application/problem+json": {"schema": _reference(model)}}}


def _name(model: str) -> str:
    """Return the name of a model, or of a reference to one, in the document: ``Alarm``, ``AlarmPage``."""
    return _PAGE_MODEL.sub(r"\1Page", model).removesuffix("Model")


def _reference(model: type[BaseModel]) -> Json:
    return {"$ref": _REFERENCE.format(model=_name(model.__name__))}


def in_version_3_0(schema: Any, definitions: Mapping[str, Json] = MappingProxyType({})) -> Any:
    """Convert a schema by pydantic, which targets OpenAPI 3.1, to OpenAPI 3.0.

    Nullable references to ``definitions`` are inlined, because 3.0 does not allow null beside a reference.
    """
    if isinstance(schema, list):
        return [in_version_3_0(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: in_version_3_0(value, definitions) for key, value in schema.items()}
    choices = made.pop("anyOf", None)
    if choices is not None:
        kept = [choice for choice in schema["anyOf"] if choice != {"type": "null"}]
        if len(kept) < len(choices):
            kept = [definitions[part["$ref"].rpartition("/")[2]] if "$ref" in part else part for part in kept]
            made["nullable"] = True
        kept = in_version_3_0(kept, definitions)
        if len(kept) == 1:
            made = {**kept[0], **made}
        else:
            # 3.0 allows ``nullable`` only beside a type, so each choice gets it.
            null = {"nullable": True} if made.pop("nullable", False) else {}
            made = {"anyOf": [choice | null for choice in kept], **made}
    if isinstance(made.get("$ref"), str):
        made["$ref"] = _name(made["$ref"])
    if "const" in made:
        made["enum"] = [made.pop("const")]
    if made.get("nullable") and "enum" in made:
        made["enum"] = [*made["enum"], None]
    for bound in ("Minimum", "Maximum"):
        if isinstance(value := made.get(f"exclusive{bound}"), int | float):
            made |= {bound.lower(): value, f"exclusive{bound}": True}
    return made


_PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Twilio SMS driver: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css"></head><body><div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>"""
_START = 'SwaggerUIBundle({url: "/openapi.json", dom_id: "#swagger-ui", deepLinking: true});'
_TEXTS = {"": (_PAGE, "text/html"), "start.js": (_START, "text/javascript")}
_FILES = {"swagger-ui.css": "text/css", "swagger-ui-bundle.js": "text/javascript"}


def document_route(
    title: str, version: str, routes: Iterable[Route[Any]], *, headers: Sequence[str] = ()
) -> web.RouteDef:
    """Return the route of the document. It contains no data, so it needs no login."""
    written = functools.cache(lambda: orjson.dumps(document(title, version, routes, headers=headers)))

    async def openapi(_request: web.Request) -> web.Response:
        return web.Response(body=written(), content_type="application/json")

    return web.get("/openapi.json", openapi)


def page_routes() -> list[web.RouteDef]:
    """Return the routes of the page that shows the document; it loads nothing from other servers."""

    async def file(request: web.Request) -> web.StreamResponse:
        name = request.match_info.get("name", "")
        if name in _TEXTS:
            text, kind = _TEXTS[name]
            return web.Response(text=text, content_type=kind)
        if name not in _FILES:
            raise web.HTTPNotFound
        return web.FileResponse(swagger_ui_path / name, headers={"Content-Type": _FILES[name]})

    return [web.get("/docs", file), web.get("/docs/{name}", file)]
