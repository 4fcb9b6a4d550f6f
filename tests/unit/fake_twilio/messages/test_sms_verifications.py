"""Verification codes sent by SMS, and the effect of submitting one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from fake_twilio.context import describe
from fake_twilio.messages.verification_calls import VERIFIER
from fake_twilio.model.message import Direction, Message, Status
from support.fake_memory import MemoryFake, memory_fake
from support.fake_wire import ACCOUNT, GATE, GUARD


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake() as made:
        yield made


async def test_a_code_is_texted_and_shown_on_the_telephone(fake: MemoryFake) -> None:
    codes = fake.backend.sms_verifications
    row = codes.send(ACCOUNT, GATE, "Gate")
    assert (row.sid[:2], len(row.code), row.friendly_name) == ("VE", 6, "Gate")
    await fake.clock.advance(5)
    again = codes.send(ACCOUNT, GATE, "other")
    assert (again.sid, again.code, again.friendly_name) == (row.sid, row.code, "Gate"), "the same code again"
    first, second = codes.texts_to(GATE)
    assert codes.texts_to(GUARD) == []
    assert first.sid != second.sid
    assert (second.created - first.created).total_seconds() == 5
    assert first == Message(
        sid=row.attempts[0].sid,
        account_sid=ACCOUNT,
        direction=Direction.API,
        to=GATE,
        sender=VERIFIER,
        body=f"Your Twilio verification code is: {row.code}",
        status=Status.DELIVERED,
        segments=1,
        media=0,
        created=row.attempts[0].sent,
        updated=row.attempts[0].sent,
        sent=row.attempts[0].sent,
        number=row.attempts[0].number,
        position=0,
    )
    assert first.sid.startswith("VL")
    assert codes.waiting(ACCOUNT, GUARD) is None


async def test_the_right_code_makes_the_number_a_verified_caller(fake: MemoryFake) -> None:
    codes = fake.backend.sms_verifications
    row = codes.send(ACCOUNT, GATE, "Gate")
    wrong = codes.check(row, "000000" if row.code != "000000" else "000001", "")
    assert (wrong.mistakes, wrong.caller_sid) == (1, "")
    done = codes.check(wrong, row.code, "")
    caller = fake.context.state.callers.rows[done.caller_sid]
    assert (caller.sid[:2], caller.phone_number, caller.friendly_name) == ("PN", GATE, "Gate")
    assert GATE in fake.context.state.verified[ACCOUNT]
    named = codes.check(codes.send(ACCOUNT, "+12015550103", "Desk"), fake_code(fake, "+12015550103"), "Front desk")
    assert fake.context.state.callers.rows[named.caller_sid].friendly_name == "Front desk"


def fake_code(fake: MemoryFake, phone: str) -> str:
    row = fake.backend.sms_verifications.waiting(ACCOUNT, phone)
    assert row is not None
    return row.code


async def test_whoever_watches_sees_the_text_and_the_account(fake: MemoryFake, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Any]] = []
    monkeypatch.setattr(type(fake.context.events), "wanted", property(lambda _self: True))
    monkeypatch.setattr(fake.context.events, "publish", lambda kind, data: seen.append((kind, data)))
    row = fake.backend.sms_verifications.send(ACCOUNT, GATE, "Gate")
    (text,) = fake.backend.sms_verifications.texts_to(GATE)
    fake.backend.sms_verifications.check(row, row.code, "")
    assert seen == [("message", describe(text)), ("account", {"sid": ACCOUNT})]
