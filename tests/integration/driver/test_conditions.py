"""What probing finds out about account and numbers: conditions among an asset's facts, faults only where configured."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from driver.api.frames import HelloFrame, SnapshotFrame
from support.driver_site import DEMO, GATE, GUARD, OURS, Site, settings, site

EVERY = {"fault_on": ["trial", "unverified", "automatic_reply"]}


async def conditions(here: Site, asset: str) -> dict[str, Any]:
    facts = (await here.asset(asset))["facts"]
    return {condition["cause"]: condition for condition in facts["conditions"]}


async def answer(here: Site, event: str) -> list[tuple[str, str, str]]:
    records = await here.client.logs(logger="driver.assets", pageSize="1000")
    return [
        (record["level"], record["asset_id"], record["condition"]) for record in records if record["event"] == event
    ]


async def test_a_trial_account_and_its_unverified_numbers_are_facts_and_no_faults(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True) as here:
        trial = (await conditions(here, "twilio"))["trial"]
        assert trial["hint"] == "upgrade the account in the Twilio console"
        assert (trial["since"], trial["stale"]) == ("2026-01-01T00:00:00.000Z", False)
        assert await conditions(here, "guard") == {}
        unverified = (await conditions(here, "gate"))["unverified"]
        assert "verify the number" in unverified["hint"]
        assert GATE in unverified["detail"]
        assert [await here.status(asset) for asset in ("twilio", "guard", "gate")] == ["Normal"] * 3
        await here.clock.advance(300)
        assert (await conditions(here, "gate"))["unverified"] == unverified, "since when it is so stays"


async def test_the_automatic_reply_is_a_fact_until_it_is_switched_off(tmp_path: Path) -> None:
    async with site(tmp_path, sms_url=DEMO) as here:
        reply = (await conditions(here, "twilio"))["automatic_reply"]
        assert OURS in reply["detail"]
        assert "TwiML Bin" in reply["hint"]
        await here.clock.advance(600)
        await here.switch_off_the_reply()
        await here.clock.advance(60)
        assert await conditions(here, "twilio") == {}
        [found], [ended] = await here.events("ConditionFound"), await here.events("ConditionEnded")
        assert found["parameters"] == {
            "Condition": "automatic_reply",
            "Explanation": reply["detail"],
            "Hint": reply["hint"],
        }
        assert (ended["assetId"], ended["parameters"]["Condition"]) == ("twilio", "automatic_reply")
        assert await answer(here, "condition_found") == [("warning", "twilio", "automatic_reply")]
        assert await answer(here, "condition_ended") == [("info", "twilio", "automatic_reply")]


async def test_conditions_fault_where_the_site_wants_them_to(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True, sms_url=DEMO, states=EVERY) as here:
        assert [await here.status(asset) for asset in ("twilio", "guard", "gate")] == ["Fault", "Normal", "Fault"]
        [fault] = (await here.asset("gate"))["facts"]["faults"]
        assert (fault["cause"], fault["kind"]) == ("unverified", "standing")
        assert (await here.asset("gate"))["awaiting"] == fault["hint"]
        causes = {fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]}
        assert causes == {"trial", "automatic_reply", "child_fault"}
        await here.command("gate", "Acknowledge")
        await here.command("gate", "Reset")
        assert await here.status("gate") == "Fault", "the true state"


async def test_a_failed_text_on_a_trial_is_acknowledged_and_reset_to_normal(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True, sms_url=DEMO) as here:
        await here.send("Fire", "gate")
        await here.clock.advance(5)
        assert await here.status("gate") == "Fault"
        await here.command("gate", "Acknowledge")
        await here.command("gate", "Reset")
        assert [await here.status(asset) for asset in ("twilio", "gate")] == ["Normal"] * 2


async def test_a_reload_changes_which_conditions_fault(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True) as here:
        for choice, shown in ((EVERY, "Fault"), ({}, "Normal"), ({"fault_on": ["unverified"]}, "Fault")):
            await here.driver.reload(settings(here.fake, tmp_path, states=choice))
            await here.clock.wait_idle()
            assert await here.status("gate") == shown
        assert (await conditions(here, "gate"))["unverified"]["since"] == "2026-01-01T00:00:00.000Z"


async def test_conditions_are_kept_as_stale_while_nobody_can_look(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            await here.clock.advance(60)
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        async with here.running(config):
            known = (await conditions(here, "gate"))["unverified"]
            assert (known["since"], known["stale"]) == ("2026-01-01T00:00:00.000Z", True)
            assert await here.events("ConditionEnded") == []


@pytest.mark.parametrize(
    ("changes", "asset", "reason", "hint"),
    [
        ({"twilio": {"auth_token": "wrong-token"}}, "twilio", "AUTH_FAILED", "the Account SID and token"),
        ({"phones": [{"id": "guard", "external_phone_number": GUARD}]}, "guard", "CONFIG_INVALID", "both numbers"),
        (
            {"phones": [{"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": "+12015550166"}]},
            "guard",
            "CONFIG_INVALID",
            f"a number of the account as Twilio Phone Number (it has {OURS})",
        ),
    ],
)
async def test_no_communication_says_what_to_do(
    tmp_path: Path, changes: dict[str, Any], asset: str, reason: str, hint: str
) -> None:
    async with site(tmp_path, start=False) as here, here.running(settings(here.fake, tmp_path, **changes)):
        answer = await here.asset(asset)
        assert answer["facts"]["comm"]["reason"] == reason
        assert hint in answer["facts"]["comm"]["hint"]
        assert hint in answer["awaiting"]


async def test_a_messaging_service_that_is_not_the_accounts_is_told(tmp_path: Path) -> None:
    ours, theirs = "MG" + "a" * 32, "MG" + "b" * 32
    account = {"messaging_services": [{"sid": ours, "friendly_name": "alarms", "numbers": [OURS]}]}
    phones = [
        {"id": name, "external_phone_number": GUARD, "twilio_phone_number": sid}
        for name, sid in (("guard", ours), ("gate", theirs))
    ]
    async with site(tmp_path, account=account, phones=phones) as here:
        assert [await here.status(asset) for asset in ("twilio", "guard", "gate")] == [
            "Normal",
            "Normal",
            "No Communication",
        ]
        comm = (await here.asset("gate"))["facts"]["comm"]
        assert (comm["reason"], comm["detail"]) == (
            "CONFIG_INVALID",
            f"the Twilio account has no Messaging Service {theirs}",
        )
        assert comm["hint"] == f"a Messaging Service of the account (it has {ours}), or a number"
        findings = {finding.about: finding.verdict.value for finding in await here.driver.services.selftest.run()}
        assert (findings[ours], findings[theirs]) == ("ok", "problem")
        here.fault({"type": "http_error", "status": 403, "code": 70051}, "services.list", times=None)
        await here.clock.advance(60)
        assert await here.status("gate") == "Normal", "where nobody may look nothing is claimed"
        findings = {finding.about: finding.verdict.value for finding in await here.driver.services.selftest.run()}
        assert findings[theirs] == "warning"


async def test_what_was_seen_of_messaging_services_counts_while_their_host_fails(tmp_path: Path) -> None:
    async with site(tmp_path, account=with_service(), phones=BY_SERVICE) as here:
        here.fault({"type": "http_error", "status": 503}, "services.list", times=None)
        await here.clock.advance(300)
        answer = [await here.status(asset) for asset in ("twilio", "guard")]
        assert answer == ["Normal", "No Communication"], "texts go through another host; the pool was empty, and is"


async def test_a_number_without_texts_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with site(tmp_path, number={"capabilities": ["voice"]}) as here:
        comm = (await here.asset("guard"))["facts"]["comm"]
        assert (comm["detail"], comm["hint"]) == (
            f"the Twilio number {OURS} cannot send texts",
            "an SMS-capable number as Twilio Phone Number",
        )


async def test_listeners_learn_of_conditions(tmp_path: Path) -> None:
    async with site(tmp_path, trial=True) as here, here.client.events() as stream:
        assert isinstance(await stream.receive(5), HelloFrame)
        snapshot = await stream.receive(5)
        assert isinstance(snapshot, SnapshotFrame)
        (gate,) = (asset for asset in snapshot.assets if asset.asset_id == "gate")
        assert [condition.cause for condition in gate.facts.conditions] == ["unverified"]


SERVICE = "MG" + "a" * 32
BY_SERVICE = [{"id": "guard", "external_phone_number": GUARD, "twilio_phone_number": SERVICE}]


def with_service(*numbers: str, **more: Any) -> dict[str, Any]:
    return {"messaging_services": [{"sid": SERVICE, "friendly_name": "alarms", "numbers": list(numbers), **more}]}


async def test_a_messaging_service_without_a_sender_is_told_until_it_has_one(tmp_path: Path) -> None:
    async with site(tmp_path, account=with_service(), phones=BY_SERVICE) as here:
        comm = (await here.asset("guard"))["facts"]["comm"]
        assert (comm["reason"], comm["detail"]) == (
            "CONFIG_INVALID",
            f"the Messaging Service {SERVICE} has no SMS-capable sender",
        )
        answer = await here.command("guard", "Send Message", **{"Message Content": "Fire"})
        assert (answer["state"], answer["reason"]) == ("rejected", comm["detail"])

        def add() -> None:
            client = here.fake.client()
            [number] = client.incoming_phone_numbers.list()
            client.messaging.v1.services(SERVICE).phone_numbers.create(phone_number_sid=number.sid)

        await asyncio.to_thread(add)
        await here.clock.advance(60)
        assert await here.status() == "Normal"
        await here.send("Fire")
        assert here.received() == ["Fire"]


async def test_a_messaging_service_whose_number_cannot_text_is_told(tmp_path: Path) -> None:
    mute = {"capabilities": ["voice"]}
    async with site(tmp_path, account=with_service(OURS), number=mute, phones=BY_SERVICE) as here:
        assert await here.status() == "No Communication"
        findings = {finding.about: finding.verdict.value for finding in await here.driver.services.selftest.run()}
        assert findings[SERVICE] == "problem"


@pytest.mark.parametrize(
    ("more", "found"),
    [({}, ["inbound_dropped"]), ({"use_inbound_webhook_on_number": True}, [])],
)
async def test_a_messaging_service_that_drops_what_is_texted_back_is_a_fact(
    tmp_path: Path, more: dict[str, Any], found: list[str]
) -> None:
    async with site(tmp_path, account=with_service(OURS, **more), phones=BY_SERVICE) as here:
        assert list(await conditions(here, "guard")) == found
        assert await here.status() == "Normal"


async def test_a_pool_that_may_not_be_read_is_nothing_bad(tmp_path: Path) -> None:
    async with site(tmp_path, start=False, account=with_service(), phones=BY_SERVICE) as here:
        here.fault({"type": "http_error", "status": 403, "code": 70051}, "services.phone_numbers.list", times=None)
        async with here.running(settings(here.fake, tmp_path, phones=BY_SERVICE)):
            assert await here.status() == "Normal"
