"""Inbound messages: the record, the webhook and its parameters, and Twilio's automatic replies."""

from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import pytest

from fake_twilio import Fault
from fake_twilio.errors import GENERATIONS
from fake_twilio.messages.inbound import MACHINE, PASSCODE, inbound_parameters
from fake_twilio.messages.inbound_webhook import Destination, destination
from fake_twilio.messages.loop_guard import REPLIES
from fake_twilio.model import prices
from fake_twilio.model.media import Media
from fake_twilio.model.message import Direction, Message, Status
from fake_twilio.model.rate_centers import rate_center
from support.fake_memory import NOW, MemoryFake, memory_fake, message
from support.fake_wire import ACCOUNT, GUARD, OURS

SERVICE, URL, BACK = "MG" + "a" * 32, "https://sms.example.com/in", "https://sms.example.com/back"
TOLL_FREE, LA = "+18005550100", "+13105550101"
PASSCODE_TEXT = "Your Acme verification code is 123456"
CHANNEL = f"whatsapp:{OURS}"
MEDIA = [Media(f"ME{number}", ACCOUNT, "SM1", kind, b"", NOW, NOW) for number, kind in enumerate(("image/png", "a/b"))]


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake() as made:
        yield made


def receive(fake: MemoryFake, body: str = "Fire", to: str = OURS, sender: str = GUARD, media: int = 0) -> Message:
    number = fake.context.state.number(to)
    assert number is not None
    return fake.backend.inbound.receive(
        number, sender, body, media_urls=[f"https://example.com/{n}" for n in range(media)]
    )


def rows(fake: MemoryFake) -> list[Message]:
    return list(fake.context.state.logs[ACCOUNT].rows.values())


def test_the_form_of_a_text_says_where_both_are() -> None:
    here, there = rate_center(OURS), rate_center(LA)
    assert here is not None
    assert there is not None
    received = message(sender=LA, to=OURS, service_sid="MG1", segments=2, media=2)
    assert inbound_parameters(received, MEDIA, "http://fake", opt_out_type="STOP") == [
        ("ToCountry", "US"),
        ("MediaContentType0", "image/png"),
        ("MediaContentType1", "a/b"),
        ("ToState", "NJ"),
        ("SmsMessageSid", "SM1"),
        ("NumMedia", "2"),
        ("ToCity", here.locality.upper()),
        ("FromZip", there.postal_code),
        ("SmsSid", "SM1"),
        ("OptOutType", "STOP"),
        ("FromState", "CA"),
        ("SmsStatus", "received"),
        ("FromCity", there.locality.upper()),
        ("Body", "Fire"),
        ("FromCountry", "US"),
        ("To", OURS),
        ("MessagingServiceSid", "MG1"),
        ("ToZip", here.postal_code),
        ("NumSegments", "2"),
        ("MessageSid", "SM1"),
        ("AccountSid", ACCOUNT),
        ("From", LA),
        ("MediaUrl0", f"http://fake/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1/Media/ME0"),
        ("MediaUrl1", f"http://fake/2010-04-01/Accounts/{ACCOUNT}/Messages/SM1/Media/ME1"),
        ("ApiVersion", "2010-04-01"),
    ]
    plain = dict(inbound_parameters(message(sender=None, to=OURS)))
    assert (plain["From"], plain["FromCountry"], plain["FromCity"]) == ("", "", "")
    assert not {"MessagingServiceSid", "OptOutType", "MediaUrl0"} & plain.keys()


def test_on_other_channels_each_medium_is_named_with_its_type_at_the_end() -> None:
    received = message(sender=f"whatsapp:{GUARD}", to=f"whatsapp:{OURS}", media=2)
    form = inbound_parameters(received, MEDIA, profile_name="Ann", opt_out_type="HELP", generation=GENERATIONS[0])
    assert [name for name, _ in form[-4:]] == ["MediaContentType0", "MediaUrl0", "MediaContentType1", "MediaUrl1"]
    named = dict(form)
    assert (named["ProfileName"], named["MessageType"], named["OptOutType"]) == ("Ann", "image", "HELP")
    assert "ChannelMetadata" in named
    assert dict(inbound_parameters(received))["ProfileName"] == ""


async def test_a_text_is_received_and_paid_for(fake: MemoryFake) -> None:
    before = fake.context.state.balance(fake.account)
    received = receive(fake, "x" * 161)
    assert rows(fake) == [received]
    assert (received.sid[:2], received.status, received.segments, received.media) == ("SM", Status.RECEIVED, 2, 0)
    assert (received.direction, received.sender, received.to) == (Direction.INBOUND, GUARD, OURS)
    assert (received.sent, received.service_sid) == (NOW, None)
    assert received.price == "-0.01500"
    assert fake.context.state.last_written == {}, "only channels other than SMS have sessions"
    assert before - fake.context.state.balance(fake.account) == Decimal("0.015")


async def test_one_with_media_is_being_received_until_they_are_fetched(fake: MemoryFake) -> None:
    received = receive(fake, "x" * 161, media=2)
    assert (received.sid[:2], received.status, received.segments, received.media) == ("MM", Status.RECEIVING, 1, 2)
    price = prices.inbound(1, media=True)
    assert price != prices.inbound(2, media=False)
    assert received.price == prices.shown(price)
    assert fake.context.state.spent[ACCOUNT] == price


async def test_on_other_channels_every_text_is_one_segment_and_no_keyword_is_heeded() -> None:
    async with memory_fake(channel_senders=[{"sender": CHANNEL}]) as fake:
        assert receive(fake, "x" * 161, CHANNEL, f"whatsapp:{GUARD}").segments == 1
        receive(fake, "STOP", CHANNEL, f"whatsapp:{GUARD}")
        await fake.clock.wait_idle()
        assert (fake.context.state.opted_out, len(rows(fake))) == (set(), 2)


@pytest.mark.parametrize(
    ("keyword", "opted_out", "answer"),
    [("STOP", {f"{OURS} {GUARD}"}, "unsubscribed"), ("START", set(), "re-subscribed"), ("HELP", set(), "STOP")],
)
async def test_keywords_are_noted_and_answered(
    fake: MemoryFake, keyword: str, opted_out: set[str], answer: str
) -> None:
    receive(fake, keyword)
    await fake.clock.wait_idle()
    assert fake.context.state.opted_out == opted_out
    reply = rows(fake)[1]
    assert (reply.direction, reply.to, reply.sender, reply.status) == (Direction.REPLY, GUARD, OURS, Status.DELIVERED)
    assert answer in reply.body


async def test_carriers_answer_for_toll_free_numbers() -> None:
    async with memory_fake(numbers=[{"phone_number": TOLL_FREE}]) as fake:
        receive(fake, "STOP", TOLL_FREE)
        assert fake.context.state.opted_out == {f"{TOLL_FREE} {GUARD}"}
        receive(fake, "HELP", TOLL_FREE)
        receive(fake, "UNSTOP", TOLL_FREE)
        assert fake.context.state.opted_out == set()
        receive(fake, "HELP", TOLL_FREE)
        await fake.clock.wait_idle()
        replies = [row for row in rows(fake) if row.direction is Direction.REPLY]
        assert len(replies) == 1, "to the person who did not opt out"


async def test_passcodes_and_machines_are_filtered() -> None:
    async with memory_fake(world={"filter_passcodes": True}) as fake:
        kept = receive(fake, PASSCODE_TEXT)
        assert (kept.status, kept.error_code, kept.price) == (Status.FAILED, PASSCODE, None)
        assert "123456" not in kept.body
        assert rows(fake) == [kept]
        assert receive(fake, "hello").status is Status.RECEIVED
    async with memory_fake() as fake:
        assert receive(fake, PASSCODE_TEXT).status is Status.RECEIVED
    async with memory_fake() as fake:
        loops = fake.backend.inbound.loops
        for number in range(REPLIES + 1):
            loops.circles(*((GUARD, OURS) if number % 2 else (OURS, GUARD)))
        kept = receive(fake, "hello")
        assert (kept.status, kept.error_code, kept.body, kept.price) == (Status.FAILED, MACHINE, "hello", None)


NUMBER = {
    "phone_number": OURS,
    "sms_url": URL,
    "sms_fallback_url": BACK,
    "sms_method": "GET",
    "sms_fallback_method": "GET",
}
SERVED: dict[str, Any] = {
    "sid": SERVICE,
    "numbers": [OURS],
    "inbound_request_url": "https://service.example.com/in",
    "inbound_method": "GET",
    "fallback_url": "https://service.example.com/back",
    "fallback_method": "GET",
}
NOWHERE = Destination("", "POST", "", "POST", dropped=True)


@pytest.mark.parametrize(
    ("account", "where"),
    [
        ({"numbers": [NUMBER]}, Destination(URL, "GET", BACK, "GET")),
        ({"numbers": [NUMBER], "status": "suspended"}, NOWHERE),
        ({"numbers": [NUMBER | {"capabilities": ["voice"]}]}, NOWHERE),
        (
            {"numbers": [NUMBER], "messaging_services": [SERVED]},
            Destination(SERVED["inbound_request_url"], "GET", SERVED["fallback_url"], "GET", SERVICE),
        ),
        (
            {"numbers": [NUMBER], "messaging_services": [SERVED | {"inbound_request_url": ""}]},
            Destination("", "GET", SERVED["fallback_url"], "GET", SERVICE, dropped=True),
        ),
        (
            {"numbers": [NUMBER], "messaging_services": [SERVED | {"use_inbound_webhook_on_number": True}]},
            Destination(URL, "GET", BACK, "GET", SERVICE),
        ),
    ],
)
async def test_where_a_text_is_announced(account: dict[str, Any], where: Destination) -> None:
    async with memory_fake(**account) as fake:
        number = fake.context.state.number(OURS)
        assert number is not None
        assert destination(fake.context.state, number) == where
        where_rows, received = rows(fake), receive(fake)
        assert (len(rows(fake)) == len(where_rows)) is where.dropped
        assert received.service_sid == (where.service_sid or None)


async def test_a_fault_that_drops_webhooks_says_so_in_their_log() -> None:
    async with memory_fake(numbers=[NUMBER]) as fake:
        fake.context.faults.add(Fault({"type": "inbound_drop"}, {}, times=None))
        receive(fake)
        await fake.clock.wait_idle()
        (entry,) = fake.context.webhooks.entries
        assert (entry.kind, entry.method, entry.status, entry.fault != "") == ("inbound_webhook", "GET", None, True)


@pytest.mark.parametrize("generation", [GENERATIONS[0], GENERATIONS[-1]])
async def test_a_webhook_speaks_the_language_of_its_generation(generation: str) -> None:
    async with memory_fake(world={"wire_generation": generation}, channel_senders=[{"sender": CHANNEL}]) as fake:
        form = fake.backend.inbound._parameters(receive(fake, "Fire", CHANNEL, f"whatsapp:{GUARD}"))
        assert ("ChannelMetadata" in dict(form)) is (generation == GENERATIONS[0])
