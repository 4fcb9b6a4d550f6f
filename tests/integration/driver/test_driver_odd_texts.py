"""What an arriving message must not do: hold up others, or the driver, because something about it is odd."""

from pathlib import Path

from support.driver_site import GATE, GUARD
from support.misbehaving_site import misbehaving_site


async def test_texts_arrive_and_leave_with_a_twilio_that_behaves(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.text(GUARD, "On my way")
        here.twilio.text(GATE, "Closed")
        await here.clock.advance(10)
        assert await here.texts() == ["On my way", "Closed"]
        execution = await here.send("Fire")
        assert (await here.execution(execution))["state"] == "succeeded"
        assert here.twilio.messages[-1]["body"] == "Fire"
        assert await here.status("twilio") == "Normal"
