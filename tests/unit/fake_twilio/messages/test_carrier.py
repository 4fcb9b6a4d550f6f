"""What the carrier does with a message that the API accepted, from its first status to its last."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fake_twilio import Fault
from fake_twilio.errors import GENERATIONS, mask
from fake_twilio.messages import channel_sessions
from fake_twilio.messages.carrier import (
    BLOCKED,
    EXPIRED,
    NO_SENDER,
    QUEUE_OVERFLOW,
    SUSPENDED,
    TOO_LONG_FOR_TRIAL,
    TOO_MANY_FOR_TRIAL,
)
from fake_twilio.messages.channel_sessions import NOT_JOINED, OUTSIDE, WINDOW
from fake_twilio.model.account import AccountStatus
from fake_twilio.model.channel_sender import SANDBOX
from fake_twilio.model.message import Message, Options, Status, changed
from support.fake_memory import MemoryFake, memory_fake, message
from support.fake_wire import GUARD, OURS

SERVICE = "MG" + "a" * 32


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake() as made:
        yield made


def seen(fake: MemoryFake) -> list[Status]:
    """Return the statuses that a watcher sees from now on."""
    statuses: list[Status] = []
    fake.context.watchers.append(lambda message: statuses.append(message.status))
    return statuses


def ended(message: Message) -> tuple[Status, int | None]:
    return message.status, message.error_code


async def test_a_message_is_delivered_at_once_and_in_order(fake: MemoryFake, caplog: pytest.LogCaptureFixture) -> None:
    statuses = seen(fake)
    handed: list[Status] = []
    fake.backend.carrier.on_delivered.append(lambda message: handed.append(message.status))
    message = await fake.sent()
    assert caplog.records == []
    assert statuses == [Status.QUEUED, Status.SENT, Status.DELIVERED]
    assert (ended(message), handed) == ((Status.DELIVERED, None), [Status.DELIVERED])
    assert (message.segments, message.sent, message.price) == (1, fake.clock.now(), "-0.00830")


async def test_at_a_realistic_pace_each_status_takes_a_while_the_same_for_the_same_seed() -> None:
    async def taken() -> list[tuple[Status, float]]:
        async with memory_fake("realistic", {"random_seed": 7}) as fake:
            times: list[tuple[Status, float]] = []
            fake.context.watchers.append(
                lambda message: times.append((message.status, fake.clock.monotonic().total_seconds()))
            )
            for _ in range(2):
                await fake.sent()
                await fake.clock.advance(60)
                if len(times) == 4:
                    for reset in fake.context.on_reset:
                        reset()
            first, second = times[:4], times[4:]
            assert [status for status, _ in first] == [Status.QUEUED, Status.SENDING, Status.SENT, Status.DELIVERED]
            assert [round(at - 60, 6) for _, at in second] == [round(at, 6) for _, at in first], "also after a reset"
            return first

    times = await taken()
    assert times == await taken()
    moments = [at for _, at in times]
    assert moments == sorted(moments)
    assert len(set(moments)) > 2


async def test_a_message_of_an_account_that_is_suspended_meanwhile_never_leaves(fake: MemoryFake) -> None:
    sid = fake.submit()
    suspended = replace(fake.account, status=AccountStatus.SUSPENDED)
    fake.context.state.accounts[suspended.sid] = suspended
    await fake.clock.wait_idle()
    assert ended(fake.shown(sid)) == (Status.FAILED, SUSPENDED)


async def test_a_parked_message_waits_for_a_decision(fake: MemoryFake) -> None:
    fake.context.faults.add(Fault({"type": "hold", "at": "sent"}, {}, times=None))
    first, second = await fake.sent(), await fake.sent()
    assert (first.status, second.status) == (Status.SENT, Status.SENT)
    carrier = fake.backend.carrier
    with pytest.raises(KeyError, match=f"SM0 is not parked; parked messages: {first.sid}, {second.sid}"):
        carrier.decide("SM0")
    with pytest.raises(ValueError, match="odd"):
        carrier.decide(first.sid, "odd")
    with pytest.raises(ValueError, match=r"[^X]; [^X]"):
        carrier.decide(first.sid, "odd", 99)
    with pytest.raises(ValueError, match="error_code"):
        carrier.decide(first.sid, "delivered", 30005)
    carrier.decide(first.sid, "undelivered", 30005)
    carrier.decide(second.sid)
    await fake.clock.wait_idle()
    assert ended(fake.shown(first.sid)) == (Status.UNDELIVERED, 30005)
    assert ended(fake.shown(second.sid)) == (Status.DELIVERED, None)
    with pytest.raises(KeyError, match="parked messages: none"):
        carrier.decide(first.sid)


async def test_a_scheduled_message_leaves_when_it_is_due_and_can_be_called_off() -> None:
    async with memory_fake(**service()) as made:
        at = made.clock.now() + timedelta(hours=1)
        kept, off = (made.submit(sender="", service_sid=SERVICE, options=Options(send_at=at)) for _ in range(2))
        await made.clock.advance(3599)
        assert made.shown(kept).status is Status.SCHEDULED
        assert made.backend.carrier.cancel(made.shown(off)).status is Status.CANCELED
        await made.clock.advance(1)
        assert (made.shown(kept).status, made.shown(off).status) == (Status.DELIVERED, Status.CANCELED)
        assert made.context.state.lifecycles == {}


def service(**more: Any) -> dict[str, Any]:
    return {"messaging_services": [{"sid": SERVICE, "friendly_name": "ours", "numbers": [OURS], **more}]}


async def test_a_services_message_gets_its_sender_from_the_pool() -> None:
    async with memory_fake(**service()) as fake:
        statuses = seen(fake)
        sid = fake.submit(sender="", service_sid=SERVICE)
        assert (fake.shown(sid).sender, fake.shown(sid).segments) == (None, 0)
        await fake.clock.wait_idle()
        message = fake.shown(sid)
        assert (message.sender, message.segments, message.status) == (OURS, 1, Status.DELIVERED)
        assert statuses[:2] == [Status.ACCEPTED, Status.QUEUED]


async def test_a_pool_that_is_emptied_meanwhile_has_no_sender() -> None:
    async with memory_fake(**service()) as fake:
        at = fake.clock.now() + timedelta(hours=1)
        sid = fake.submit(sender="", service_sid=SERVICE, options=Options(send_at=at))
        fake.context.state.services.rows.pop(SERVICE)
        await fake.clock.advance(3600)
        assert ended(fake.shown(sid)) == (Status.FAILED, NO_SENDER)


async def test_a_message_that_would_wait_too_long_for_its_sender_fails_when_it_is_too_old() -> None:
    async with memory_fake(messages_per_second=0.01) as fake:
        options = Options(validity_period=150)
        sids = [fake.submit(options=options) for _ in range(3)]
        await fake.clock.wait_idle()
        assert [fake.shown(sid).status for sid in sids] == [Status.DELIVERED, Status.QUEUED, Status.QUEUED]
        await fake.clock.advance(149)
        assert fake.shown(sids[1]).status is Status.DELIVERED
        assert fake.shown(sids[2]).status is Status.QUEUED
        await fake.clock.advance(1)
        assert ended(fake.shown(sids[2])) == (Status.FAILED, EXPIRED)


async def test_one_that_waits_as_long_as_it_may_is_sent() -> None:
    async with memory_fake(messages_per_second=0.01) as fake:
        options = Options(validity_period=100)
        sids = [fake.submit(options=options) for _ in range(2)]
        await fake.clock.advance(100)
        assert fake.shown(sids[1]).status is Status.DELIVERED


async def test_trials_are_bounded() -> None:
    async with memory_fake(world={"trial_segment_limit": 1}, type="Trial") as fake:
        assert ended(await fake.sent("x" * 161)) == (Status.FAILED, TOO_LONG_FOR_TRIAL)
        assert (await fake.sent("x")).status is Status.DELIVERED
    async with memory_fake(world={"daily_trial_limit": 1}, type="Trial", **service()) as fake:
        at = fake.clock.now() + timedelta(hours=1)
        sids = [fake.submit(sender="", service_sid=SERVICE, options=Options(send_at=at)) for _ in range(2)]
        await fake.clock.advance(3600)
        assert [ended(fake.shown(sid)) for sid in sids] == [
            (Status.DELIVERED, None),
            (Status.FAILED, TOO_MANY_FOR_TRIAL),
        ]


async def test_no_more_is_kept_than_the_sender_asked_for(fake: MemoryFake) -> None:
    options = Options(content_retention="discard", address_retention="obfuscate")
    message = await fake.sent(options=options)
    assert (message.body, message.to, message.status) == ("", mask(GUARD), Status.DELIVERED)
    plain = await fake.sent()
    assert (plain.body, plain.to) == ("Fire", GUARD)


async def test_the_sandbox_reaches_who_has_joined_it() -> None:
    async with memory_fake(world={"sandbox_members": [GUARD]}) as fake:
        joined = await fake.sent(to=f"whatsapp:{GUARD}", sender=SANDBOX)
        other = await fake.sent(to="whatsapp:+12015550177", sender=SANDBOX)
        assert (ended(joined), ended(other)) == ((Status.DELIVERED, None), (Status.FAILED, NOT_JOINED))


async def test_whatsapp_takes_free_texts_only_for_a_day_after_the_persons_last() -> None:
    async with memory_fake(world={"session_window": True}) as fake:
        to = f"whatsapp:{GUARD}"
        assert ended(await fake.sent(to=to, sender=SANDBOX)) == (Status.UNDELIVERED, OUTSIDE)
        person = await fake.sent(to=to, sender=SANDBOX)
        channel_sessions.note(fake.context, changed(person, to=SANDBOX, sender=to))
        await fake.clock.advance(WINDOW.total_seconds())
        assert (await fake.sent(to=to, sender=SANDBOX)).status is Status.DELIVERED
        await fake.clock.advance(1)
        assert ended(await fake.sent(to=to, sender=SANDBOX)) == (Status.UNDELIVERED, OUTSIDE)
        assert (await fake.sent()).status is Status.DELIVERED, "SMS has no sessions"
        assert channel_sessions.outside(fake.context, message(sender="messenger:1", to="messenger:2"))


async def test_a_delivered_message_can_be_read(fake: MemoryFake) -> None:
    message = await fake.sent()
    assert fake.backend.carrier.read(message).status is Status.READ
    assert fake.shown(message.sid).status is Status.READ


async def test_a_services_messages_wait_for_their_sender() -> None:
    async with memory_fake(messages_per_second=0.5, **service()) as fake:
        sids = [fake.submit(sender="", service_sid=SERVICE) for _ in range(3)]
        await fake.clock.advance(1)
        assert [fake.shown(sid).status for sid in sids] == [Status.DELIVERED, Status.QUEUED, Status.QUEUED]
        await fake.clock.advance(1)
        assert [fake.shown(sid).status for sid in sids] == [Status.DELIVERED, Status.DELIVERED, Status.QUEUED]


async def test_a_queue_that_is_full_loses_a_services_message() -> None:
    async with memory_fake(messages_per_second=0.00001, **service(sticky_sender=False)) as fake:
        first, second = (fake.submit(sender="", service_sid=SERVICE) for _ in range(2))
        await fake.clock.wait_idle()
        assert fake.shown(first).status is Status.DELIVERED
        assert ended(fake.shown(second)) == (Status.FAILED, QUEUE_OVERFLOW)


async def test_what_a_service_sends_as_mms_or_on_a_channel_is_one_segment() -> None:
    async with memory_fake(channel_senders=[{"sender": f"whatsapp:{OURS}"}], **service()) as fake:
        mms = await fake.sent("x" * 161, sender="", service_sid=SERVICE, options=Options(send_as_mms=True))
        assert (mms.sid[:2], mms.segments, mms.sender) == ("MM", 1, OURS)
        text = await fake.sent("x" * 161, sender="", service_sid=SERVICE)
        assert text.segments == 2
    channels = service(channel_senders=[f"whatsapp:{OURS}"])
    async with memory_fake(channel_senders=[{"sender": f"whatsapp:{OURS}"}], **channels) as fake:
        message = await fake.sent("x" * 161, to=f"whatsapp:{GUARD}", sender="", service_sid=SERVICE)
        assert (message.segments, message.sender) == (1, f"whatsapp:{OURS}")


async def test_what_carriers_block_is_undelivered() -> None:
    toll_free = "+18005550100"
    async with memory_fake(numbers=[{"phone_number": toll_free}]) as fake:
        fake.context.state.opted_out.add(f"{toll_free} {GUARD}")
        assert ended(await fake.sent(sender=toll_free)) == (Status.UNDELIVERED, BLOCKED)
    async with memory_fake(numbers=[{"phone_number": OURS, "registration": "unregistered"}]) as fake:
        message = await fake.sent()
        assert message.status is Status.UNDELIVERED
        assert message.error_code


async def test_nobody_sees_a_message_sent_for_no_time_at_all_unless_somebody_looks() -> None:
    async with memory_fake() as fake:
        changes: list[Status] = []
        change = fake.context.change_message

        def noted(message: Message, status: Status, **more: Any) -> Message:
            changes.append(status)
            return change(message, status, **more)

        setattr(fake.context, "change_message", noted)  # noqa: B010
        await fake.sent()
        assert changes == [Status.DELIVERED]
        await fake.sent(options=Options(status_callback="http://127.0.0.1:9/"))
        assert changes[1:] == [Status.SENT, Status.DELIVERED]


async def test_a_service_keeps_the_sender_that_a_message_names() -> None:
    other = "+12015550109"
    numbers = [{"phone_number": OURS}, {"phone_number": other}]
    services = [{"sid": SERVICE, "numbers": [OURS, other]}]
    async with memory_fake(numbers=numbers, messaging_services=services) as fake:
        assert (await fake.sent(sender=other, service_sid=SERVICE)).sender == other


async def test_a_service_sends_mms_from_a_number_that_can() -> None:
    other = "+12015550109"
    numbers = [{"phone_number": OURS, "capabilities": ["sms"]}, {"phone_number": other}]
    services = [{"sid": SERVICE, "numbers": [OURS, other]}]
    async with memory_fake(numbers=numbers, messaging_services=services) as fake:
        for options, sender in ((Options(send_as_mms=True), other), (Options(), OURS)):
            fake.context.state.sticky.clear()
            assert (await fake.sent(sender="", service_sid=SERVICE, options=options)).sender == sender


async def test_prices_are_those_of_the_generation() -> None:
    async with memory_fake(world={"wire_generation": GENERATIONS[-1]}) as old, memory_fake() as new:
        assert (await old.sent()).price != (await new.sent()).price


async def test_a_message_waits_for_its_sender_once_however_many_statuses_it_takes() -> None:
    async with memory_fake("realistic") as fake:
        sids = [fake.submit() for _ in range(3)]
        await fake.clock.advance(2 + 5.3)
        assert [fake.shown(sid).status for sid in sids] == [Status.DELIVERED] * 3


async def test_a_message_that_fails_is_announced() -> None:
    async with memory_fake() as fake:
        announced: list[Status] = []
        setattr(fake.backend.receipts, "announce", lambda message: announced.append(message.status))  # noqa: B010
        fake.backend.carrier.fail(fake.shown(fake.submit()), 30003)
        assert announced == [Status.FAILED]
        fake.backend.carrier.cancel(fake.shown(fake.submit()))
        assert announced == [Status.FAILED, Status.CANCELED]
