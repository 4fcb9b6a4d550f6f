"""Findings of probing and polling: facts that change the state, reported once each, and never with a secret."""

from pathlib import Path

import pytest

from support.driver_site import GUARD, OURS, settings, site

LIMITED = {"type": "rate_limit", "retry_after": 1}


async def test_too_many_requests_are_a_fault_of_the_system_until_twilio_answers_again(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault(LIMITED)
        execution = await here.send("Fire")
        assert [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]] == ["rate_limited"]
        await here.clock.advance(5)
        assert (await here.execution(execution))["state"] == "succeeded"
        await here.clock.advance(60)
        assert await here.status("twilio") == "Normal"


async def test_polls_that_fail_while_the_rest_works_are_told(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 20001}, "messages.list", times=4)
        await here.clock.advance(45)
        system = await here.asset("twilio")
        assert (system["status"], system["facts"]["faults"][0]["cause"]) == ("Fault", "poll_lagging")
        await here.clock.advance(200)
        assert await here.status("twilio") == "Normal"


async def test_a_suspended_account_is_told(tmp_path: Path) -> None:
    async with site(tmp_path, account={"status": "suspended"}) as here:
        system = await here.asset("twilio")
        assert system["status"] in {"Fault", "No Communication"}
        assert "suspended" in system["reason"] or "not active" in system["reason"]


async def test_one_failed_answer_is_no_loss_of_communication(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=2)
        await here.clock.advance(30)
        assert await here.events("AlarmRaised") == []
        assert await here.status("twilio") == "Normal"


async def test_loss_and_recovery_are_logged_once_each(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(600)
        here.fake.faults.clear()
        await here.clock.advance(120)
        answer = [record["event"] for record in await here.client.logs(logger="driver.health", pageSize="1000")]
        assert answer.count("twilio_unreachable") == 1
        assert answer.count("twilio_reachable") == 2


@pytest.mark.parametrize("outage_s", [55, 95, 200, 605])
async def test_polls_that_failed_with_the_line_raise_no_second_alarm_once_it_is_back(
    tmp_path: Path, outage_s: int
) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.clock.advance(outage_s)
        here.fake.faults.clear()
        while await here.status("twilio") != "Normal":
            await here.clock.advance(1)
        await here.fake.handset(GUARD).send(OURS, "coming")
        await here.clock.advance(10)
        assert [event["parameters"]["Alarm Type"] for event in await here.events("AlarmRaised")] == ["No Communication"]
        assert len(await here.events("Message Received")) == 1


async def test_secrets_and_numbers_never_reach_the_log(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612})
        await here.send("very private words")
        await here.clock.advance(10)
        log = str(await here.client.logs(pageSize="1000"))
        assert here.fake.auth_token not in log
        assert GUARD not in log
        assert OURS not in log
        assert "private words" not in log


async def test_an_api_key_is_enough_although_it_may_not_read_the_account(tmp_path: Path) -> None:
    sid, secret = "SK" + "a" * 32, "s" * 32
    key = {"auth_token": None, "api_key_sid": sid, "api_key_secret": secret}
    async with site(tmp_path, account={"api_keys": [{"sid": sid, "secret": secret}]}, twilio=key) as here:
        assert await here.status("twilio") == "Normal"
        execution = await here.send("Fire")
        await here.clock.advance(5)
        assert (await here.execution(execution))["delivery"] == "delivered"
        await here.fake.handset(GUARD).send(OURS, "coming")
        await here.clock.advance(10)
        assert len(await here.events("Message Received")) == 1


async def test_a_poll_that_is_answered_first_asks_for_no_second_probe(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        here.fault({"type": "latency", "seconds": 2}, "accounts.fetch")
        async with here.running(settings(here.fake, tmp_path)):
            assert await here.status("twilio") == "No Communication"
            await here.clock.advance(2)
            assert await here.status("twilio") == "Normal"
            assert [exchange.operation for exchange in here.fake.requests].count("accounts.fetch") == 1


async def test_a_probe_that_fails_although_a_poll_was_answered_is_made_again_at_once(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        here.fault({"type": "hang_before"}, "accounts.fetch")
        async with here.running(config):
            await here.clock.advance(config.twilio.timeout_s - 0.1)
            assert await here.status("twilio") == "No Communication"
            await here.clock.advance(0.1)
            assert await here.status("twilio") == "Normal"
