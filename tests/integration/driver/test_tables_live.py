"""Importing tables into a running driver over HTTP: live, durable, and without loss."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from driver.api.frames import EventFrame
from driver.api.passwords import hash_token
from driver.errors import StoreUnavailableError
from support.driver_site import GATE, GUARD, OURS, settings, site
from support.table_calls import BROKEN, NIGHT, csv, put, table


async def test_a_preview_shows_the_difference_and_changes_nothing(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        before = await table(here, "status")
        answer = await put(here, "/api/tables/status/preview", NIGHT, method="POST")
        assert [(change["change"], change["tableId"], change["row"]) for change in answer["changes"]] == [
            ("added", "night", "No Communication"), ("added", "night", "Fault"), ("added", "night", "Normal"),
        ]  # fmt: skip
        assert "makes the alarm latch" in answer["warnings"][0]["message"]
        assert await table(here, "status") == before
        assert answer["version"] == before["version"]


async def test_an_assigned_table_is_shown_at_once_and_after_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert await here.status() == "Normal"
        await put(here, "/api/tables/status", NIGHT)
        await put(here, "/api/tables/asset", "AssetId,StatusTableId\nguard,night\n")
        await here.clock.wait_idle()
        assert (await here.status("guard"), await here.status("gate")) == ("Fine", "Normal")
        changed = [event for event in await here.events("StateChanged") if event["assetId"] == "guard"]
        assert changed[-1]["parameters"]["Status"] == "Fine"
        tables = [event["parameters"] for event in await here.events("TablesChanged")]
        assert [(answer["Table"], answer["Added"], answer["Changed"]) for answer in tables] == [
            ("status", 3, 0),
            ("asset", 0, 1),
        ]
        audit = [line["Action"] for line in await here.audit() if "Imported" in line["Action"]]
        assert audit == ["Imported: 1 changed", "Imported: 3 added"]
        config = here.driver.config
    async with site(tmp_path, start=False) as again, again.running(config):
        assert (await again.get("/api/tables/asset"))["rows"][1]["StatusTableId"] == "night"
        assert len((await again.get("/api/tables/status"))["rows"]) == 8


async def test_an_imported_latch_holds_a_live_alarm(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await put(here, "/api/tables/status", NIGHT)
        await put(here, "/api/tables/asset", "AssetId,StatusTableId\nguard,night\n")
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        await here.send("one")
        await here.clock.advance(5)
        assert await here.status() == "Trouble"
        await here.send("two")
        assert await here.status() == "Trouble", "a success ends the fault, but the alarm is latched"


async def test_new_phones_work_without_a_restart_and_gone_ones_are_gone(tmp_path: Path) -> None:
    async with site(tmp_path, phones=[]) as here:
        rows = f"AssetId,Caption,ExternalPhoneNumber,TwilioPhoneNumber\nguard,Guard,{GUARD},{OURS}\nb,B,{GATE},{OURS}\n"
        await put(here, "/api/tables/asset", rows)
        await here.clock.wait_idle()
        await here.send("Door 3 forced")
        assert here.received() == ["Door 3 forced"]
        await here.fake.handset(GATE).send(OURS, "on my way")
        await here.clock.advance(20)
        names = [(event["assetId"], event["name"]) for event in await here.events() if "Received" in event["name"]]
        assert names == [("twilio", "Message Received"), ("b", "Message Received from External Number")]
        await put(here, "/api/tables/asset?mode=replace", rows.rsplit("b,B", 1)[0])
        assert [asset["assetId"] for asset in await here.assets()] == ["twilio", "guard"]


async def test_nothing_is_lost_while_tables_are_imported(tmp_path: Path) -> None:
    """A message that waits for its second attempt and an open event stream both survive an import."""
    async with site(tmp_path, phones=[]) as here:
        rows = f"AssetId,ExternalPhoneNumber,TwilioPhoneNumber\nguard,{GUARD},{OURS}\nb,{GATE},{OURS}\n"
        await put(here, "/api/tables/asset", rows)
        await here.clock.wait_idle()
        async with here.client.events() as stream:
            here.fault({"type": "http_error", "status": 503})
            execution = await here.send("still on its way")
            await put(here, "/api/tables/asset?mode=replace", rows.rsplit("guard", 1)[0] + f"b,{GATE},{OURS}\n")
            await here.clock.advance(10)
            assert here.received() == ["still on its way"], "its phone is gone, the text still goes out"
            assert (await here.execution(execution))["state"] == "succeeded"
            names: list[str] = []
            while "TablesChanged" not in names:
                frame = await stream.receive(5)
                assert frame is not None, "the stream ended"
                names += [frame.event.name] if isinstance(frame, EventFrame) else []


async def test_refusals_come_all_at_once_with_line_column_and_cell(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        before = await table(here, "status")
        answer = await put(here, "/api/tables/status", BROKEN, status=422)
        assert answer["code"] == "table_invalid"
        assert [(error["line"], error["column"], error["cell"], error["value"]) for error in answer["errors"]] == [
            (2, "Status.State.Value", "B2", "9"), (3, "Status.Color", "C3", "Reddish"),
        ]  # fmt: skip
        assert all(error["path"] and error["message"] for error in answer["errors"])
        assert answer["detail"].startswith(
            "nothing was imported: 2 mistakes; the first: line 2 (B2), Status.State.Value"
        )
        assert await table(here, "status") == before


async def test_who_comes_late_is_told_so(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        version = (await table(here, "status"))["version"]
        await put(here, "/api/tables/status", NIGHT, If_Match=f'"{version}"')
        answer = await put(here, "/api/tables/status", NIGHT, status=412, If_Match=f'"{version}"')
        assert answer["code"] == "table_changed"
        await put(here, "/api/tables/status", NIGHT, If_Match="*")


async def test_two_imports_at_once_follow_one_another(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await asyncio.gather(*(put(here, "/api/tables/status", NIGHT) for _ in range(4)))
        names = {row["TableId"] for row in (await table(here, "status"))["rows"]}
        assert names == {"default", "night", "night-2", "night-3", "night-4"}


async def test_json_goes_in_as_it_comes_out(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for kind in ("status", "command", "asset"):
            answer = await table(here, kind)
            assert list(answer["rows"][0]) == answer["columns"]
            again = await put(here, f"/api/tables/{kind}", json.dumps(answer), Content_Type="application/json")
            assert (again["changes"], again["version"]) == ([], answer["version"])


@pytest.mark.parametrize(
    ("path", "body", "kind", "status", "says"),
    [
        ("/api/tables/door", "x", "text/csv", 404, "unknown table kind 'door'; expected one of status, command, asset"),
        ("/api/tables/status", "x", "text/plain", 415, "expected text/csv or application/json"),
        ("/api/tables/status", "{", "application/json", 400, "invalid JSON"),
        ("/api/tables/status", "[]", "application/json", 400, 'an object with "rows"'),
        (
            "/api/tables/status",
            '{"rows": [{"TableId": {}}]}',
            "application/json",
            422,
            "line 2, TableId: expected text",
        ),
        ("/api/tables/status?mode=merge", "x", "text/csv", 400, "mode: expected 'update' or 'replace', not 'merge'"),
        ("/api/tables/status?mode=replace&mode=update", "x", "text/csv", 400, "mode: given more than once"),
        ("/api/tables/status?dryRun=1", "x", "text/csv", 400, "dryRun: unknown parameter; known here: mode"),
        ("/api/tables/status", "", "text/csv", 422, "the file is empty"),
    ],
)
async def test_bad_requests_are_answered_with_what_to_do(
    tmp_path: Path, path: str, body: str, kind: str, status: int, says: str
) -> None:
    async with site(tmp_path) as here:
        answer = await put(here, path, body, status=status, Content_Type=kind)
        assert says in answer["detail"]


async def test_exports_for_spreadsheets_scripts_and_the_platform(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert f",{GUARD},{OURS}," in await csv(here, "asset")
        assert f",'{GUARD},'{OURS}," in await csv(here, "asset", forExcel="true")
        assert "Commnand.Action.Value" in await csv(here, "command", spelling="platform")
        assert (await csv(here, "status", template="true")).count("\n") == 1
        answer = await here.get("/api/tables/command?spelling=american&template=1&forexcel=true", status=400)
        assert {error["path"]: error["message"] for error in answer["errors"]} == {
            "spelling": "expected 'own' or 'platform', not 'american'",
            "template": "expected true or false, not '1'",
            "forexcel": "unknown parameter; known here: template, spelling, forExcel",
        }


async def test_the_configuration_files_assets_cannot_be_contradicted(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        answer = await put(here, "/api/tables/asset", "AssetId,Caption\nguard,Other\n", status=422)
        assert answer["errors"][0]["message"] == "the configuration file sets this to 'Guard'; change it there"


async def test_a_viewer_looks_and_an_engineer_imports(tmp_path: Path) -> None:
    tokens = [{"name": role, "token_hash": hash_token(role), "role": role} for role in ("viewer", "engineer")]
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"tokens": tokens})),
    ):
        url = here.driver.dataserver_url + "/api/tables/command"
        viewer, engineer = ({"Authorization": f"Bearer {role}"} for role in ("viewer", "engineer"))
        assert (await here.http.get(url)).status == 401
        assert (await here.http.get(url, headers=viewer)).status == 200
        body = "TableId,Command.CommandID,Command.Name\ndefault-phone,1,Text\n"
        kind = {"Content-Type": "text/csv"}
        assert (await here.http.put(url, data=body, headers=viewer | kind)).status == 403
        assert (await here.http.post(url + "/preview", data=body, headers=viewer | kind)).status == 403
        assert (await here.http.put(url, data=body, headers=engineer | kind)).status == 200


async def test_numbers_that_cannot_exist_are_refused(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        answer = await put(
            here, "/api/tables/asset", f"AssetId,ExternalPhoneNumber,TwilioPhoneNumber\nb,+1201555,{OURS}\n", 422
        )
        assert [(error["cell"], error["message"]) for error in answer["errors"]] == [
            ("B2", "expected a phone number that is possible in its country, for example +12015550101")
        ]


async def test_the_length_of_a_text_can_be_asked_for(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert (await here.client.segments("Feuer – Halle 3")).model_dump() == {
            "encoding": "UCS-2", "segments": 1, "units": 15, "perSegment": 70, "remaining": 55, "foreign": ["–"],
            "characters": 15, "limit": 1600,
        }  # fmt: skip
        await here.post("/api/segments", {"texts": "x"}, status=400)


async def test_a_database_that_fails_refuses_an_import_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with site(tmp_path) as here:
        before = await table(here, "status")

        async def full(*_writes: object, **_more: object) -> None:
            raise StoreUnavailableError("the disk is full")

        monkeypatch.setattr(here.driver.services.store, "commit", full)
        answer = await put(here, "/api/tables/status", NIGHT, status=503)
        assert answer["detail"] == "the disk is full"
        assert await table(here, "status") == before
        monkeypatch.undo()
        await put(here, "/api/tables/status", NIGHT)


async def test_an_import_that_is_stored_counts_although_the_states_it_changes_are_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with site(tmp_path) as here:
        await put(here, "/api/tables/status", NIGHT)
        store = here.driver.services.store
        commit, commits = store.commit, 0

        async def full(*writes: Any, **more: Any) -> Any:
            nonlocal commits
            commits += 1
            if commits > 1:
                raise StoreUnavailableError("the disk is full")
            return await commit(*writes, **more)

        monkeypatch.setattr(store, "commit", full)
        await put(here, "/api/tables/asset", "AssetId,StatusTableId\nguard,night\n")
        monkeypatch.undo()
        assert await here.status("guard") == "Fine"
        config = here.driver.config
    async with site(tmp_path, start=False) as again, again.running(config):
        await again.clock.wait_idle()
        assert (await again.get("/api/tables/asset"))["rows"][1]["StatusTableId"] == "night"


async def test_a_changed_configuration_is_reloaded_and_imports_stay(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await put(here, "/api/tables/status", NIGHT)
        header = "AssetId,LoggingDescription,StatusTableId,ExternalPhoneNumber,TwilioPhoneNumber\n"
        rows = f"guard,North,night,{GUARD},{OURS}\nextra,,,+12015550104,{OURS}\n"
        await put(here, "/api/tables/asset", header + rows)
        phones = [
            {"id": "guard", "caption": "Porter", "external_phone_number": GUARD, "twilio_phone_number": OURS},
            {"id": "new", "caption": "New", "external_phone_number": "+12015550105", "twilio_phone_number": OURS},
        ]
        await here.driver.reload(settings(here.fake, tmp_path, phones=phones))
        await here.clock.wait_idle()
        shown = {asset["assetId"]: asset["caption"] for asset in await here.assets()}
        assert shown == {"twilio": "Twilio SMS", "guard": "Porter", "new": "New", "extra": "extra"}
        assert await here.status("guard") == "Fine", "its imported status table stays"
        (row,) = (row for row in (await table(here, "asset"))["rows"] if row["AssetId"] == "guard")
        assert row["LoggingDescription"] == "North"
        answer = await put(here, "/api/tables/asset", "AssetId,Caption\nnew,Other\n", status=422)
        assert "the configuration file sets this to 'New'" in answer["errors"][0]["message"]
        await put(here, "/api/tables/asset", "AssetId,Caption\ngate,Gate\n")
        assert (await here.asset("gate"))["caption"] == "Gate", "its id is free again"
