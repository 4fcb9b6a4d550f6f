"""Every error code that a message can end with is produced by a message sent over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from fake_twilio.errors import CATALOGUE, Reach
from fake_twilio.model.channel_sender import SANDBOX
from support.fake_cases import LATER
from support.fake_seeds import LANDLINE, NUMBER_SIDS, SERVICE, TEXT_ONLY, whole_seed
from support.fake_wire import ACCOUNT, GUARD, OURS, Received, Wire, seed, wire

FREE_OF_CHARGE, SECOND = "+18005550100", "+12015550199"
BY_SERVICE = {"From": "", "MessagingServiceSid": SERVICE}

Story = Callable[[], Awaitable[dict[str, Any]]]


async def ended(site: Wire, sid: str) -> dict[str, Any]:
    """Return a message once nothing is in flight, and check that its last status callback agrees."""
    await site.fake.wait_idle()
    row = await site.fetch(sid)
    shown = [call.form for call in site.received if call.form.get("MessageSid") == sid and "MessageStatus" in call.form]
    if shown:
        assert shown[-1]["MessageStatus"] == row["status"]
        assert shown[-1].get("ErrorCode", "None") == str(row["error_code"])
    return row


async def sent(site: Wire, **form: str) -> dict[str, Any]:
    """Send a message with a status callback and return its final state."""
    return await ended(site, (await site.created(StatusCallback=site.hook_url, **form))["sid"])


async def last_inbound(site: Wire) -> dict[str, Any]:
    async with site.session.get(f"{site.messages_url}.json") as answer:
        rows = (await answer.json())["messages"]
    return next(dict(row) for row in rows if row["direction"] == "inbound")


async def unsubscribed() -> dict[str, Any]:
    async with wire(seed=whole_seed()) as site:
        await site.control("POST", f"/handsets/{GUARD}/messages", {"to": TEXT_ONLY, "body": "STOP"})
        return await sent(site, **BY_SERVICE)


async def a_pool_that_was_emptied() -> dict[str, Any]:
    async with wire(seed=whole_seed()) as site:
        row = await site.created(**BY_SERVICE, ScheduleType="fixed", SendAt=LATER, StatusCallback=site.hook_url)
        pool = f"{site.fake.base_url}/v1/Services/{SERVICE}/PhoneNumbers/{NUMBER_SIDS[TEXT_ONLY]}"
        async with site.session.delete(pool) as answer:
            assert answer.status == 204
        await site.fake.clock.advance(3600)
        return await ended(site, row["sid"])


async def a_full_queue() -> dict[str, Any]:
    async with wire(seed=whole_seed(messages_per_second=0.0001)) as site:
        for _ in range(4):
            await site.created(From=TEXT_ONLY)
        return await sent(site, **BY_SERVICE)


async def a_suspended_account() -> dict[str, Any]:
    async with wire(pace="realistic") as site:
        row = await site.created(StatusCallback=site.hook_url)
        await site.control("POST", f"/accounts/{ACCOUNT}", {"status": "suspended"})
        await site.fake.clock.advance(10)
        return await ended(site, row["sid"])


async def stopped_by_the_carrier() -> dict[str, Any]:
    async with wire(seed=seed(numbers=[{"phone_number": FREE_OF_CHARGE}])) as site:
        await site.control("POST", f"/handsets/{GUARD}/messages", {"to": FREE_OF_CHARGE, "body": "Stop"})
        return await sent(site, From=FREE_OF_CHARGE)


async def a_landline() -> dict[str, Any]:
    async with wire(seed=whole_seed()) as site:
        return await sent(site, To=LANDLINE, ForceDelivery="true")


def media(body: bytes, content_type: str, status: int = 200) -> Story:
    """Return the story of a message whose media URL is answered like this."""

    def answer(call: Received) -> web.Response:
        wanted = call.method == "GET"
        return web.Response(body=body, content_type=content_type, status=status) if wanted else web.Response()

    async def story() -> dict[str, Any]:
        async with wire(answer=answer) as site:
            return await sent(site, MediaUrl=f"{site.hook_url}/medium")

    return story


def sender(phone_number: str, registration: str) -> Story:
    """Return the story of a number with this registration status."""

    async def story() -> dict[str, Any]:
        numbers = [{"phone_number": phone_number, "registration": registration}]
        async with wire(seed=seed(numbers=numbers)) as site:
            return await sent(site, From=phone_number)

    return story


async def too_late() -> dict[str, Any]:
    async with wire(seed=seed(messages_per_second=0.1)) as site:
        await site.created("first")
        row = await site.created("second", ValidityPeriod="9", StatusCallback=site.hook_url)
        await site.fake.clock.advance(9)
        return await ended(site, row["sid"])


async def a_passcode() -> dict[str, Any]:
    async with wire(seed=lambda url: seed(url) | {"filter_passcodes": True}) as site:
        await site.fake.handset(GUARD).send(OURS, "Your verification code is 123-456, call 911 if it is not you")
        await site.fake.wait_idle()
        assert not site.received
        row = await last_inbound(site)
        assert (row["body"], row["price"]) == ("Your verification code is XXXX, call 911 if it is not you", None)
        await site.fake.handset(GUARD).send(OURS, "Gate 1234 is open")
        await site.fake.wait_idle()
        assert site.received[-1].form["Body"] == "Gate 1234 is open"
        return row


async def two_machines() -> dict[str, Any]:
    def document(url: str) -> dict[str, Any]:
        return seed(numbers=[{"phone_number": OURS, "sms_url": url}, {"phone_number": SECOND, "sms_url": url}])

    async with wire(seed=document) as site:
        for turn in range(32):
            one, other = (OURS, SECOND) if turn % 2 else (SECOND, OURS)
            await site.created(f"{turn}", From=one, To=other)
            await site.fake.wait_idle()
        assert len(site.received) == 31
        row = await last_inbound(site)
        await site.fake.clock.advance(30)
        await site.created("after a while", To=SECOND)
        await site.fake.wait_idle()
        assert len(site.received) == 32
        for number in range(40):
            await site.created(f"a flood is not a conversation {number}", To=SECOND)
        await site.fake.wait_idle()
        assert len(site.received) == 72
        return row


async def answering_machines() -> dict[str, Any]:
    def document(url: str) -> dict[str, Any]:
        return seed(numbers=[{"phone_number": OURS, "sms_url": url}, {"phone_number": SECOND, "sms_url": url}])

    def answer(call: Received) -> web.Response:
        return web.Response(text="<Response><Message>and you?</Message></Response>", content_type="text/xml")

    async with wire(seed=document, answer=answer) as site:
        await site.created(To=SECOND)
        await site.fake.wait_idle()
        assert len(site.received) == 31
        async with site.session.get(f"{site.messages_url}.json") as listed:
            (row,) = (row for row in (await listed.json())["messages"] if row["status"] == "failed")
        assert (row["direction"], row["price"]) == ("outbound-reply", None)
        await site.fake.clock.advance(29)
        await site.fake.handset(GUARD).send(OURS, "another pair is not concerned")
        await site.created("too early", To=SECOND)
        await site.fake.wait_idle()
        assert len(site.received) == 31 + 2
        await site.fake.clock.advance(30)
        await site.created("late enough", To=SECOND)
        await site.fake.wait_idle()
        assert len(site.received) == 31 + 2 + 31
        return dict(row)


async def too_long_for_a_trial() -> dict[str, Any]:
    async with wire(seed=seed(type="Trial") | {"trial_segment_limit": 2}) as site:
        return await sent(site, Body="x" * 400)


async def too_many_for_a_trial() -> dict[str, Any]:
    """A scheduled message counts on the day it is due; only then is the daily limit found to be used up."""
    async with wire(seed=whole_seed({"daily_trial_limit": 1}, type="Trial")) as site:
        row = await site.created(**BY_SERVICE, ScheduleType="fixed", SendAt=LATER, StatusCallback=site.hook_url)
        await site.created()
        await site.fake.clock.advance(3600)
        return await ended(site, row["sid"])


async def to_somebody_outside_the_sandbox() -> dict[str, Any]:
    async with wire(seed=seed() | {"sandbox_members": [SECOND]}) as site:
        assert (await sent(site, From=SANDBOX, To=f"whatsapp:{SECOND}"))["status"] == "delivered"
        return await sent(site, From=SANDBOX, To=f"whatsapp:{GUARD}")


async def after_a_day_of_silence() -> dict[str, Any]:
    agent = f"whatsapp:{OURS}"
    template = {"sid": f"HX{'1' * 32}", "body": "Door {{1}} is open"}
    document = seed(channel_senders=[{"sender": agent}], content_templates=[template]) | {"session_window": True}
    async with wire(seed=document) as site:
        there = {"From": agent, "To": f"whatsapp:{GUARD}"}
        assert (await sent(site, **there))["status"] == "undelivered"
        await site.fake.handset(GUARD).send(agent, "hello")
        await site.fake.clock.advance(86_400)
        assert (await sent(site, **there))["status"] == "delivered"
        await site.fake.clock.advance(1)
        by_template = {"ContentSid": template["sid"], "ContentVariables": '{"1": "7"}'}
        row = await sent(site, **there, **by_template)
        assert (row["status"], row["body"]) == ("delivered", "Door 7 is open")
        return await sent(site, **there)


STORIES: dict[int, tuple[str, str, Story]] = {
    11200: ("failed", "HTTP retrieval failure", media(b"", "image/png", 404)),
    11751: (
        "failed",
        "Media Message - Media exceeds messaging provider size limit",
        media(b"x" * 5_300_000, "image/png"),
    ),
    14107: ("failed", "SMS send rate limit exceeded", answering_machines),
    21610: ("failed", "Attempt to send to unsubscribed recipient", unsubscribed),
    21703: (
        "failed",
        "The Messaging Service does not have a phone number available to send a message",
        a_pool_that_was_emptied,
    ),
    30001: ("failed", "Queue overflow", a_full_queue),
    30002: ("failed", "Account suspended", a_suspended_account),
    30004: ("undelivered", "Message blocked", stopped_by_the_carrier),
    30006: ("undelivered", "Landline or unreachable carrier", a_landline),
    30019: ("failed", "Content size exceeds carrier limit", media(b"x" * 600_000, "text/csv")),
    30032: ("undelivered", "Toll-Free Number Has Not Been Verified", sender(FREE_OF_CHARGE, "pending")),
    30034: (
        "undelivered",
        "US A2P 10DLC - Message from an Unregistered Number",
        sender(OURS, "unregistered"),
    ),
    30035: (
        "undelivered",
        "US A2P 10DLC - Message from a number still being configured",
        sender(OURS, "pending"),
    ),
    30036: ("failed", "Validity Period Expired", too_late),
    30038: ("failed", "OTP Message Body Filtered", a_passcode),
    30039: ("failed", "Filtered to Prevent Message Loops", two_machines),
    30044: ("failed", "Trial Message Length Exceeded", too_long_for_a_trial),
    63015: (
        "failed",
        "Channel Sandbox can only send messages to phone numbers that have joined the Sandbox",
        to_somebody_outside_the_sandbox,
    ),
    63016: ("undelivered", CATALOGUE[63016].title, after_a_day_of_silence),
    30454: ("failed", "Account exceeded the messages limit", too_many_for_a_trial),
}

PLANTED = sorted(code for code, entry in CATALOGUE.items() if not entry.status and Reach.FAULT in entry.ways)


@pytest.mark.parametrize("code", STORIES)
async def test_a_final_status(code: int) -> None:
    status, title, story = STORIES[code]
    row = await story()
    assert (row["status"], row["error_code"]) == (status, code)
    assert CATALOGUE[code].title == title


@pytest.mark.parametrize("code", PLANTED)
async def test_what_only_a_fault_brings_about(code: int) -> None:
    async with wire() as site:
        await site.plant({"type": "delivery", "status": "undelivered", "error_code": code})
        row = await sent(site)
    assert (row["status"], row["error_code"]) == ("undelivered", code)


async def test_the_title_of_2019() -> None:
    async with wire(seed=seed() | {"wire_generation": "2019"}) as site:
        await site.plant({"type": "delivery", "error_code": 30007})
        row = await sent(site)
    assert row["error_message"] == "Carrier violation"


def test_every_final_status_has_a_story() -> None:
    assert set(STORIES) == {code for code, entry in CATALOGUE.items() if Reach.MESSAGE in entry.ways}
