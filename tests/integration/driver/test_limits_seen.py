"""A limit that holds messages back is visible as long as it does, however it was met, and across a restart."""

from pathlib import Path

from support.driver_site import DriverSite, misbehaving_site, settings, site
from support.misbehaving_tricks import refuse

CREATE, LIST, MEDIA = "messages.create", "messages.list", "media.list"


async def causes(here: DriverSite) -> list[str]:
    return [fault["cause"] for fault in (await here.asset("twilio"))["facts"]["faults"]]


async def test_a_long_pause_is_seen_as_long_as_texts_wait_for_it(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "rate_limit", "retry_after": 3600})
        execution = await here.send("one")
        await here.clock.advance(1800)
        assert (await here.execution(execution))["state"] == "executing"
        assert await causes(here) == ["rate_limited"], "polls and probes are answered, but no text leaves"
        await here.clock.advance(1810)
        assert (await here.execution(execution))["state"] == "succeeded"
        assert await causes(here) == []


async def test_a_limit_is_over_after_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            here.fault({"type": "rate_limit", "retry_after": 3600})
            await here.send("one")
            assert await causes(here) == ["rate_limited"]
        async with here.running(config):
            await here.clock.advance(120)
            assert await causes(here) == []


async def test_a_limit_that_a_question_meets_is_seen_too(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.trick(MEDIA, refuse(429, 20429, Retry_After="600"), times=1)
        here.twilio.text("+12015550199", "picture", num_media="1")
        await here.clock.advance(12)
        execution = await here.send("one")
        await here.clock.advance(10)
        assert (await here.execution(execution))["state"] == "accepted"
        assert await causes(here) == ["rate_limited"]


async def test_a_text_in_doubt_waits_for_the_limit_before_it_is_looked_up(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 503})
        here.fault({"type": "rate_limit", "retry_after": 120}, "messages.list", times=None)
        here.fault({"type": "rate_limit", "retry_after": 120}, "accounts.fetch", times=None)
        execution = await here.send("one")
        await here.clock.advance(240)
        answer = await here.execution(execution)
        assert answer["state"] == "executing", answer
        here.fake.faults.clear()
        await here.clock.advance(240)
        assert (await here.execution(execution))["state"] == "succeeded"


async def test_questions_that_stay_refused_hold_up_no_text_for_long(tmp_path: Path) -> None:
    """Polls continue meanwhile, and the response to each may demand another pause."""
    async with site(tmp_path) as here:
        here.fault({"type": "rate_limit", "retry_after": 600}, LIST, times=None)
        await here.clock.advance(300)
        execution = await here.send("Fire")
        await here.clock.advance(60)
        assert (await here.execution(execution))["state"] == "succeeded"
