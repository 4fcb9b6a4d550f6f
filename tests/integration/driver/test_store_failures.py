"""A locked or deleted database: nothing is acknowledged that is not on disk, and the driver recovers by itself."""

from pathlib import Path

import pytest

from support.driver_database import locked
from support.driver_site import Site, refused, settings, site

pytestmark = pytest.mark.usefixtures("impatient")

FIRE = {"Message Content": "Fire"}


async def fault_causes(here: Site) -> list[str]:
    return [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]]


async def test_commands_are_refused_while_the_database_is_locked(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        with locked(tmp_path / "driver.db"):
            problem = await refused(here.client.command("guard", "Send Message", FIRE), 503)
            assert problem["code"] == "store_unavailable"
            assert "locked" in problem["detail"]
            await refused(here.client.command("guard", "Mask"), 503)
            assert await here.status() == "Normal"
            await here.clock.wait_idle()
            assert here.creates() == 0
        await here.send("Fire")
        await here.clock.advance(5)
        assert here.received() == ["Fire"]


@pytest.mark.parametrize(("command", "parameters"), [("Send Message", FIRE), ("Mask", {})])
async def test_a_refused_command_shows_on_the_system_until_the_database_works(
    tmp_path: Path, command: str, parameters: dict[str, str]
) -> None:
    async with site(tmp_path) as here:
        with locked(tmp_path / "driver.db"):
            await refused(here.client.command("guard", command, parameters), 503)
            system = await here.asset("twilio")
            assert system["status"] == "Fault"
            [fault] = system["facts"]["faults"]
            assert (fault["cause"], fault["hint"]) == ("store_unavailable", "a working database")
            assert "locked" in fault["detail"]
            await here.clock.wait_idle()
            assert await fault_causes(here) == ["store_unavailable"], "storing that it is shown failed as well"
        await here.clock.advance(2)
        assert (await here.status("twilio"), await here.status()) == ("Normal", "Normal")


async def test_the_state_goes_on_in_memory_and_is_stored_when_the_database_can(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            here.fault({"type": "http_error", "status": 401, "code": 20003}, "*", times=None)
            with locked(tmp_path / "driver.db"):
                await here.clock.advance(60)
                assert await here.status("twilio") == "No Communication"
                assert await fault_causes(here) == ["store_unavailable"]
                assert len(await here.events("StateChanged")) == 3
            await here.clock.advance(10)
            assert await fault_causes(here) == []
            changes = [(e["assetId"], e["parameters"]["Status"]) for e in await here.events("StateChanged")]
            assert changes.count(("guard", "No Communication")) == 1
        here.fake.faults.clear()
        async with here.running(config):
            assert await here.status("twilio") == "Normal"


async def test_an_answer_that_could_not_be_stored_is_found_again_and_not_sent_twice(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "latency", "seconds": 2})
        execution = await here.send("Only once")
        with locked(tmp_path / "driver.db"):
            await here.clock.advance(3)
            assert len(here.received()) == 1
            assert (await here.execution(execution))["state"] == "executing"
        await here.clock.advance(30)
        answer = await here.execution(execution)
        assert (answer["state"], here.creates(), len(here.received())) == ("succeeded", 1, 1)


async def test_a_text_that_arrives_meanwhile_is_told_later(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        with locked(tmp_path / "driver.db"):
            await here.fake.handset("+12015550101").send("+12015550100", "hello?")
            await here.clock.advance(30)
        await here.clock.advance(120)
        assert [e["parameters"]["Message Content"] for e in await here.events("Message Received")] == ["hello?"]


async def test_a_deleted_database_is_written_anew_with_everything_in_it(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        here.fault({"type": "http_error", "status": 400, "code": 21612})
        async with here.running(config):
            execution = await here.send("Do not forget me")
            for file in tmp_path.glob("driver.db*"):
                file.unlink()
            await here.command("gate", "Mask")
            assert (tmp_path / "driver.db").exists()
        async with here.running(config):
            await here.clock.advance(10)
            assert await here.status("gate") == "Masked"
            assert (await here.execution(execution))["state"] == "succeeded"
            assert here.received() == ["Do not forget me"]


async def test_another_file_in_its_place_is_refused(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        (tmp_path / "other").write_text("something else")
        (tmp_path / "other").rename(tmp_path / "driver.db")
        problem = await refused(here.client.command("guard", "Send Message", FIRE), 503)
        assert "another file" in problem["detail"]


async def test_an_attempt_waits_for_the_database(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612})
        await here.send("Fire")
        with locked(tmp_path / "driver.db"):
            await here.clock.advance(20)
            assert here.creates() == 1
        await here.clock.advance(5)
        assert (here.creates(), here.received()) == (2, ["Fire"])


async def test_a_mask_that_ends_while_the_database_is_locked_is_stored_later(tmp_path: Path) -> None:
    async with site(tmp_path, start=False, receive={"poll_interval_s": 3600}) as here:
        config = settings(here.fake, tmp_path, receive={"poll_interval_s": 3600}, states={"probe_interval_s": 3600})
        async with here.running(config):
            await here.command("guard", "Mask", Until="2026-01-01T00:00:10Z")
            with locked(tmp_path / "driver.db"):
                await here.clock.advance(20)
                assert await here.status() == "Normal"
                assert await fault_causes(here) == ["store_unavailable"]
            await here.clock.advance(4)
            assert await fault_causes(here) == []
        async with here.running(config):
            assert await here.status() == "Normal"
