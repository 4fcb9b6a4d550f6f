"""Routing of the driver's HTTP servers: requests and responses match what the route defines."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from driver.api.access import Access
from driver.api.models import HealthModel, SegmentsModel
from driver.api.routing import ApiRequest, ModelResponse, Route, mount
from driver.config.dataserver import DataserverConfig
from driver.dataserver import project_check, routes, standby
from driver.debugtools.routes import INSPECT_ROUTES, LOG_ROUTES
from driver.runtime.strict_json import StrictBody
from fake_twilio import ManualClock

TABLES: tuple[tuple[Route[Any], ...], ...] = (routes.ROUTES, standby.ROUTES, LOG_ROUTES, INSPECT_ROUTES)
#: aiohttp's attributes for the parameters and body of a request.
UNTYPED = {
    "body_exists",
    "can_read_body",
    "content",
    "json",
    "multipart",
    "post",
    "query",
    "query_string",
    "raw_query_string",
    "read",
    "text",
}
REQUESTS = {"connection", "http", "request", "sent"}


def untyped_reads(file: Path) -> Iterator[str]:
    """Yield the places where a file reads a request directly."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if not isinstance(node, ast.Attribute) or node.attr not in UNTYPED:
            continue
        name = ast.unparse(node.value).rpartition(".")[2]
        if name in REQUESTS or node.attr.endswith("query"):
            yield f"{file.name}: {ast.unparse(node)}"


def test_handlers_know_of_a_request_what_its_route_declares() -> None:
    """What a handler reads directly is neither documented nor validated."""
    handlers = {Path(route.handler.__code__.co_filename) for table in TABLES for route in table}
    folders = {file.parent for file in handlers if file.parent.name != "api"}
    files = handlers | {file for folder in folders for file in folder.glob("*.py")}
    files.remove(Path(project_check.__file__))  # reads every request, whatever its route
    assert {folder.name for folder in folders} == {"dataserver", "debugtools"}
    assert [place for file in sorted(files) for place in untyped_reads(file)] == []


def test_a_request_carries_parameters_or_a_body_or_a_file_with_parameters() -> None:
    for table in TABLES:
        for route in table:
            if route.upload is not None:
                assert route.has_query, route.path
            elif route.request is not None:
                assert route.has_query is not issubclass(route.request, StrictBody), route.path


async def test_a_response_is_of_the_model_in_the_signature_of_the_handler() -> None:
    async def model(_context: None, _request: ApiRequest[None]) -> HealthModel:
        return HealthModel(status="ok")

    async def more(_context: None, _request: ApiRequest[None]) -> ModelResponse[HealthModel] | web.Response:
        return ModelResponse(HealthModel(status="ok"))

    async def other(_context: None, _request: ApiRequest[None]) -> SegmentsModel:
        return cast("SegmentsModel", HealthModel(status="ok"))

    async def none(_context: None, _request: ApiRequest[None]) -> None:
        return cast("None", HealthModel(status="ok"))

    access = Access(DataserverConfig(), ManualClock())
    for handler, response in ((model, HealthModel), (more, HealthModel), (other, SegmentsModel), (none, None)):
        route: Route[None] = Route("GET", "/", None, handler)
        assert (route.request, route.response) == (None, response)
        (mounted,) = mount([route], None, access)
        request = make_mocked_request("GET", "/")
        if response is not HealthModel:
            with pytest.raises(TypeError, match="GET / returned a HealthModel"):
                await mounted.handler(request)
        else:
            answer = await mounted.handler(request)
            assert isinstance(answer, web.Response)
            assert (answer.status, answer.body) == (200, b'{"status":"ok"}')
