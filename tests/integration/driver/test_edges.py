"""Rare cases: pacing, other senders, other names, Twilio's credentials and limits, a port that is in use."""

from pathlib import Path
from urllib.parse import parse_qsl

import pytest

from driver.errors import StartError
from support.driver_site import GUARD, OURS, Site, refused, settings, site

SEND = "Send Message"


async def test_texts_of_one_sender_keep_their_distance(tmp_path: Path) -> None:
    async with site(tmp_path, send={"per_sender_per_s": 0.5}) as here:
        for asset in ("guard", "gate", "guard"):
            await here.send("x", asset)
        counts = []
        for _ in range(5):
            counts.append(here.creates())
            await here.clock.advance(1)
        assert counts == [1, 1, 2, 2, 3]


async def test_a_messaging_service_may_be_the_sender(tmp_path: Path) -> None:
    service = "MG" + "a" * 32
    phones = [{"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": service}]
    account = {"messaging_services": [{"sid": service, "friendly_name": "alarms", "numbers": [OURS]}]}
    async with site(tmp_path, phones=phones, account=account) as here:
        assert await here.status() == "Normal"
        here.fault({"type": "reset_after"})
        execution = await here.send("Fire")
        await here.clock.advance(30)
        answer = await here.execution(execution)
        assert (answer["state"], here.received()) == ("succeeded", ["Fire"])
        asked = next(exchange for exchange in here.fake.requests if exchange.operation == "messages.create")
        form = dict(parse_qsl(asked.body.decode()))
        assert form.pop("ValidityPeriod").isdigit()
        assert form == {"To": GUARD, "MessagingServiceSid": service, "Body": "Fire"}


async def test_the_system_command_checks_its_numbers(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        good = {"Message Content": "x", "Destination Number": GUARD, "Source Phone Number": OURS}
        for name, value in (("Destination Number", "0555"), ("Source Phone Number", "nobody")):
            problem = await refused(here.client.system_command("twilio", SEND, {**good, name: value}), 400)
            assert problem["errors"][0]["path"] == f"parameters.{name}"
        await refused(here.client.system_command("guard", SEND, good), 404)
        await refused(here.client.system_command("none", SEND, good), 404)
        await refused(here.client.command("none", "Mask"), 404)
        await refused(here.client.requeue("none"), 404)
        await refused(here.client.execution("none"), 404)
        await refused(here.client.asset("none"), 404)
        await here.get("/api/nothing", 404)
        await here.get("/api/messages?pageSize=0", 400)


async def test_an_asset_is_found_by_its_item_id_too(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert (await here.asset("IntegratedSystems/twilio/Phone/guard"))["assetId"] == "guard"
        assert (await here.command("IntegratedSystems/twilio", "Mask"))["result"] == "ok"


async def test_sending_while_down_is_tried_or_refused_as_chosen(tmp_path: Path) -> None:
    for refuse in (False, True):
        folder = tmp_path / str(refuse)
        folder.mkdir()
        async with site(folder, states={"reject_when_down": refuse}, twilio={"auth_token": "wrong"}) as here:
            answer = await here.command("guard", SEND, **{"Message Content": "x"})
            assert answer["state"] == ("rejected" if refuse else "accepted")
            await here.clock.advance(10)
            assert here.creates() == (0 if refuse else 2)


async def test_a_failed_text_is_no_fault_if_so_chosen(tmp_path: Path) -> None:
    states = {"fault_on_send_failure": False, "child_fault_rollup": False}
    async with site(tmp_path, states=states) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        execution = await here.send("x")
        await here.clock.advance(5)
        assert (await here.execution(execution))["state"] == "terminated"
        assert await here.status() == "Normal"


async def test_an_unknown_error_code_is_told_as_it_came(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 418, "code": 77777, "message": "odd"}, times=2)
        await here.send("x")
        await here.clock.advance(5)
        assert "Twilio error 77777" in (await here.asset("guard"))["reason"]


async def test_a_probe_that_is_rate_limited_is_no_loss_of_communication(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "rate_limit", "retry_after": 1}, "accounts.fetch")
        here.fault({"type": "http_error", "status": 404, "code": 20404}, "accounts.fetch")
        await here.command("guard", "Reset")
        assert (await here.asset("twilio"))["facts"]["comm"] is None
        await here.clock.advance(130)
        assert await here.status("twilio") == "Normal"


async def test_assets_and_rules_are_reloaded_without_losing_anything(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612}, times=2)
        await here.send("x")
        await here.clock.advance(5)
        assert await here.status() == "Fault"
        phones = [
            {"id": "guard", "caption": "Front", "external_phone_number": GUARD, "twilio_phone_number": OURS},
            {"id": "dock", "external_phone_number": "+12015550103", "twilio_phone_number": OURS},
            {"id": "half", "external_phone_number": "+12015550104"},
        ]
        changed = settings(here.fake, tmp_path, phones=phones, log={"level": "INFO"})
        await here.driver.reload(changed)
        await here.clock.wait_idle()
        assert {asset["assetId"] for asset in await here.assets()} == {
            "twilio",
            "guard",
            "dock",
            "half",
        }
        assert (await here.asset("guard"))["caption"] == "Front"
        assert [await here.status(asset) for asset in ("guard", "dock", "half")] == [
            "Fault",
            "Normal",
            "No Communication",
        ]
        await here.send("to the dock", "dock")
        assert here.received("+12015550103") == ["to the dock"]
        await refused(here.client.asset("gate"), 404)


async def test_polls_that_are_rate_limited_are_the_systems_fault(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "rate_limit", "retry_after": 1}, "messages.list")
        await here.clock.advance(10)
        assert [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]] == ["rate_limited"]


async def test_the_same_command_about_a_state_is_carried_out_once(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        first = await here.client.command("guard", "Mask", commandId="m1")
        await here.command("guard", "Reset")
        second = await here.client.command("guard", "Mask", commandId="m1")
        assert first.execution_id == second.execution_id
        assert await here.status() == "Normal"
        await refused(here.client.command("gate", "Mask", commandId="m1"), 409)


async def test_a_port_in_use_is_told_in_one_line(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        port = int(here.driver.dataserver_url.rpartition(":")[2])
        (tmp_path / "other").mkdir()
        config = settings(here.fake, tmp_path / "other", dataserver={"port": port})
        with pytest.raises(
            StartError, match=f"data server cannot listen on 127.0.0.1:{port}: the port is already in use"
        ):
            async with Site(here.fake, here.clock, here.http).running(config):
                pass
