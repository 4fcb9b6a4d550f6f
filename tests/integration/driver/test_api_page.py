"""The OpenAPI document describes what the data server does, and its page works without internet access."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import OpenAPIV30SpecValidator
from pydantic import BaseModel

from driver.api.openapi import document, documented_path, in_version_3_0
from driver.api.routing import Route
from driver.dataserver.project_check import HEADER
from driver.dataserver.routes import ROUTES
from driver.debugtools.routes import INSPECT_ROUTES, LOG_ROUTES
from driver.domain.commands import ExecutionState
from support.driver_site import GUARD, OURS, refused, site
from support.table_calls import BROKEN, table

DOCUMENT = document("Twilio SMS driver", "0", ROUTES, headers=[HEADER])
DEBUG_ROUTES: tuple[Route[Any], ...] = (*LOG_ROUTES, *INSPECT_ROUTES)
DEBUG_DOCUMENT = document("Debug tools", "0", DEBUG_ROUTES)
SERVERS: tuple[tuple[str, dict[str, Any], tuple[Route[Any], ...]], ...] = (
    ("dataserver_url", DOCUMENT, ROUTES),
    ("debugtools_url", DEBUG_DOCUMENT, DEBUG_ROUTES),
)


def validator(document: dict[str, Any], name: str) -> OAS30Validator:
    return OAS30Validator({"$ref": f"#/components/schemas/{name}", "components": document["components"]})


def test_the_documents_are_valid_by_the_official_schema_of_their_version() -> None:
    for written in (DOCUMENT, DEBUG_DOCUMENT):
        assert written["openapi"].startswith("3.0.")
        assert [error.message for error in OpenAPIV30SpecValidator(written).iter_errors()] == []
        for name, found in written["components"]["schemas"].items():
            assert found["type"] == "object" or found["enum"], name


def test_bodies_are_written_in_the_documents_version() -> None:
    class Body(BaseModel):
        text: str | None = None
        several: int | str | None = None
        needed: list[str | None]

    properties = in_version_3_0(Body.model_json_schema())["properties"]
    assert properties["text"] == {"type": "string", "nullable": True, "default": None, "title": "Text"}
    assert properties["several"]["anyOf"] == [
        {"type": "integer", "nullable": True},
        {"type": "string", "nullable": True},
    ]
    assert properties["needed"]["items"] == {"type": "string", "nullable": True}


def test_parameters_and_files_are_documented() -> None:
    def parameters(path: str, method: str) -> dict[str, Any]:
        listed = DOCUMENT["paths"][path][method]["parameters"]
        return {each["name"]: each["schema"] for each in listed if each["in"] == "query"}

    assert parameters("/api/tables/{kind}", "get") == {
        "template": {"type": "boolean", "default": False},
        "spelling": {"type": "string", "enum": ["own", "platform"], "default": "own"},
        "forExcel": {"type": "boolean", "default": False},
    }
    assert list(parameters("/api/events", "get")) == ["since", "history", "projectHash"]
    imported = DOCUMENT["paths"]["/api/tables/{kind}"]["put"]
    assert [each["name"] for each in imported["parameters"] if each["in"] == "header"] == [
        "If-Match",
        "X-Workstation",
        "X-Project-Hash",
    ]
    assert imported["security"] == [{"bearer": []}, {"parameter": []}]
    schemes = DOCUMENT["components"]["securitySchemes"]
    assert schemes["parameter"] == {"type": "apiKey", "in": "query", "name": "access_token"}
    for path, method in (("/api/tables/{kind}", "put"), ("/api/tables/{kind}/preview", "post")):
        assert list(parameters(path, method)) == ["mode"]
        content = DOCUMENT["paths"][path][method]["requestBody"]["content"]
        assert content["text/csv"] == {"schema": {"type": "string"}}
        name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
        validator(DOCUMENT, name).validate({"rows": [{"AssetId": "guard", "Location": None, "Priority": 1}]})


def untyped(schema: Any, place: str) -> Iterator[str]:
    """Yield the places in a schema that do not state a type."""
    if isinstance(schema, list):
        for part in schema:
            yield from untyped(part, place)
    elif not {"type", "$ref", "anyOf", "enum"} & schema.keys() or schema.get("additionalProperties") is True:
        yield place
    else:
        for name, part in schema.get("properties", {}).items():
            yield from untyped(part, f"{place}.{name}")
        for key in ("items", "additionalProperties", "anyOf"):
            if isinstance(schema.get(key), dict | list):
                yield from untyped(schema[key], place)
        if schema.get("type") == "object" and not {"properties", "additionalProperties"} & schema.keys():
            yield place


def test_the_documents_say_what_is_in_every_object() -> None:
    found = {
        place
        for written in (DOCUMENT, DEBUG_DOCUMENT)
        for name, schema in written["components"]["schemas"].items()
        for place in untyped(schema, name)
    }
    assert found == {"Diagnostics.configuration", "LogPage.items"}
    record = DEBUG_DOCUMENT["components"]["schemas"]["LogPage"]["properties"]["items"]["items"]
    assert {"id", "at", "level", "logger", "event"} <= record["properties"].keys()


async def test_lists_and_tables_come_as_csv_where_the_document_says_so(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for route in ROUTES:
            path = documented_path(route)
            if route.method != "GET" or path == "/api/events":
                continue
            documented = DOCUMENT["paths"][path]["get"]["responses"]["200"].get("content", {})
            address = here.driver.dataserver_url + path.replace("{kind}", "status").replace("{id}", "guard")
            async with here.http.get(address, headers={"Accept": "text/csv"}) as answer:
                assert (answer.content_type == "text/csv") is ("text/csv" in documented), route.path


async def test_what_is_wrong_with_a_table_has_the_promised_shape(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        problem = await refused(here.client.import_table("status", BROKEN.encode()), 422)
    for path, method in (("/api/tables/{kind}", "put"), ("/api/tables/{kind}/preview", "post")):
        promised = DOCUMENT["paths"][path][method]["responses"]["422"]["content"]["application/problem+json"]["schema"]
        validator(DOCUMENT, promised["$ref"].rpartition("/")[2]).validate(problem)
        assert promised["$ref"].endswith("/TableProblem")


async def test_answers_have_the_promised_shape(tmp_path: Path) -> None:
    """Each JSON response of either server validates against the document."""
    async with site(tmp_path, trial=True) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        dead = await here.send("Fire")
        await here.clock.advance(5)
        await here.fake.handset(GUARD).send(OURS, "ok")
        done = await here.send("Again")
        await here.command("gate", "Mask", Comment="x")
        await here.clock.advance(20)
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        await here.send("Once more")
        await here.clock.advance(5)
        alarm, *_ = await here.alarms()
        here.fault({"type": "http_error", "status": 400, "code": 21612})
        waits = await here.send("This one waits")
        broadcast = await here.client.send_broadcast(["gate"], "And this one")
        alarms = {"alarmIds": [alarm["alarmId"]]}
        ids = {
            "/api/executions/": (dead, done, waits),
            "/api/alarms/": (alarm["alarmId"],),
            "/api/deadletters/": (dead,),
            "/api/broadcasts/": (broadcast.broadcast_id,),
        }
        ids["/api/systems/"] = ("twilio",)
        rows = (await table(here, "status"))["rows"]
        bodies = {
            "/api/Auth/Login": {"username": "nobody", "password": "wrong"},
            "/api/assets/{id}/commands": {"command": "Cancel"},
            "/api/systems/{id}/commands": {
                "command": "Send Message",
                "parameters": {"Message Content": "Hi", "Destination Number": GUARD, "Source Phone Number": OURS},
            },
            "/api/segments": {"text": "x" * 200},
            "/api/alarms/shelve": {**alarms, "until": "2026-01-01T01:00:00Z", "comment": "x"},
            "/api/alarms/acknowledge": alarms,
            "/api/alarms/unshelve": alarms,
            "/api/queue/purge": {"from": OURS},
            "/api/broadcasts": {"assets": ["gate"], "message": "Hi"},
            "/api/trace": {"topics": ["http"]},
            "/api/tables/{kind}": {"rows": rows},
            "/api/tables/{kind}/preview": {"rows": [rows[0] | {"Status.Description": "New"}, *rows[1:]]},
        }
        seen = set()
        for url, written, routes in SERVERS:
            for route in routes:
                path = documented_path(route)
                documented = written["paths"][path][route.method.lower()]["responses"]
                for name in ids.get(path.partition("{")[0], ("guard",)):
                    address = getattr(here.driver, url) + path.replace("{id}", name).replace("{kind}", "status")
                    address += "?q=Fire" if path == "/api/stories" else ""
                    body = None if route.method == "GET" else bodies.get(path, {})
                    async with here.http.request(route.method, address, json=body) as answer:
                        if "json" not in answer.content_type:
                            continue
                        shown = await answer.json()
                        promised = documented.get(str(answer.status), documented["default"])
                        reference = promised["content"][answer.content_type]["schema"]["$ref"]
                        validator(written, reference.rpartition("/")[2]).validate(shown)
                        seen.add((route.method, path, answer.status))
        missing = {
            (route.method, documented_path(route))
            for _, _, routes in SERVERS
            for route in routes
            if route.response and (route.method, documented_path(route), route.status) not in seen
        }
        assert missing == {("POST", "/api/Auth/Login")}, "nobody can log in here"


@pytest.mark.parametrize("path", ["/docs", "/docs/start.js", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js"])
async def test_the_page_comes_with_the_driver(tmp_path: Path, path: str) -> None:
    async with site(tmp_path) as here, here.http.get(f"{here.driver.dataserver_url}{path}") as answer:
        assert answer.status == 200
        text = await answer.text()
        if path == "/docs":
            assert "//" not in text.replace("<!doctype", "")


async def test_the_documents_are_served(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for url, written, _ in SERVERS:
            async with here.http.get(getattr(here.driver, url) + "/openapi.json") as answer:
                shown = await answer.json()
            assert json.dumps(shown["paths"], sort_keys=True) == json.dumps(written["paths"], sort_keys=True)


def test_the_states_of_an_execution_are_those_that_there_are() -> None:
    """The reference, the document and the code have the same states, and each state is set somewhere."""
    states = {state.value for state in ExecutionState}
    assert set(DOCUMENT["components"]["schemas"]["ExecutionState"]["enum"]) == states
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
