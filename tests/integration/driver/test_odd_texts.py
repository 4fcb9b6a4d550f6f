"""A malformed incoming message must not hold up other messages, or the driver."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from support.driver_site import GATE, GUARD, OURS, misbehaving_site, refused, settings
from support.driver_webhooks import post, webhook_site
from support.misbehaving_tricks import answer, drop, edited, refuse, silent
from support.misbehaving_twilio import Answer, Exchange

ODD = "half \ud83d an emoji and \x00 nothing"
CLEAN = "half \ufffd an emoji and \ufffd nothing"


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


async def test_characters_that_no_database_takes_are_replaced(tmp_path: Path, url: str) -> None:
    async with misbehaving_site(tmp_path, store={"url": url}) as here:
        odd = here.twilio.text(GUARD, ODD, num_media="1")
        here.twilio.media[odd["sid"]] = [{"uri": f"/2010-04-01/\x00{odd['sid']}.json"}]
        here.twilio.text("+1201\ud83d", "from nobody")
        here.twilio.text(GATE, "after it")
        await here.clock.advance(30)
        assert await here.texts() == [CLEAN, "from nobody", "after it"]
        first = (await here.messages())[-1]
        assert first["media"] == [f"{here.twilio.base_url}/2010-04-01/\ufffd{odd['sid']}"]
        warned = [
            r
            for r in await here.client.logs(logger="driver.poller", pageSize="1000")
            if r["event"] == "odd_characters_replaced"
        ]
        assert {record["sid"] for record in warned} == {row["sid"] for row in here.twilio.messages[:2]}
        assert len(warned) == 2


async def test_the_words_of_an_error_are_fit_for_the_database(tmp_path: Path, url: str) -> None:
    async with misbehaving_site(tmp_path, store={"url": url}) as here:
        here.twilio.trick("messages.create", refuse(400, 21211, "no \x00 such \udc00 number"))
        shown = await here.execution(await here.send("Fire"))
        assert "no \ufffd such \ufffd number" in shown["attempts"][0]["detail"]


async def test_a_webhook_with_odd_characters_is_taken(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        form = {"AccountSid": here.fake.account_sid, "MessageSid": "SM1", "From": GUARD, "To": OURS, "Body": "a\x00b"}
        assert await post(here, "/twilio/sms", form) == 200
        texts = [event["parameters"]["Message Content"] for event in await here.events("Message Received")]
        assert texts == ["a\ufffdb"]


async def test_receipts_with_odd_fields_are_taken(tmp_path: Path, url: str) -> None:
    """This includes a receipt for an unknown message, which is stored."""
    async with webhook_site(tmp_path, store={"url": url}) as here:
        here.fault({"type": "callback_drop"}, "callback", times=None)
        execution = await here.send("Fire")
        sid = (await here.execution(execution))["messageSid"]
        form = {"AccountSid": here.fake.account_sid, "MessageSid": sid, "MessageStatus": "sen\x00t"}
        odd = [{"MessageStatus": "failed", "ErrorCode": "9" * 5000}, {"From": "+1\x00", "MessageSid": "SM77"}]
        for each in ({}, *odd):
            assert await post(here, f"/twilio/status?execution={execution}", form | each) == 204
        for wrong in ("SM\x00", "S" * 1000, "SM/../1"):
            assert await post(here, "/twilio/status", form | {"MessageSid": wrong}) == 400
        shown = await here.execution(execution)
        assert (shown["delivery"], shown["errorCode"]) == ("failed", None)


async def test_texts_with_odd_counts_and_identifiers_are_taken_or_refused(tmp_path: Path) -> None:
    async with webhook_site(tmp_path) as here:
        form = {"AccountSid": here.fake.account_sid, "MessageSid": "SM1", "From": GUARD, "To": OURS, "Body": "hello"}
        assert await post(here, "/twilio/sms", form | {"NumMedia": "9" * 5000}) == 200
        for wrong in ("SM\x00", "S" * 1000, ""):
            assert await post(here, "/twilio/sms", form | {"MessageSid": wrong}) == 400
        texts = [event["parameters"]["Message Content"] for event in await here.events("Message Received")]
        assert texts == ["hello"]


async def test_the_status_of_an_acceptance_is_fit_for_the_database(tmp_path: Path, url: str) -> None:
    async with misbehaving_site(tmp_path, store={"url": url}) as here:

        def change(content: Any) -> Any:
            return content | {"status": "que\x00ued" * 1000, "num_segments": "9" * 5000}

        here.twilio.trick("messages.create", edited(change))
        assert (await here.execution(await here.send("Fire")))["state"] == "succeeded"
        assert [row["body"] for row in here.twilio.messages] == ["Fire"]


@pytest.mark.parametrize("trick", [refuse(500, 20500), answer(200, b"{}"), silent()])
async def test_media_that_cannot_be_listed_come_later(tmp_path: Path, trick: Any) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.trick("media.list", trick, times=2)
        sids = [here.twilio.text(GUARD, body, num_media="1")["sid"] for body in ("first", "second", "third")]
        for sid in sids:
            here.twilio.media[sid] = [{"uri": f"/media/{sid}.json"}]
        await here.clock.advance(30)
        assert await here.texts() == ["first", "second", "third"]
        await here.clock.advance(90)
        media = [message["media"] for message in await here.messages()]
        assert media == [[f"{here.twilio.base_url}/media/{sid}"] for sid in reversed(sids)]


async def test_media_come_later_after_a_restart_as_well_and_are_given_up_when_gone(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        config = settings(here.twilio, tmp_path)
        here.twilio.trick("media.list", refuse(500, 20500))
        async with here.running(config):
            kept, gone = (here.twilio.text(GUARD, body, num_media="1")["sid"] for body in ("kept", "gone"))
            here.twilio.media[kept] = [{"uri": "/media/1.json"}]
            await here.clock.advance(30)
            assert await here.texts() == ["kept", "gone"]
        here.twilio.behave()
        async with here.running(config):
            await here.clock.advance(30)
            media = {message["sid"]: message["media"] for message in await here.messages()}
            assert media == {kept: [f"{here.twilio.base_url}/media/1"], gone: []}
            asked = len(here.twilio.asked("media.list"))
            await here.clock.advance(60)
            assert len(here.twilio.asked("media.list")) == asked


async def test_media_that_never_can_be_listed_are_given_up_after_a_day(tmp_path: Path) -> None:
    slow = {"poll_interval_s": 3600, "poll_floor_s": 3600}
    async with misbehaving_site(tmp_path, receive=slow, states={"probe_interval_s": 3600}) as here:
        here.twilio.trick("media.list", refuse(500, 20500))
        here.twilio.text(GUARD, "look", num_media="1")
        await here.clock.advance(86_400 + 7_200)
        asked = len(here.twilio.asked("media.list"))
        await here.clock.advance(7_200)
        assert len(here.twilio.asked("media.list")) == asked


async def test_a_message_that_cannot_be_stored_is_set_aside_and_can_be_taken_in_again(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:
        bad = here.twilio.text(GUARD, "poison")
        with sqlite3.connect(tmp_path / "driver.db") as database:
            database.execute(
                f"CREATE TRIGGER poison BEFORE INSERT ON messages WHEN NEW.sid = '{bad['sid']}'"
                " BEGIN SELECT RAISE(ABORT, 'poisoned'); END"
            )
        here.twilio.text(GATE, "healthy")
        await here.clock.advance(10)
        assert await here.texts() == ["healthy"]
        assert bad["sid"] in (said := await here.lagging())
        assert "poisoned" in said
        await here.clock.advance(300)
        assert await here.lagging() == ""
        (letter,) = await here.dead_letters()
        assert (letter["command"], letter["messageSid"]) == ("Receive Message", bad["sid"])
        assert letter["parameters"] == {
            "Message SID": bad["sid"],
            "Source Phone Number": GUARD,
            "Destination Phone Number": OURS,
        }
        assert "poisoned" in letter["reason"]
        execution = letter["executionId"]
        assert "poisoned" in (await refused(here.client.requeue(execution), 400))["detail"]
        with sqlite3.connect(tmp_path / "driver.db") as database:
            database.execute("DROP TRIGGER poison")
        await here.requeue(execution)
        assert await here.texts() == ["healthy", "poison"]
        assert await here.dead_letters() == []
        await refused(here.client.requeue(execution), 400)
        await here.clock.advance(600)
        assert await here.texts() == ["healthy", "poison"]


async def test_a_message_that_was_set_aside_is_no_second_dead_letter_after_a_restart(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path, start=False) as here:
        config = settings(here.twilio, tmp_path)
        for _ in range(2):
            async with here.running(config):
                if not here.twilio.messages:
                    here.twilio.text(GUARD, "x" * 30_000)
                await here.clock.advance(30)
                assert len(await here.dead_letters()) == 1


@pytest.mark.parametrize(
    ("date", "state", "texts"), [("now", "unknown", 1), ("?", "unknown", 1), ("old", "succeeded", 2)]
)
async def test_a_message_that_cannot_be_read_may_be_the_lost_text(
    tmp_path: Path, date: str, state: str, texts: int
) -> None:
    """The driver cannot tell, so the message is not sent again; one created long before is a different message."""
    async with misbehaving_site(tmp_path) as here:
        created = {"?": "?", "old": "Wed, 31 Dec 2025 00:00:00 +0000"}

        def change(content: dict[str, list[dict[str, object]]]) -> object:
            for row in content["messages"]:
                row |= {"status": 7, "date_created": created.get(date, row["date_created"])}
            return content

        here.twilio.trick("messages.create", drop(), times=1)
        here.twilio.trick("messages.list", edited(change))
        execution = await here.send("Fire")
        await here.clock.advance(120)
        assert (await here.execution(execution))["state"] == state
        assert [row["body"] for row in here.twilio.messages] == ["Fire"] * texts


async def test_a_row_that_is_none_may_be_the_lost_text(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:

        def change(content: dict[str, list[object]]) -> object:
            content["messages"] = [None]
            return content

        here.twilio.trick("messages.create", drop(), times=1)
        here.twilio.trick("messages.list", edited(change))
        execution = await here.send("Fire")
        await here.clock.advance(120)
        assert (await here.execution(execution))["state"] == "unknown"
        assert [row["body"] for row in here.twilio.messages] == ["Fire"]


async def test_an_answer_whose_date_is_none_costs_nothing(tmp_path: Path) -> None:
    async with misbehaving_site(tmp_path) as here:

        async def play(exchange: Exchange) -> None:
            honest = exchange.honest()
            odd = {"Date": "Wed, 31 Dec 2025 00:00:00 +99999999999999999999"}
            await exchange.send(Answer(honest.status, honest.body, odd))

        here.twilio.trick("*", play)
        here.twilio.text(GUARD, "On my way")
        await here.clock.advance(10)
        assert await here.texts() == ["On my way"]
        execution = await here.send("Fire")
        assert (await here.execution(execution))["state"] == "succeeded"
        assert [row["body"] for row in here.twilio.messages] == ["On my way", "Fire"]


@pytest.mark.parametrize("operation", ["messages.create", "accounts.fetch", "messages.list"])
async def test_an_absurd_error_code_is_a_refusal_like_others(tmp_path: Path, operation: str) -> None:
    async with misbehaving_site(tmp_path) as here:
        here.twilio.trick(operation, refuse(400, 10**30), times=2)
        execution = await here.send("Fire")
        await here.clock.advance(60)
        shown = await here.execution(execution)
        assert shown["state"] == ("terminated" if operation == "messages.create" else "succeeded")
        assert {(await here.asset(asset))["assetId"] for asset in ("guard", "twilio")}
