"""What handsets show, and whom they can write to."""

from collections.abc import AsyncIterator

import pytest

from fake_twilio.messages import sms_verifications
from fake_twilio.messages.handsets import UnknownNumberError
from fake_twilio.model.message import Status
from support.fake_memory import MemoryFake, memory_fake
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS

CHANNEL = f"whatsapp:{OURS}"


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake(channel_senders=[{"sender": CHANNEL}]) as made:
        yield made


async def test_a_telephone_shows_what_came_and_went_in_order(fake: MemoryFake) -> None:
    handsets = fake.backend.handsets
    await fake.sent("to you")
    handsets.send(GUARD, OURS, "from me")
    await fake.sent("to another", to=GATE)
    await fake.sent("on WhatsApp", to=f"whatsapp:{GUARD}", sender=CHANNEL)
    handsets.send(GUARD, CHANNEL, "there too", profile_name="Ann")
    sms_verifications.send(fake.context, ACCOUNT, GUARD, friendly_name="Guard")
    shown = [each.body for each in handsets.conversation(GUARD)]
    assert shown[:4] == ["to you", "from me", "on WhatsApp", "there too"]
    assert len(shown) == 5
    assert fake.context.state.profile_names == {GUARD: "Ann"}
    handsets.send(GUARD, CHANNEL, "again")
    assert fake.context.state.profile_names == {GUARD: "Ann"}


async def test_what_did_not_arrive_is_not_shown(fake: MemoryFake) -> None:
    fake.submit("on its way")
    assert fake.backend.handsets.conversation(GUARD) == []


async def test_only_numbers_of_the_fake_can_be_written_to(fake: MemoryFake) -> None:
    handsets = fake.backend.handsets
    for address in (OURS, "+1 201 555 0100"):
        assert handsets.recipient(address).phone_number == OURS
    assert handsets.recipient(CHANNEL).phone_number == CHANNEL
    with pytest.raises(UnknownNumberError) as refusal:
        handsets.send(GUARD, "+12015550177", "hello")
    assert str(refusal.value) == f"'+12015550177' is not a number of this fake; known numbers: {OURS}, {CHANNEL}"
    async with memory_fake(numbers=[]) as empty:
        with pytest.raises(UnknownNumberError, match="known numbers: none"):
            empty.backend.handsets.recipient(OURS)


async def test_only_other_channels_tell_that_a_message_was_read(fake: MemoryFake) -> None:
    await fake.sent("by SMS")
    sent = await fake.sent("on WhatsApp", to=f"whatsapp:{GUARD}", sender=CHANNEL)
    assert [each.sid for each in fake.backend.handsets.read(GUARD)] == [sent.sid]
    assert fake.shown(sent.sid).status is Status.READ
    assert fake.backend.handsets.read(GUARD) == []
