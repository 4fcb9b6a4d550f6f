"""The five states of both assets and the commands that change them, as seen on an operator's workstation."""

from pathlib import Path

import pytest

from support.driver_site import REFUSED, Site, refused, settings, site

ASSETS = ("guard", "twilio")


async def into_fault(here: Site) -> None:
    here.fault(REFUSED, times=2)
    await here.send("Fire")
    await here.clock.advance(5)
    assert [await here.status(asset) for asset in ASSETS] == ["Fault", "Fault"]


async def test_everything_is_normal_after_the_start(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        assert [await here.status(asset) for asset in ("twilio", "guard", "gate")] == ["Normal"] * 3
        assert await here.alarms() == []
        assert (await here.asset("guard"))["reason"] == "Working"


@pytest.mark.parametrize("asset", ASSETS)
async def test_mask_hides_until_reset(tmp_path: Path, asset: str) -> None:
    async with site(tmp_path) as here:
        assert (await here.command(asset, "Mask", Comment="painting"))["result"] == "ok"
        assert await here.status(asset) == "Masked"
        assert (await here.command(asset, "Mask", Comment="painting"))["result"] == "noop"
        answer = await here.asset(asset)
        assert answer["facts"]["masked"]["comment"] == "painting"
        assert (answer["trueStates"], answer["activeStates"]) == (["Normal"], ["Masked"])
        assert answer["awaiting"] == "Reset, to unmask"
        assert (await here.command(asset, "Reset"))["result"] == "ok"
        assert await here.status(asset) == "Normal"


async def test_a_mask_ends_by_itself_when_it_was_given_an_end(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.command("guard", "Mask", Until="2026-01-01T00:01:00Z")
        await here.clock.advance(59)
        assert await here.status() == "Masked"
        await here.clock.advance(1)
        assert await here.status() == "Normal"


@pytest.mark.parametrize("until", ["2026-01-01T00:00:00Z", "2025-12-31T23:59:59+00:00", "2026-01-01T01:00:00+02:00"])
async def test_a_mask_whose_end_has_passed_is_refused(tmp_path: Path, until: str) -> None:
    async with site(tmp_path) as here:
        problem = await refused(here.client.command("guard", "Mask", {"Until": until}), 400)
        assert [error["path"] for error in problem["errors"]] == ["parameters.Until"]
        assert "which has passed; it is 2026-01-01T00:00:00" in problem["detail"]
        assert await here.status() == "Normal"


async def test_a_mask_that_is_repeated_after_its_end_is_still_the_same_command(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        until = {"Until": "2026-01-01T00:01:00Z"}
        first = await here.client.command("guard", "Mask", until, commandId="m1")
        await here.clock.advance(120)
        again = await here.client.command("guard", "Mask", until, commandId="m1")
        assert again.execution_id == first.execution_id


@pytest.mark.parametrize("asset", ASSETS)
async def test_acknowledge_then_reset(tmp_path: Path, asset: str) -> None:
    async with site(tmp_path) as here:
        await into_fault(here)
        assert (await here.command(asset, "Acknowledge", Comment="seen"))["result"] == "ok"
        assert await here.status(asset) == "Acknowledged"
        assert (await here.command(asset, "Acknowledge"))["result"] == "noop"
        answer = await here.asset(asset)
        assert answer["trueStates"] == ["Fault"]
        assert [(alarm["state"], alarm["comment"]) for alarm in answer["alarms"]] == [("Acknowledged", "seen")]
        await here.command("guard", "Reset")
        assert await here.status(asset) == "Normal"


@pytest.mark.parametrize("asset", ASSETS)
async def test_cancel_changes_nothing(tmp_path: Path, asset: str) -> None:
    async with site(tmp_path) as here:
        await into_fault(here)
        before = await here.asset(asset)
        assert (await here.command(asset, "Cancel"))["state"] == "succeeded"
        after = await here.asset(asset)
        assert after == before


async def test_a_masked_phone_still_sends_and_hides_its_fault(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.command("guard", "Mask")
        here.fault(REFUSED, times=2)
        await here.send("Fire")
        await here.clock.advance(5)
        assert await here.status() == "Masked"
        assert await here.status("twilio") == "Normal"
        assert (await here.asset("guard"))["trueStates"] == ["Fault"]
        assert await here.events("AlarmRaised") == []
        [alarm] = await here.alarms()
        assert (alarm["masked"], alarm["age"]) == (True, None)
        await here.clock.advance(10)
        await here.command("guard", "Reset")
        assert await here.status() == "Normal"


async def test_latched_alarms_need_acknowledge_and_then_reset(tmp_path: Path) -> None:
    async with site(tmp_path, states={"latch": True}) as here:
        await into_fault(here)
        refused = await here.command("guard", "Reset")
        assert (refused["state"], refused["result"]) == ("rejected", "rejected")
        assert refused["reason"] == "acknowledge Fault first"
        await here.send("works again")
        assert await here.status() == "Fault"
        assert (await here.asset("guard"))["trueStates"] == ["Normal"]
        await here.command("guard", "Acknowledge")
        assert await here.status() == "Acknowledged"
        await here.command("guard", "Reset")
        assert await here.status() == "Normal"


async def test_lost_communication_is_shown_on_every_asset_and_recovers(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(60)
        assert [await here.status(asset) for asset in ASSETS] == ["No Communication"] * 2
        system, phone = [await here.asset(asset) for asset in ASSETS][::-1]
        assert system["facts"]["comm"]["reason"] == "UNREACHABLE"
        assert phone["facts"]["comm"]["reason"] == "PARENT_DOWN"
        here.fake.faults.clear()
        await here.clock.advance(60)
        assert [await here.status(asset) for asset in ASSETS] == ["Normal"] * 2


async def test_refused_credentials_are_told_at_once(tmp_path: Path) -> None:
    async with site(tmp_path, twilio={"auth_token": "not-the-token"}) as here:
        system = await here.asset("twilio")
        assert (system["status"], system["facts"]["comm"]["reason"]) == ("No Communication", "AUTH_FAILED")
        assert "does not accept the account's credentials" in system["reason"]
        ready = await here.client.readiness()
        assert (ready.status, ready.twilio) == ("ready", "no communication")


async def test_no_alarm_at_start_until_the_grace_is_over(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        async with here.running(settings(here.fake, tmp_path)):
            assert await here.status("twilio") == "No Communication"
            await here.clock.advance(29)
            assert await here.alarms() == []
            await here.clock.advance(1)
            assert [alarm["assetId"] for alarm in await here.alarms()] == ["twilio"]


async def test_a_number_that_is_not_the_accounts_is_told(tmp_path: Path) -> None:
    phones = [{"id": "guard", "external_phone_number": "+12015550101", "twilio_phone_number": "+12015550166"}]
    async with site(tmp_path, phones=phones) as here:
        phone = await here.asset("guard")
        assert phone["facts"]["comm"]["reason"] == "CONFIG_INVALID"
        assert "does not own +12015550166" in phone["reason"]
        assert await here.status("twilio") == "Normal"


async def test_masks_and_acknowledgements_survive_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            await into_fault(here)
            await here.command("guard", "Acknowledge")
            await here.command("gate", "Mask")
        async with here.running(config):
            assert [await here.status(asset) for asset in ("guard", "gate")] == ["Acknowledged", "Masked"]


async def test_an_undelivered_text_is_a_fault_until_one_is_delivered(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "delivery", "status": "undelivered", "error_code": 30003}, "delivery")
        execution = await here.send("Fire")
        await here.clock.advance(60)
        assert (await here.execution(execution))["delivery"] == "undelivered"
        phone = await here.asset("guard")
        assert phone["status"] == "Fault"
        assert "the handset is switched off or out of reach (Twilio error 30003)" in phone["reason"]
        await here.send("Fire")
        await here.clock.advance(60)
        assert await here.status() == "Normal"
