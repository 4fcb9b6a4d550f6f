"""Verification calls: entering the code makes the number a verified caller."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from fake_twilio.messages.verification_calls import VERIFIER, NoCallError, WrongCodeError, parameters
from fake_twilio.model.verification_call import MAX_MISTAKES, VerificationCall
from support.fake_memory import NOW, MemoryFake, memory_fake
from support.fake_wire import ACCOUNT, GATE


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake() as made:
        yield made


def row(sid: str = "CA1", code: str = "123456", after_s: float = 10, **more: Any) -> VerificationCall:
    due = NOW + timedelta(seconds=after_s)
    return VerificationCall(sid, ACCOUNT, GATE, "Gate", code, NOW, due, **more)


def events(fake: MemoryFake) -> list[tuple[str, dict[str, Any]]]:
    return [(event.type, event.data) for event in fake.context.events.recent]


@pytest.mark.parametrize(("caller", "outcome"), [("PN1", "success"), ("", "failed")])
def test_the_form_that_announces_the_end_of_a_call(caller: str, outcome: str) -> None:
    assert parameters(row(call_status="completed", caller_sid=caller)) == [
        ("Called", GATE),
        ("CallStatus", "completed"),
        ("VerificationStatus", outcome),
        *([("OutgoingCallerIdSid", caller)] if caller else []),
        ("Direction", "outbound-api"),
        ("To", GATE),
        ("Caller", VERIFIER),
        ("CallSid", "CA1"),
        ("AccountSid", ACCOUNT),
        ("From", VERIFIER),
        ("ApiVersion", "2010-04-01"),
    ]


async def test_a_telephone_rings_when_that_is_due(fake: MemoryFake) -> None:
    calls = fake.backend.verifications
    calls.call(row())
    with pytest.raises(NoCallError, match=f"no verification call is ringing at \\{GATE}"):
        calls.enter(GATE, "123456")
    await fake.clock.advance(9)
    assert (calls.calls_to(GATE), events(fake)) == ([], [])
    await fake.clock.advance(1)
    assert [call.sid for call in calls.calls_to(GATE)] == ["CA1"]
    assert events(fake) == [("validation_call", {"to": GATE, "call_sid": "CA1"})]


async def test_a_call_that_is_over_rings_no_more(fake: MemoryFake) -> None:
    calls = fake.backend.verifications
    calls.call(row())
    fake.context.state.validations.put(row(call_status="busy"))
    calls.resume(row("CA2", call_status="busy"))
    await fake.clock.advance(20)
    assert events(fake) == []
    with pytest.raises(NoCallError):
        calls.end(GATE, "busy")


async def test_the_code_makes_the_number_a_verified_caller(fake: MemoryFake) -> None:
    calls = fake.backend.verifications
    for made in (row("CA1", "111111", 0), row("CA2", "222222", 0)):
        calls.call(made)
    await fake.clock.wait_idle()
    caller = calls.enter(GATE, "222222")
    assert (caller.sid[:2], caller.phone_number, caller.friendly_name) == ("PN", GATE, "Gate")
    assert GATE in fake.context.state.verified[ACCOUNT]
    first, second = calls.calls_to(GATE)
    assert (first.over, second.call_status, second.caller_sid) == (False, "completed", caller.sid)
    assert events(fake)[-1] == ("account", {"sid": ACCOUNT})


async def test_the_third_mistake_ends_a_call(fake: MemoryFake) -> None:
    calls = fake.backend.verifications
    calls.call(row(after_s=0))
    await fake.clock.wait_idle()
    for mistake in range(1, MAX_MISTAKES + 1):
        with pytest.raises(WrongCodeError, match=r"^wrong code; enter the one that the validation request returned$"):
            calls.enter(GATE, "000000")
        (call,) = calls.calls_to(GATE)
        assert (call.mistakes, call.over) == (mistake, mistake == MAX_MISTAKES)
    (call,) = calls.calls_to(GATE)
    assert (call.call_status, call.outcome) == ("completed", "failed")


async def test_a_person_may_end_a_call(fake: MemoryFake) -> None:
    calls = fake.backend.verifications
    calls.call(row(after_s=0))
    await fake.clock.wait_idle()
    assert [ended.call_status for ended in calls.end(GATE, "busy")] == ["busy"]
    assert calls.calls_to(GATE)[0].outcome == "failed"


async def test_the_end_is_announced_to_whom_it_may_concern(fake: MemoryFake) -> None:
    calls = fake.backend.verifications
    url = "http://127.0.0.1:9/status"
    calls.call(row(after_s=0, status_callback=url, status_callback_method="GET"))
    await fake.clock.wait_idle()
    calls.end(GATE, "busy")
    await fake.context.scheduler.wait_idle()
    attempt = fake.context.webhooks.entries[0]
    assert (attempt.kind, attempt.method, attempt.message_sid) == ("callback", "GET", "CA1")
    assert attempt.url.startswith(url)
    assert (attempt.event, attempt.sender) == ("failed", VERIFIER)
