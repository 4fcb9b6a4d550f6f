"""Receiving by polling: each message once, the documented events, and nothing older than the first start."""

from pathlib import Path

from support.driver_site import GUARD, OURS, settings, site


async def test_a_text_makes_the_systems_event_and_then_the_phones(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        row = await here.fake.handset(GUARD).send(OURS, "On my way")
        await here.clock.advance(10)
        received = [event for event in await here.events() if event["name"].startswith("Message Received")]
        assert [(event["name"], event["assetId"]) for event in received] == [
            ("Message Received", "twilio"),
            ("Message Received from External Number", "guard"),
        ]
        system, phone = (event["parameters"] for event in received)
        assert list(system) == [
            "Source Phone Number",
            "Destination Phone Number",
            "Message Content",
            "Received Timestamp",
        ]
        assert list(phone) == ["Message Content", "Received Timestamp"]
        assert (system["Source Phone Number"], system["Destination Phone Number"]) == (GUARD, OURS)
        assert phone == {"Message Content": "On my way", "Received Timestamp": "2026-01-01T00:00:00.000Z"}
        assert received[0]["eventId"] == f"{row.sid}:twilio"
        assert received[1]["aliases"]["messageContent"] == "On my way"


async def test_texts_of_one_second_are_listed_in_the_order_in_which_they_were_sent(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        words = [f"part {number}" for number in range(8)]
        for text in words:
            await here.fake.handset(GUARD).send(OURS, text)
        await here.clock.advance(10)
        listed = await here.messages()
        assert [message["body"] for message in reversed(listed)] == words
        events = await here.events("Message Received")
        assert {event["occurredAt"] for event in events} == {"2026-01-01T00:00:00.000Z"}


async def test_a_text_from_nobody_we_know_makes_only_the_systems_event(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.fake.handset("+12015550177").send(OURS, "Wrong number")
        await here.clock.advance(10)
        received = [event for event in await here.events() if event["name"].startswith("Message Received")]
        assert [event["name"] for event in received] == ["Message Received"]


async def test_each_text_is_told_once_over_many_polls_and_a_restart(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        config = settings(here.fake, tmp_path)
        async with here.running(config):
            await here.fake.handset(GUARD).send(OURS, "one")
            await here.clock.advance(60)
        await here.fake.handset(GUARD).send(OURS, "two")
        await here.clock.advance(60)
        async with here.running(config):
            await here.clock.advance(60)
            texts = [event["parameters"]["Message Content"] for event in await here.events("Message Received")]
            assert texts == ["one", "two"]


async def test_our_own_texts_are_never_received(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        await here.send("outbound")
        await here.clock.advance(60)
        assert await here.events("Message Received") == []


async def test_nothing_older_than_the_first_start_is_told(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        await here.fake.handset(GUARD).send(OURS, "old")
        await here.clock.advance(5)
        async with here.running(settings(here.fake, tmp_path)):
            await here.fake.handset(GUARD).send(OURS, "new")
            await here.clock.advance(30)
            assert [e["parameters"]["Message Content"] for e in await here.events("Message Received")] == ["new"]


async def test_backfill_tells_what_came_shortly_before_the_first_start(tmp_path: Path) -> None:
    async with site(tmp_path, start=False) as here:
        await here.fake.handset(GUARD).send(OURS, "old")
        await here.clock.advance(5)
        async with here.running(settings(here.fake, tmp_path, receive={"backfill_s": 3600})):
            assert [e["parameters"]["Message Content"] for e in await here.events("Message Received")] == ["old"]


async def test_texts_come_after_twilio_was_out_of_reach(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        here.fault({"type": "http_error", "status": 500}, "messages.list", times=2)
        await here.fake.handset(GUARD).send(OURS, "still there")
        await here.clock.advance(120)
        assert [e["parameters"]["Message Content"] for e in await here.events("Message Received")] == ["still there"]


async def test_texts_of_the_same_second_keep_their_order(tmp_path: Path) -> None:
    async with site(tmp_path) as here:
        for word in ("one", "two", "three"):
            await here.fake.handset(GUARD).send(OURS, word)
        await here.clock.advance(10)
        assert [e["parameters"]["Message Content"] for e in await here.events("Message Received")] == [
            "one",
            "two",
            "three",
        ]
