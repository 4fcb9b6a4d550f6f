"""Every way an attempt can end because of a Twilio fault: never lost, never sent twice, and always reported."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from support.driver_site import GATE, GUARD, OURS, REFUSED, Site, site

#: Fault -> (times, outcomes of the attempts, final state, messages on the handset, create requests).
ROWS: dict[str, tuple[dict[str, Any], int, list[str], str, int, int]] = {
    "400 refused once": (REFUSED, 1, ["refused", "accepted"], "succeeded", 1, 2),
    "400 refused twice": (REFUSED, 2, ["refused", "refused"], "terminated", 0, 2),
    "401 once": ({"type": "http_error", "status": 401, "code": 20003}, 1, ["refused", "accepted"], "succeeded", 1, 2),
    "403 once": ({"type": "http_error", "status": 403, "code": 20008}, 1, ["refused", "accepted"], "succeeded", 1, 2),
    "404 once": ({"type": "http_error", "status": 404, "code": 20404}, 1, ["refused", "accepted"], "succeeded", 1, 2),
    "409 once": ({"type": "http_error", "status": 409, "code": 20409}, 1, ["refused", "accepted"], "succeeded", 1, 2),
    "422 once": ({"type": "http_error", "status": 422, "code": 20422}, 1, ["transient", "accepted"], "succeeded", 1, 2),
    "429 once": ({"type": "rate_limit", "retry_after": 1}, 1, ["transient", "accepted"], "succeeded", 1, 2),
    "429 twice": ({"type": "rate_limit", "retry_after": 1}, 2, ["transient", "transient"], "terminated", 0, 2),
    "500 once": ({"type": "http_error", "status": 500}, 1, ["unknown", "accepted"], "succeeded", 1, 2),
    "502 once": ({"type": "http_error", "status": 502}, 1, ["unknown", "accepted"], "succeeded", 1, 2),
    "503 twice": ({"type": "http_error", "status": 503}, 2, ["unknown", "unknown"], "terminated", 0, 2),
    "504 once": ({"type": "http_error", "status": 504}, 1, ["unknown", "accepted"], "succeeded", 1, 2),
    "reset before": ({"type": "reset_before"}, 1, ["unknown", "accepted"], "succeeded", 1, 2),
    "reset before twice": ({"type": "reset_before"}, 2, ["unknown", "unknown"], "terminated", 0, 2),
    "reset after": ({"type": "reset_after"}, 1, ["adopted"], "succeeded", 1, 1),
    "reset after, on the second": ({"type": "reset_after"}, 2, ["adopted"], "succeeded", 1, 1),
    "hang before": ({"type": "hang_before"}, 1, ["unknown", "accepted"], "succeeded", 1, 2),
    "hang after": ({"type": "hang_after"}, 1, ["adopted"], "succeeded", 1, 1),
    "truncated": ({"type": "truncate"}, 1, ["adopted"], "succeeded", 1, 1),
    "malformed": ({"type": "malformed_json"}, 1, ["adopted"], "succeeded", 1, 1),
    "html": ({"type": "html_error"}, 1, ["adopted"], "succeeded", 1, 1),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
async def test_how_an_attempt_ends(tmp_path: Path, name: str) -> None:
    effect, times, outcomes, state, arrived, creates = ROWS[name]
    async with site(tmp_path) as here:
        here.fault(effect, times=times)
        execution = await here.send("Fire in B2")
        await here.clock.advance(120)
        answer = await here.execution(execution)
        assert [attempt["outcome"] for attempt in answer["attempts"]] == outcomes
        assert (answer["state"], len(here.received()), here.creates()) == (state, arrived, creates)
        if state == "terminated":
            assert await here.status() == "Fault"


async def test_a_slow_list_is_asked_again_before_anything_is_decided(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612})
        here.fault({"type": "reset_after"})
        here.fault({"type": "list_lag", "seconds": 8}, "messages.list", times=None)
        execution = await here.send("Only once")
        await here.clock.advance(60)
        answer = await here.execution(execution)
        assert (answer["state"], len(here.received())) == ("succeeded", 1)
        assert [attempt["outcome"] for attempt in answer["attempts"]] == ["refused", "adopted"]


async def test_what_nobody_can_tell_is_parked_and_can_be_requeued(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "hang_before"})
        here.fault({"type": "http_error", "status": 503}, "messages.list", times=None)
        execution = await here.send("Who knows")
        await here.clock.advance(120)
        answer = await here.execution(execution)
        assert (answer["state"], len(answer["attempts"])) == ("unknown", 1)
        assert "the look-ups failed" in answer["reason"]
        [dead] = await here.dead_letters()
        assert dead["executionId"] == execution
        here.fake.faults.clear()
        await here.requeue(execution)
        await here.clock.advance(5)
        assert here.received() == ["Who knows"]


async def test_a_permanent_refusal_is_not_tried_again_if_so_chosen(tmp_path: Path) -> None:
    async with site(tmp_path, send={"retry_permanent": False}) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21614}, times=None)
        execution = await here.send("Fire")
        await here.clock.advance(30)
        assert ((await here.execution(execution))["state"], here.creates()) == ("terminated", 1)


@pytest.mark.parametrize("code", [20422, 21611, 21702])
async def test_what_passes_by_itself_is_tried_again_whatever_was_chosen(tmp_path: Path, code: int) -> None:
    """Twilio's catalog says of these errors that the request was not processed and can be retried."""
    async with site(tmp_path, send={"retry_permanent": False}) as here:
        here.fault({"type": "http_error", "status": 400, "code": code})
        execution = await here.send("Fire")
        await here.clock.advance(30)
        answer = await here.execution(execution)
        assert [attempt["outcome"] for attempt in answer["attempts"]] == ["transient", "accepted"]


async def test_a_text_that_would_be_too_old_is_not_sent(tmp_path: Path) -> None:
    async with site(tmp_path, send={"validity_s": 4}) as here:
        here.fault({"type": "http_error", "status": 400, "code": 21612})
        execution = await here.send("Stale")
        await here.clock.advance(30)
        answer = await here.execution(execution)
        assert (answer["state"], here.creates()) == ("terminated", 1)
        assert "too old" in answer["reason"]


async def test_a_second_alarm_is_not_raised_for_what_the_lost_communication_explains(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503}, "*", times=None)
        await here.send("Fire")
        await here.clock.advance(30)
        phone = await here.asset("guard")
        assert (phone["status"], phone["facts"]["faults"]) == ("No Communication", [])


async def test_where_lists_lag_the_second_attempt_can_be_made_to_wait_for_several_looks(tmp_path: Path) -> None:
    async with site(tmp_path, send={"lookups_before_resend": 3}) as here:
        here.fault({"type": "reset_after"})
        here.fault({"type": "list_lag", "seconds": 20}, "messages.list", times=None)
        execution = await here.send("Only once")
        await here.clock.advance(60)
        answer = await here.execution(execution)
        assert (answer["state"], here.creates(), len(here.received())) == ("succeeded", 1, 1)
        here.fake.faults.clear()
        here.fault({"type": "reset_before"})
        await here.send("Never arrived")
        await here.clock.advance(60)
        assert here.received() == ["Only once", "Never arrived"]


async def _refused(here: Site, body: str) -> None:
    """Have another program try to send the same message, which is refused."""

    def ask() -> None:
        with pytest.raises(TwilioRestException):
            here.fake.client().messages.create(to=GUARD, from_=OURS, body=body)

    await asyncio.to_thread(ask)


async def test_a_list_that_lags_as_it_does_on_an_ordinary_day_doubles_nothing(tmp_path: Path) -> None:
    for lost in ("reset_after", "hang_after"):
        folder = tmp_path / lost
        folder.mkdir()
        async with site(folder) as here:
            here.fault({"type": lost})
            here.fault({"type": "list_lag", "seconds": 30}, "messages.list", times=None)
            execution = await here.send("Only once")
            await here.clock.advance(120)
            answer = await here.execution(execution)
            assert (answer["state"], here.creates(), here.received()) == ("succeeded", 1, ["Only once"]), lost


async def test_what_twilio_refused_is_not_taken_for_the_lost_text(tmp_path: Path) -> None:
    """Another program's refused request is listed as a failed message with the same numbers and the same body."""
    async with site(tmp_path, trial=True, account={"verified": [GATE]}) as here:
        here.fault({"type": "reset_before"})
        execution = await here.send("Fire")
        await _refused(here, "Fire")
        await here.clock.advance(60)
        answer = await here.execution(execution)
        assert [attempt["outcome"] for attempt in answer["attempts"]] == ["unknown", "refused"]
        assert (answer["state"], here.creates()) == ("terminated", 3)


async def test_a_live_message_is_found_behind_refused_ones(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "reset_after"})
        execution = await here.send("Fire")
        await here.fake.handset(GUARD).send(OURS, "STOP")
        await _refused(here, "Fire")
        await here.clock.advance(60)
        answer = await here.execution(execution)
        assert [attempt["outcome"] for attempt in answer["attempts"]] == ["adopted"]
        assert (answer["state"], here.creates()) == ("succeeded", 2)


async def test_a_text_of_unknown_fate_is_no_fault_if_so_chosen(tmp_path: Path) -> None:
    states = {"fault_on_send_failure": False, "child_fault_rollup": False}
    async with site(tmp_path, states=states) as here:
        here.fault({"type": "hang_before"})
        here.fault({"type": "http_error", "status": 503}, "messages.list", times=None)
        execution = await here.send("Who knows")
        await here.clock.advance(120)
        here.fake.faults.clear()
        await here.clock.advance(70)
        assert (await here.execution(execution))["state"] == "unknown"
        assert await here.status() == "Normal"
