"""The sender that a service selects for a message, and services that cannot send."""

from typing import Any

import pytest

from fake_twilio.errors import TwilioError
from fake_twilio.model.service import AlphaSender
from support.fake_memory import NOW, MemoryFake
from support.fake_wire import ACCOUNT, GATE, GUARD, OURS

SERVICE, EMPTY = "MG" + "a" * 32, "MG" + "c" * 32
OTHER, ABROAD = "+12015550109", "+4915112345678"


def fake(**service: Any) -> MemoryFake:
    numbers = [{"phone_number": OURS, "capabilities": ["sms"]}, {"phone_number": OTHER}]
    return MemoryFake(
        numbers=numbers,
        messaging_services=[{"sid": SERVICE, "numbers": [OURS, OTHER], **service}, {"sid": EMPTY}],
    )


async def test_a_service_has_to_be_the_accounts_own_and_to_have_senders() -> None:
    made = fake()
    senders = made.backend.senders
    assert senders.service(made.account, SERVICE).sid == SERVICE
    for sid, code in (("MG" + "d" * 32, 21701), (EMPTY, 21704)):
        with pytest.raises(TwilioError) as caught:
            senders.service(made.account, sid)
        assert caught.value.code == code


async def test_a_recipient_knows_a_sticky_sender_and_no_other() -> None:
    made = fake()
    senders = made.backend.senders
    made.context.state.sticky[f"{SERVICE} {GUARD}"] = OTHER
    assert senders.pick(SERVICE, GUARD, media=False) == OTHER
    assert senders.pick(SERVICE, GATE, media=False) == OURS
    assert made.context.state.sticky[f"{SERVICE} {GATE}"] == OURS
    made.context.state.sticky[f"{SERVICE} {GUARD}"] = "+12015550177"
    assert senders.pick(SERVICE, GUARD, media=False) == OURS, "a number that has left the pool is not selected"
    loose = fake(sticky_sender=False)
    loose.context.state.sticky[f"{SERVICE} {GUARD}"] = OTHER
    assert loose.backend.senders.pick(SERVICE, GUARD, media=False) == OURS
    assert f"{SERVICE} {GATE}" not in loose.context.state.sticky


async def test_media_go_out_from_a_number_that_can_send_them() -> None:
    senders = fake().backend.senders
    assert senders.pick(SERVICE, GUARD, media=True) == OTHER
    assert senders.pick(SERVICE, GUARD, media=True, fallback=OURS) == OURS
    assert senders.pick("MG" + "d" * 32, GUARD, media=False) is None


async def test_a_name_sends_texts_and_no_media() -> None:
    made = fake()
    senders, state = made.backend.senders, made.context.state
    state.alpha_senders.put(AlphaSender("AI1", ACCOUNT, EMPTY, "Brand", "", NOW, NOW))
    service = senders.service(made.account, EMPTY)
    senders.check(service, "", ABROAD, media=False)
    senders.check(service, "Brand", ABROAD, media=False)
    assert senders.pick(EMPTY, ABROAD, media=False) == "Brand"
    with pytest.raises(TwilioError) as caught:
        senders.check(service, "", ABROAD, media=True)
    assert caught.value.code == 21703
    with pytest.raises(TwilioError) as caught:
        senders.check(service, OURS, ABROAD, media=False)
    assert (caught.value.code, caught.value._facts) == (21711, {"sender": OURS})
