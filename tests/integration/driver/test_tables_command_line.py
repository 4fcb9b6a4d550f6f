"""``sms-driver tables`` against a running driver: exports, imports, and the error when an import is impossible."""

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import test_utils, web
from click.testing import CliRunner

from driver.api.passwords import hash_token
from driver.cli.tables import tables as tables_command
from support.commands import invoke, sms_driver
from support.driver_site import GUARD, settings, site
from support.table_calls import BROKEN, NIGHT, csv, put


async def test_export_edit_import(tmp_path: Path) -> None:
    file = tmp_path / "status.csv"
    async with site(tmp_path) as here:
        url = here.driver.dataserver_url
        done = await invoke(tables_command, "export", "status", str(file), "--url", url)
        assert (done.returncode, done.stdout) == (0, "")
        file.write_bytes(file.read_bytes().replace(b"#FFC62828", b"DarkOrange"))
        dry = await invoke(tables_command, "import", "status", str(file), "--dry-run", "--url", url)
        assert dry.returncode == 0
        assert "changed: default / Fault\n    Status.Color: #FFC62828 → #FFFF8C00\n" in dry.stdout
        assert "1 row to change, 4 unchanged." in dry.stdout
        assert "#FFC62828" in await csv(here, "status")
        done = await invoke(tables_command, "import", "status", str(file), "--url", url)
        assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Imported.")
        assert "#FFFF8C00" in await csv(here, "status")
        again = await invoke(tables_command, "import", "status", str(file), "--json", "--url", url)
        assert json.loads(again.stdout)["changes"] == []


async def test_mistakes_are_told_line_by_line_and_nothing_happens(tmp_path: Path) -> None:
    file = tmp_path / "status.csv"
    file.write_text(BROKEN)
    async with site(tmp_path) as here:
        done = await invoke(tables_command, "import", "status", str(file), "--url", here.driver.dataserver_url)
        assert (done.returncode, done.stdout) == (1, "")
        assert "  line 2 (B2), Status.State.Value = '9': unknown state '9'" in done.stderr
        assert "  line 3 (C3), Status.Color = 'Reddish': expected a color" in done.stderr


async def test_json_restores_another_driver(tmp_path: Path) -> None:
    file = tmp_path / "status.json"
    async with site(tmp_path) as here:
        url = here.driver.dataserver_url
        await put(here, "/api/tables/status", NIGHT)
        done = await invoke(tables_command, "export", "status", str(file), "--json", "--url", url)
        assert done.returncode == 0
    (tmp_path / "other").mkdir()
    async with site(tmp_path / "other") as other:
        url = other.driver.dataserver_url
        done = await invoke(tables_command, "import", "status", str(file), "--replace", "--url", url)
        assert done.returncode == 0, done.stderr
        assert {row["TableId"] for row in (await other.get("/api/tables/status"))["rows"]} == {"default", "night"}


async def test_answers_for_programs(tmp_path: Path) -> None:
    file = tmp_path / "status.csv"
    file.write_text(BROKEN)
    async with site(tmp_path) as here:
        url = here.driver.dataserver_url
        done = await invoke(tables_command, "import", "status", str(file), "--json", "--url", url)
        assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "table_invalid")
        file.write_text(NIGHT)
        done = await invoke(tables_command, "import", "status", str(file), "--yes", "--url", url)
        assert done.returncode == 0
        assert "warning: line 2 (F2), Status.AlarmIsAutoReset = 'TRUE'" in done.stderr
        assert "added: night / No Communication\n" in done.stdout


async def test_a_token_is_sent_and_its_lack_is_told(tmp_path: Path) -> None:
    tokens = [{"name": "site", "token_hash": hash_token("secret"), "role": "engineer"}]
    async with (
        site(tmp_path, start=False) as here,
        here.running(settings(here.fake, tmp_path, dataserver={"tokens": tokens})),
    ):
        url = here.driver.dataserver_url
        done = await invoke(tables_command, "export", "asset", "--url", url)
        assert (done.returncode, "requires a login" in done.stderr) == (1, True)
        done = await invoke(tables_command, "export", "asset", "--url", url, "--token", "secret", "--for-excel")
        assert f"'{GUARD}" in done.stdout


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "nonsense"])
async def test_nobody_there_is_one_line_and_status_3(url: str) -> None:
    status, out, err = await sms_driver("tables", "export", "status", "--url", url)
    assert (status, out) == (3, "")
    assert err.splitlines() == [f"sms-driver: no driver answers at {url}; is `sms-driver run` running?"]


async def test_what_is_no_driver_is_recognised() -> None:
    async with test_utils.TestServer(web.Application()) as server:
        url = str(server.make_url("/"))
        result = await asyncio.to_thread(CliRunner().invoke, tables_command, ["export", "status", "--url", url])
    assert str(result.exception) == f"the server at {url.rstrip('/')} is not a driver (HTTP 404)"


async def test_a_template_needs_no_driver() -> None:
    done = await invoke(tables_command, "template", "command", "--platform-spelling")
    assert done.stdout.startswith(
        "\ufeffTableId,TableDescription,AssetType,Command.Action.Description,Commnand.Action."
    )


async def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    done = await invoke(tables_command, "import", "asset", str(tmp_path / "none.csv"))
    assert (done.returncode, "No such file" in done.stderr) == (2, True)
    done = await invoke(tables_command, "template", "asset", str(tmp_path / "no" / "a.csv"))
    assert (done.returncode, "cannot be written" in done.stderr) == (1, True)
