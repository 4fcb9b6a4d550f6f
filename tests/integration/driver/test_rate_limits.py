"""Rate limits: messages are sent later, not twice, and a known limit costs no attempt."""

from pathlib import Path

import pytest

from driver.runtime import idle
from support.driver_site import GATE, OURS, Site, site


def crowd(number: int, ours: str = OURS) -> list[dict[str, str]]:
    return [
        {"id": f"p{i}", "external_phone_number": f"+1201555{1000 + i}", "twilio_phone_number": ours}
        for i in range(number)
    ]


async def states(here: Site, executions: list[str]) -> dict[str, int]:
    found = [(await here.execution(each))["state"] for each in executions]
    return {state: found.count(state) for state in set(found)}


async def burst(here: Site, number: int) -> list[str]:
    """Give commands to many phones at once and return their executions."""
    executions = []
    for i in range(number):
        accepted = await here.client.command(f"p{i}", "Send Message", {"Message Content": f"Fire {i}"})
        executions.append(accepted.execution_id)
    return executions


async def test_a_burst_beyond_the_accounts_concurrency_all_goes_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idle, "LOOK_S", 0.0005)  # most of the time Twilio is slow on purpose
    async with site(tmp_path, phones=crowd(30), seed={"concurrency_limit": 5}) as here:
        here.fault({"type": "latency", "seconds": 0.2}, times=None)
        executions = await burst(here, 30)
        await here.clock.wait_idle()
        answer = await here.asset("twilio")
        [limited] = [fault for fault in answer["facts"]["faults"] if fault["cause"] == "rate_limited"]
        assert "twilio.concurrency (now 50)" in limited["hint"]
        await here.clock.advance(60)
        assert await states(here, executions) == {"succeeded": 30}
        attempts = [len((await here.execution(each))["attempts"]) for each in executions]
        assert attempts.count(2) <= 10, "only what was in flight when Twilio first said no"


@pytest.mark.parametrize("code", [21611, 21702])
async def test_the_backlog_of_a_sender_whose_queue_is_full_waits(tmp_path: Path, code: int) -> None:
    async with site(tmp_path, phones=crowd(30)) as here:
        here.fault({"type": "http_error", "status": 400, "code": code}, times=None)
        executions = await burst(here, 30)
        await here.clock.advance(40)
        assert here.creates() < 60
        here.fake.faults.clear()
        await here.clock.advance(600)
        answer = await states(here, executions)
        assert answer["succeeded"] >= 25, answer


@pytest.mark.parametrize(("code", "words"), [(21611, "too many texts wait at Twilio for this sender"), (21702, "")])
async def test_a_sender_whose_queue_is_full_is_seen_on_its_phone(tmp_path: Path, code: int, words: str) -> None:
    """The fault appears while the message waits for its second attempt, and stays until a message gets through."""
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": code})
        execution = await here.send("one")
        assert (await here.execution(execution))["state"] == "executing"
        [fault] = (await here.asset("guard"))["facts"]["faults"]
        assert (fault["cause"], fault["code"]) == ("send_failed", code)
        assert words in fault["detail"]
        assert (await here.asset("gate"))["facts"]["faults"] == []
        await here.clock.advance(10)
        assert (await here.execution(execution))["state"] == "succeeded"
        assert (await here.asset("guard"))["facts"]["faults"] == []


async def test_what_twilio_asks_for_is_honored(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "rate_limit", "retry_after": 20})
        await here.send("one")
        await here.send("two", "gate")
        await here.clock.advance(19)
        assert here.creates() == 1
        await here.clock.advance(2)
        assert (here.received(), here.received(GATE)) == (["one"], ["two"])


async def test_a_limit_that_stands_takes_no_second_attempt(tmp_path: Path) -> None:
    """As long as even reads are refused, no message is sent only to be refused."""
    async with site(tmp_path, phones=crowd(20)) as here:
        here.fault({"type": "rate_limit"}, "*", times=None)
        executions = await burst(here, 20)
        await here.clock.advance(300)
        answer = await states(here, executions)
        assert "terminated" not in answer
        assert answer["accepted"] >= 18
        assert here.creates() <= 2
        here.fake.faults.clear()
        await here.clock.advance(120)
        assert await states(here, executions) == {"succeeded": 20}
