"""The timeline of a scenario: who did what."""

import aiohttp

from bench.evidence import evidence
from bench.fake_side import fake_side
from fake_twilio.clock import ManualClock


async def test_the_timeline_tells_requests_of_the_bench_from_those_of_the_driver() -> None:
    async with aiohttp.ClientSession() as session, fake_side(ManualClock(), session) as side:
        account = side.account("Full")
        await side.point_number_to(account, account.numbers[0], "")
        await side.add_alpha_sender(account, "Site")
        signed = {"Authorization": aiohttp.encode_basic_auth(account.sid, account.auth_token)}
        await session.get(f"{side.base_url}/2010-04-01/Accounts/{account.sid}.json", headers=signed)
        rows = evidence(await side.requests(), [], [], [], [], side.cast()).timeline
    assert [(who, what.partition(" ")[0]) for _, who, what in rows] == [
        ("bench → Twilio", "GET"),
        ("bench → Twilio", "POST"),
        ("bench → Twilio", "POST"),
        ("driver → Twilio", "GET"),
    ]
