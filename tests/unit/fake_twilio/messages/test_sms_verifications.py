"""Verification codes sent by SMS, and the effect of submitting one."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from fake_twilio.context import describe
from fake_twilio.messages import sms_verifications as codes
from fake_twilio.messages.verification_calls import VERIFIER
from fake_twilio.model.message import Direction, Message, Status
from support.fake_memory import MemoryFake, memory_fake
from support.fake_wire import ACCOUNT, GATE, GUARD


@pytest.fixture
async def fake() -> AsyncIterator[MemoryFake]:
    async with memory_fake() as made:
        yield made


async def test_a_code_is_texted_and_shown_on_the_telephone(fake: MemoryFake) -> None:
    row = codes.send(fake.context, ACCOUNT, GATE, friendly_name="Gate")
    assert (row.sid[:2], len(row.code), row.friendly_name) == ("VE", 6, "Gate")
    await fake.clock.advance(5)
    again = codes.send(fake.context, ACCOUNT, GATE, friendly_name="other")
    assert (again.sid, again.code, again.friendly_name) == (row.sid, row.code, "Gate"), "the same code again"
    first, second = codes.texts_to(fake.context, GATE)
    assert codes.texts_to(fake.context, GUARD) == []
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
    assert codes.waiting(fake.context, ACCOUNT, GUARD) is None


async def test_the_right_code_makes_the_number_a_verified_caller(fake: MemoryFake) -> None:
    row = codes.send(fake.context, ACCOUNT, GATE, friendly_name="Gate")
    wrong = codes.check(fake.context, row, "000000" if row.code != "000000" else "000001", friendly_name="")
    assert (wrong.mistakes, wrong.caller_sid) == (1, "")
    done = codes.check(fake.context, wrong, row.code, friendly_name="")
    caller = fake.context.state.callers.rows[done.caller_sid]
    assert (caller.sid[:2], caller.phone_number, caller.friendly_name) == ("PN", GATE, "Gate")
    assert GATE in fake.context.state.verified[ACCOUNT]
    desk = codes.send(fake.context, ACCOUNT, "+12015550103", friendly_name="Desk")
    named = codes.check(fake.context, desk, fake_code(fake, "+12015550103"), friendly_name="Front desk")
    assert fake.context.state.callers.rows[named.caller_sid].friendly_name == "Front desk"


def fake_code(fake: MemoryFake, phone: str) -> str:
    row = codes.waiting(fake.context, ACCOUNT, phone)
    assert row is not None
    return row.code


async def test_whoever_watches_sees_the_text_and_the_account(fake: MemoryFake, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[str, Any]] = []
    monkeypatch.setattr(type(fake.context.events), "wanted", property(lambda _self: True))
    monkeypatch.setattr(fake.context.events, "publish", lambda kind, data: seen.append((kind, data)))
    row = codes.send(fake.context, ACCOUNT, GATE, friendly_name="Gate")
    (text,) = codes.texts_to(fake.context, GATE)
    codes.check(fake.context, row, row.code, friendly_name="")
    assert seen == [("message", describe(text)), ("account", {"sid": ACCOUNT})]
