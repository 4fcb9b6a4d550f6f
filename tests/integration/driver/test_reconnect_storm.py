"""A storm of commands: new commands get their response before messages that are already stored are sent."""

from pathlib import Path

from driver.services.outbox import MAX_ATTEMPTS_MEANWHILE
from support.driver_site import OURS, Site, site

MORE = 5


async def storm(here: Site) -> None:
    """Send a message to each of more numbers than may be worked on at once."""
    for number in range(MAX_ATTEMPTS_MEANWHILE + MORE):
        text = {
            "Message Content": "Fire",
            "Source Phone Number": OURS,
            "Destination Number": f"+120155501{10 + number}",
        }
        await here.client.system_command("twilio", "Send Message", text)


async def test_while_a_command_waits_for_its_answer_few_texts_are_under_way(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "latency", "seconds": 2}, times=None)
        with here.driver.services.outbox.accepting():
            await storm(here)
            await here.clock.wait_idle()
            assert here.creates() == MAX_ATTEMPTS_MEANWHILE
        await here.clock.wait_idle()
        assert here.creates() == MAX_ATTEMPTS_MEANWHILE + MORE


async def test_texts_go_out_one_by_one_although_a_command_always_waits(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "latency", "seconds": 2}, times=None)
        with here.driver.services.outbox.accepting():
            await storm(here)
            await here.clock.advance(2)
            assert here.creates() == MAX_ATTEMPTS_MEANWHILE + MORE
