"""Requests with characters that no database accepts are refused with their position, and nothing is stored."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.driver_site import OURS, Site, site

SEND = {"command": "Send Message", "parameters": {"Message Content": "Fire"}}
ODD = pytest.mark.parametrize("odd", ["\\u0000", "\\ud83d", "\\udc00 \\ud83d"])


async def refused(here: Site, path: str, body: Any, odd: str, status: int = 400) -> list[str]:
    """Send a body in which ``ODD`` stands for odd characters; return the positions listed in the error response."""
    raw = json.dumps(body).replace("ODD", odd).encode()
    headers = {"Content-Type": "application/json"}
    async with here.http.post(here.driver.dataserver_url + path, data=raw, headers=headers) as answer:
        shown = await answer.json()
        assert answer.status == status, shown
        return [error["path"] for error in shown["errors"]]


@ODD
@pytest.mark.parametrize("field", ["commandId", "user", "workstation", "command"])
async def test_a_field_of_a_command(tmp_path: Path, field: str, odd: str) -> None:
    async with site(tmp_path) as here:
        assert await refused(here, "/api/assets/guard/commands", {**SEND, field: "a ODD"}, odd) == [field]
        assert await here.status("guard") == "Normal"
        assert (await here.get("/api/executions/none", 404))["status"] == 404


@ODD
@pytest.mark.parametrize(
    ("path", "command", "parameter"),
    [
        ("/api/assets/guard/commands", "Send Message", "Message Content"),
        ("/api/assets/guard/commands", "Mask", "Comment"),
        ("/api/systems/twilio/commands", "Send Message", "Destination Phone Number"),
    ],
)
async def test_a_parameter(tmp_path: Path, path: str, command: str, parameter: str, odd: str) -> None:
    body = {"command": command, "parameters": {"Source Phone Number": OURS, parameter: "ODD"}}
    async with site(tmp_path) as here:
        assert await refused(here, path, body, odd) == [f"parameters.{parameter}"]
        assert here.creates() == 0


@ODD
async def test_the_name_of_a_parameter(tmp_path: Path, odd: str) -> None:
    async with site(tmp_path) as here:
        (path,) = await refused(here, "/api/assets/guard/commands", {**SEND, "parameters": {"ODD": "x"}}, odd)
        assert path.startswith("parameters.\ufffd")


@ODD
async def test_a_comment_on_an_alarm_and_a_table(tmp_path: Path, odd: str) -> None:
    async with site(tmp_path) as here:
        assert await refused(here, "/api/alarms/any/acknowledge", {"comment": "ODD"}, odd) == ["comment"]
        rows = {"rows": [{"Caption": "fine"}, {"Caption": "ODD"}]}
        assert await refused(here, "/api/tables/asset/preview", rows, odd) == ["rows.1.Caption"]


async def test_a_whole_emoji_written_in_escapes_is_text(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.send("\U0001f525 Fire")
        assert here.received() == ["\U0001f525 Fire"]
        assert await refused(here, "/api/assets/guard/commands", "ODD no object", "\\ud83d\\ude00") != []


@pytest.mark.parametrize("raw", [b'{"command": "\\u00', b"[" * 50_000 + b"\\u0000"])
async def test_what_is_no_json_is_said_to_be_none(tmp_path: Path, raw: bytes) -> None:
    async with site(tmp_path) as here:
        url = f"{here.driver.dataserver_url}/api/assets/guard/commands"
        async with here.http.post(url, data=raw, headers={"Content-Type": "application/json"}) as answer:
            assert answer.status == 400


@pytest.mark.parametrize(
    ("path", "raw", "place"),
    [
        ("/api/assets/guard/commands", '{"command": "Mask", "command": "Unmask"}', "command"),
        (
            "/api/assets/guard/commands",
            '{"command": "Send Message", "parameters": {"Message Content": "Fire", "Message Content": "No fire"}}',
            "parameters.Message Content",
        ),
        ("/api/tables/asset/preview", '{"rows": [{"Name": "a", "Name": "b"}]}', "rows.0.Name"),
    ],
)
async def test_what_is_said_twice(tmp_path: Path, path: str, raw: str, place: str) -> None:
    async with site(tmp_path) as here:
        headers = {"Content-Type": "application/json"}
        async with here.http.post(here.driver.dataserver_url + path, data=raw, headers=headers) as answer:
            shown = await answer.json()
        assert (answer.status, shown["errors"]) == (400, [{"path": place, "message": "given more than once"}])
        assert here.creates() == 0
