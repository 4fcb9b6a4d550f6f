"""A reload is reported and audited; settings that need a restart are named, and a mistake changes nothing."""

import os
import signal
from pathlib import Path

import pytest

from driver.client import DriverClient
from support.driver_process import process
from support.driver_site import site


async def test_the_reload_is_told_and_on_record(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.reload(tmp_path, states={"latch": True}, send={"lookups": 5})
        assert [record["changed"] for record in await here.logged("configuration_reloaded")] == [["send", "states"]]
        line = (await here.audit())[0]
        assert (line["Command/Status"], line["Action"], line["User Name"]) == (
            "Configuration",
            "Reloaded: send, states",
            "driver",
        )
        await here.reload(tmp_path, states={"latch": True}, send={"lookups": 5})
        assert (await here.audit())[0]["Action"] == "Reloaded: nothing changed"


async def test_what_only_a_restart_takes_over_is_named_and_stays_as_it_was(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        elsewhere = {"url": f"sqlite:///{tmp_path}/other.db", "retention_days": 30}
        await here.reload(
            tmp_path,
            dataserver={"port": 9622},
            internal={"debug_port": 9623},
            store=elsewhere,
            twilio={"account_sid": "AC" + "f" * 32, "base_url": "https://api.twilio.com"},
            receive={"mode": "both", "public_url": "https://sms.example.com"},
            system={"id": "other", "caption": "Texts"},
        )
        (shown,) = await here.logged("restart_needed")
        assert shown["keys"] == [
            "system.id",
            "twilio.account_sid",
            "twilio.base_url",
            "receive.mode",
            "dataserver.port",
            "store.url",
            "internal.debug_port",
        ]
        assert (await here.asset("twilio"))["caption"] == "Texts"
        assert await here.status("twilio") == "Normal"
        await here.send("Fire")
        assert here.received() == ["Fire"]
        config = here.driver.config
        assert (config.store.retention_days, config.store.url) == (30, f"sqlite:///{tmp_path}/driver.db")


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="needs SIGHUP")
async def test_a_running_program_takes_it_over_on_sighup(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        file, ready = tmp_path / "driver.toml", tmp_path / "ready.json"
        text = (
            f'[twilio]\naccount_sid = "{here.fake.account_sid}"\nauth_token = "{here.fake.auth_token}"\n'
            f'base_url = "{here.fake.base_url}"\n[dataserver]\nport = 0\n[internal]\ndebug_port = 0\n'
            f'[store]\nurl = "sqlite:///{tmp_path}/driver.db"\n'
        )
        file.write_text(text)
        async with process(file, ready) as (running, shown):
            url = shown["dataserver_url"]

            async def until(words: str) -> str:
                assert running.stderr is not None
                while words not in (line := (await running.stderr.readline()).decode()):
                    assert line, words
                return line

            file.write_text(text + '[states]\nfault_on = ["nonsense"]\n')
            os.kill(running.pid, signal.SIGHUP)
            assert "states.fault_on" in await until("configuration_not_reloaded")
            file.write_text(text + '[[phones]]\nid = "new"\n')
            os.kill(running.pid, signal.SIGHUP)
            await until("configuration_reloaded")
            assert (await DriverClient(here.http, url).asset("new")).status == "No Communication"
