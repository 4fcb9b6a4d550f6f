"""Sender queues: their rates from the seed, across restarts, and in services."""

import asyncio

import pytest

from support.fake_seeds import SERVICE, whole_seed
from support.fake_wire import GUARD, OURS, seed, wire

SECOND = "+12015550199"
BY_SERVICE = {"From": "", "MessagingServiceSid": SERVICE}


async def test_a_queue_counts_at_any_pace_where_the_seed_says_how_fast() -> None:
    numbers = [{"phone_number": OURS, "messages_per_second": 0.5}, {"phone_number": SECOND}]
    async with wire(seed=seed(numbers=numbers, messages_per_second=10)) as site:
        sids = [(await site.created("x" * size, StatusCallback=site.hook_url))["sid"] for size in (10, 200, 10)]
        quick = (await site.created(From=SECOND))["sid"]
        await site.fake.wait_idle()
        # One segment takes two seconds; the second message has two of them.
        for seconds, statuses in ((0, "dqq"), (1.9, "dqq"), (0.2, "ddq"), (3.8, "ddq"), (0.2, "ddd")):
            await site.fake.clock.advance(seconds)
            assert "".join([(await site.fetch(sid))["status"][0] for sid in sids]) == statuses, seconds
        assert (await site.fetch(quick))["status"] == "delivered"


async def test_a_service_is_as_fast_as_all_its_numbers_together() -> None:
    service = {"sid": SERVICE, "numbers": [OURS, SECOND], "sticky_sender": False, "area_code_geomatch": False}
    numbers = [{"phone_number": OURS}, {"phone_number": SECOND}]
    async with wire(seed=seed(numbers=numbers, messaging_services=[service], messages_per_second=1)) as site:
        sids = [(await site.created(**BY_SERVICE))["sid"] for _ in range(6)]
        await site.fake.wait_idle()
        assert [(await site.fetch(sid))["from"] for sid in sids] == [OURS, SECOND] * 3
        await site.fake.clock.advance(2)
        assert {(await site.fetch(sid))["status"] for sid in sids} == {"delivered"}


async def test_a_queue_outlives_a_restart() -> None:
    document = seed(messages_per_second=0.001)
    async with wire(seed=document) as site:
        for _ in range(37):
            await site.created()
        await site.fake.wait_idle()
        snapshot = await site.control("GET", "/snapshot")
    async with wire(seed=document) as site:
        await site.control("PUT", "/snapshot", snapshot)
        async with site.create() as answer:
            assert (await answer.json())["code"] == 21611
        await site.fake.clock.advance(1000)
        async with site.create() as answer:
            assert answer.status == 201


async def test_the_validity_of_a_service_counts_where_it_is_shorter() -> None:
    document = whole_seed(messages_per_second=0.1)
    document["accounts"][0]["messaging_services"][1]["validity_period"] = 5
    async with wire(seed=document) as site:
        await site.created(**BY_SERVICE)
        row = await site.created(**BY_SERVICE)
        await asyncio.gather(site.fake.wait_idle(), site.fake.clock.advance(5))
        assert (await site.fetch(row["sid"]))["error_code"] == 30036


async def test_validity_and_the_queue_of_a_slow_sender() -> None:
    async with wire(pace="realistic") as site:
        first = [(await site.created(str(n)))["sid"] for n in range(3)]
        impatient = (await site.created("now or never", ValidityPeriod="2"))["sid"]
        await site.fake.clock.advance(1.9)
        assert (await site.fetch(first[2]))["status"] == "queued"
        await site.fake.clock.advance(0.6)
        assert (await site.fetch(impatient))["error_code"] == 30036
        await site.fake.clock.advance(30)
        assert (await site.fetch(first[2]))["status"] == "delivered"
        now = site.fake.context.now()
        from datetime import timedelta

        site.fake.backend.throughput._free[OURS] = now + timedelta(hours=11)
        async with site.create() as answer:
            assert (await answer.json())["code"] == 21611


@pytest.mark.parametrize(
    ("sender", "seconds"),
    [(OURS, 6.0), ("+18005550100", 2.0), ("12345", 0.06), ("Alarms", 0.6), ("+447400123456", 0.6)],
)
async def test_each_kind_of_sender_has_its_speed_at_realistic_pace(sender: str, seconds: float) -> None:
    """Six segments are ahead of the last message and determine how long it waits to be sent."""
    numbers = [{"phone_number": number} for number in (OURS, "+18005550100", "+447400123456")]
    document = seed(numbers=numbers, short_codes=[{"short_code": "12345"}], geo_permissions=["US", "GB"])
    # Alphanumeric senders cannot text North America.
    to = "+447400123457" if sender == "Alarms" else GUARD
    async with wire(seed=document, pace="realistic") as site:
        for _ in range(3):
            await site.created("x" * 200, From=sender, To=to)
        last = (await site.created(From=sender, To=to))["sid"]
        await site.fake.clock.advance(seconds)
        assert (await site.fetch(last))["status"] == "queued"
        await site.fake.clock.advance(0.31)
        assert (await site.fetch(last))["status"] == "sending"
