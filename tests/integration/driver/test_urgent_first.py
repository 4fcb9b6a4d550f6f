"""An urgent message overtakes those waiting for its number; all others keep their order."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from support.driver_site import OURS, Site, settings, site

BOSS = {"id": "boss", "caption": "Boss", "external_phone_number": "+12015550103", "twilio_phone_number": OURS}
CROWD = [
    {"id": f"p{i}", "external_phone_number": f"+1201555{1000 + i}", "twilio_phone_number": OURS} for i in range(40)
]
URGENT = {"on": "Message Received", "severity": 1, "do": [{"to": ["boss", "p0"], "message": "{Message Content}"}]}
SITE: dict[str, Any] = {"phones": [*CROWD, BOSS], "send": {"per_sender_per_s": 1}, "workflows": [URGENT]}


async def crowd_is_texted(here: Site) -> None:
    for i in range(40):
        await here.client.command(f"p{i}", "Send Message", {"Message Content": f"drill {i}"})
    await here.client.command("p0", "Send Message", {"Message Content": "drill again"})


def sent(here: Site) -> list[str]:
    return [
        parse_qs(each.body.decode())["Body"][0] for each in here.fake.requests if each.operation == "messages.create"
    ]


async def test_an_urgent_text_overtakes_a_crowd(tmp_path: Path) -> None:
    async with site(tmp_path, **SITE) as here:
        await crowd_is_texted(here)
        await here.clock.advance(5)
        await here.fake.handset("+12015550199").send(OURS, "man hurt")
        await here.clock.advance(12)
        bodies = sent(here)
        assert len(bodies) < 25, "the crowd waits for the pace of its sender"
        assert bodies.count("man hurt") == 2, "for the phone as well for which an ordinary text still waits"
        await here.clock.advance(60)
        drills = [body for body in sent(here) if body != "man hurt"]
        assert drills == [*(f"drill {i}" for i in range(40)), "drill again"], "the others keep their order"


async def test_what_is_urgent_is_so_after_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path, **SITE)
        async with here.running(config):
            here.fault({"type": "rate_limit", "retry_after": 300}, times=None)
            await here.fake.handset("+12015550199").send(OURS, "man hurt")
            await crowd_is_texted(here)
            await here.clock.advance(11)
        here.fake.faults.clear()
        before = len(sent(here))
        async with here.running(config):
            await here.clock.advance(40)
            assert "man hurt" in sent(here)[before : before + 6]
