"""The rates of senders, and how much can wait for one."""

from datetime import timedelta
from typing import Any

import pytest

from fake_twilio.errors import TwilioError
from fake_twilio.messages.throughput import MAX_QUEUE, Throughput, segments_per_second
from support.fake_memory import MemoryFake, message
from support.fake_wire import OURS


def seconds(number: float) -> timedelta:
    return timedelta(seconds=number)


@pytest.mark.parametrize(
    ("sender", "speed"), [(OURS, 1), ("+18005550100", 3), ("+4930123456", 10), ("12345", 100), ("+447700900123", 10)]
)
def test_each_kind_of_sender_has_its_speed(sender: str, speed: float) -> None:
    assert segments_per_second(sender) == speed


@pytest.mark.parametrize(
    ("pace", "account", "speed"),
    [
        ("instant", {}, 0),
        ("realistic", {}, 1),
        ("instant", {"messages_per_second": 5}, 5),
        ("realistic", {"messages_per_second": 5}, 5),
        ("instant", {"numbers": [{"phone_number": OURS, "messages_per_second": 7}], "messages_per_second": 5}, 7),
        ("instant", {"numbers": [{"phone_number": OURS, "messages_per_second": 7}]}, 7),
    ],
)
async def test_a_numbers_own_speed_overrides_its_accounts(pace: str, account: dict[str, Any], speed: float) -> None:
    fake = MemoryFake(pace, **account)
    assert fake.backend.throughput.speed(message()) == speed
    assert fake.backend.throughput.speed(message(sender=None)) == 0


async def test_a_number_without_a_speed_does_not_wait_for_those_that_have_one() -> None:
    numbers = [{"phone_number": OURS}, {"phone_number": "+12015550109", "messages_per_second": 7}]
    assert MemoryFake(numbers=numbers).backend.throughput.speed(message()) == 0


async def test_messages_wait_for_each_other_segment_by_segment() -> None:
    fake = MemoryFake(messages_per_second=0.5)
    throughput, now = fake.backend.throughput, fake.clock.now()
    slots = [throughput.slot(message(segments=size), now) - now for size in (2, 1, 0, 1)]
    assert slots == [seconds(0), seconds(4), seconds(6), seconds(8)]
    assert throughput.wait(OURS) == seconds(10)
    assert throughput.wait("+12015550109") == seconds(0)
    await fake.clock.advance(60)
    assert throughput.wait(OURS) == seconds(0)
    assert throughput.slot(message(), fake.clock.now()) == fake.clock.now()


async def test_where_nothing_waits_a_message_leaves_at_once() -> None:
    fake = MemoryFake()
    now = fake.clock.now()
    assert [fake.backend.throughput.slot(message(), now) for _ in range(3)] == [now] * 3


async def test_more_than_ten_hours_of_messages_are_refused() -> None:
    fake = MemoryFake(messages_per_second=1)
    throughput, now = fake.backend.throughput, fake.clock.now()
    throughput.slot(message(segments=int(MAX_QUEUE.total_seconds())), now)
    throughput.check(OURS)
    throughput.slot(message(), now)
    with pytest.raises(TwilioError) as caught:
        throughput.check(OURS)
    assert (caught.value.code, caught.value._facts) == (21611, {"sender": OURS})
    throughput.check("+12015550109")
    for reset in fake.context.on_reset:
        reset()
    throughput.check(OURS)


async def test_after_a_restart_the_queue_is_as_long_as_it_was() -> None:
    fake = MemoryFake(messages_per_second=0.5)
    throughput, now = fake.backend.throughput, fake.clock.now()
    throughput.recall(message(segments=3), now + seconds(10))
    throughput.recall(message(), now)
    throughput.recall(message(sender=None), now)
    assert throughput.wait(OURS) == seconds(16)
    none = Throughput(MemoryFake().context)
    none.recall(message(), now + seconds(10))
    assert none.wait(OURS) == seconds(0)
