"""The API's document says what the data server really does, and its page works without internet."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from pydantic import BaseModel

from driver.app import http_servers
from driver.dataserver.auth import Access
from driver.dataserver.openapi import CALLS, document
from driver.dataserver.schemas import in_version_3_0
from driver.domain.commands import ExecutionState
from support.driver_site import GUARD, OURS, site

DOCUMENT = document("0")


def schema(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", "components": DOCUMENT["components"]}


def test_the_document_is_valid_by_the_official_schema_of_its_version() -> None:
    assert DOCUMENT["openapi"].startswith("3.0.")
    assert [error.message for error in OpenAPIV30SpecValidator(DOCUMENT).iter_errors()] == []
    for name, found in DOCUMENT["components"]["schemas"].items():
        assert found["type"] == "object", name


def test_bodies_are_written_in_the_documents_version() -> None:
    class Body(BaseModel):
        text: str | None = None
        several: int | str | None = None
        needed: list[str | None]

    properties = in_version_3_0(Body.model_json_schema())["properties"]
    assert properties["text"] == {"type": "string", "nullable": True, "default": None, "title": "Text"}
    assert properties["several"]["anyOf"] == [{"type": "integer"}, {"type": "string"}]
    assert properties["several"]["nullable"] is True
    assert properties["needed"]["items"] == {"type": "string", "nullable": True}


async def test_the_document_names_exactly_the_calls_there_are(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        driver = here.driver
        access = Access(driver.config.dataserver, here.clock)
        site_told = http_servers.active_site(driver.config, driver.services, driver.dataserver_url)
        app = http_servers.dataserver_app(driver.services, access, site_told)
        there = {
            (route.method.lower(), re.sub(r":[^}]*}", "}", route.resource.canonical))
            for route in app.router.routes()
            if route.resource is not None and route.method != "HEAD"
        }
        pages = {path for _, path in there if path in ("/", "/openapi.json") or path.startswith(("/docs", "/console"))}
        assert {(call.method, call.path) for call in CALLS} == {call for call in there if call[1] not in pages}


async def test_answers_have_the_promised_shape(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        dead = await here.send("Fire")
        await here.clock.advance(5)
        await here.fake.handset(GUARD).send(OURS, "ok")
        done = await here.send("Again")
        await here.command("gate", "Mask", Comment="x")
        await here.clock.advance(20)
        for path, name in {
            "/api/info": "Info",
            "/api/systems": "AssetPage",
            "/api/assets": "AssetPage",
            "/api/assets/guard": "Asset",
            f"/api/executions/{dead}": "Execution",
            f"/api/executions/{done}": "Execution",
            "/api/alarms": "AlarmPage",
            "/api/messages": "MessagePage",
            "/api/deadletters": "ExecutionPage",
            "/api/audit": "AuditPage",
            "/healthz": "Health",
        }.items():
            OAS30Validator(schema(name)).validate(await here.get(path))
        refused = await here.post("/api/assets/guard/commands", {"command": "?"}, status=400)
        OAS30Validator(schema("Problem")).validate(refused)


@pytest.mark.parametrize("path", ["/docs", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"])
async def test_the_page_comes_with_the_driver(tmp_path: Path, path: str) -> None:
    async with site(tmp_path) as here, here.http.get(f"{here.driver.dataserver_url}{path}") as answer:
        assert answer.status == 200
        text = await answer.text()
        if path == "/docs":
            assert "//" not in text.replace("<!doctype", "")


async def test_the_document_is_served(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        told = await here.get("/openapi.json")
        assert json.dumps(told["paths"], sort_keys=True) == json.dumps(DOCUMENT["paths"], sort_keys=True)


def test_the_states_of_an_execution_are_those_that_there_are() -> None:
    """The reference, the document and the code name the same ones, and each is set somewhere."""
    states = {state.value for state in ExecutionState}
    assert set(DOCUMENT["components"]["schemas"]["Execution"]["properties"]["state"]["enum"]) == states
    root = Path(__file__).parents[3]
    page = (root / "docs" / "reference" / "driver.md").read_text("utf-8")
    sentence = re.search(r"An execution's state is (.*?)\.", page)
    assert sentence is not None
    assert set(re.findall(r"`(\w+)`", sentence[1])) == states
    code = "".join(file.read_text("utf-8") for file in (root / "driver" / "services").glob("*.py"))
    code += "".join(
        (root / "driver" / "domain" / f"{name}.py").read_text("utf-8") for name in ("delivery", "execution")
    )
    assert {state.value for state in ExecutionState if f"ExecutionState.{state.name}" in code} == states
