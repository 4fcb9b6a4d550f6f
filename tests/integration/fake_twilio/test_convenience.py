"""Helpers that keep tests short, blocking and asynchronous: faults by name, waiting for a message, reading codes."""

import asyncio
import re
import threading
from collections.abc import Iterator
from dataclasses import fields
from inspect import signature
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException

from fake_twilio import BlockingFakeTwilio, FakeTwilio, Fault, ManualClock
from fake_twilio.faults import FaultEngine, effects
from support.own_pytest import typed

GUARD = "+12015550101"


@pytest.fixture
def fake() -> Iterator[BlockingFakeTwilio]:
    with FakeTwilio.running(clock=ManualClock()) as running:
        yield running


def _send(fake: BlockingFakeTwilio, body: str = "Fire in building 4") -> str:
    return str(fake.client().messages.create(to=GUARD, from_=fake.phone_number, body=body).sid)


@pytest.mark.parametrize("name", sorted(effects()))
def test_every_effect_has_a_constructor_with_all_its_keys(name: str) -> None:
    keys = {field.name for field in fields(effects()[name])}  # type: ignore[arg-type]
    renamed = {"times": "copies" if "duplicate" in name else None, "after": "seconds"}
    wanted = {renamed.get(key, key) for key in keys} - {None}
    assert wanted <= signature(getattr(Fault, name)).parameters.keys()


@pytest.mark.parametrize(
    ("fault", "document"),
    [
        (Fault.http_error(503, times=2), {"effect": {"type": "http_error", "status": 503}, "times": 2}),
        (
            Fault.http_error(400, code=21610, message="m", headers={"a": "b"}, rfc9457=True, times=None),
            {
                "effect": {
                    "type": "http_error",
                    "status": 400,
                    "code": 21610,
                    "message": "m",
                    "headers": {"a": "b"},
                    "rfc9457": True,
                },
                "times": None,
            },
        ),
        (Fault.rate_limit(1, after=3), {"effect": {"type": "rate_limit", "retry_after": 1}, "after": 3}),
        (Fault.rate_limit(probability=0.5), {"effect": {"type": "rate_limit"}, "probability": 0.5}),
        (Fault.latency(2, jitter=1), {"effect": {"type": "latency", "seconds": 2, "jitter": 1}}),
        (Fault.list_lag(3), {"effect": {"type": "list_lag", "seconds": 3}}),
        (Fault.truncate(keep=5), {"effect": {"type": "truncate", "keep": 5}}),
        (Fault.html_error(504), {"effect": {"type": "html_error", "status": 504}}),
        (
            Fault.delivery("undelivered", 30003, seconds=60, to=GUARD, from_="+12015550100"),
            {
                "effect": {"type": "delivery", "status": "undelivered", "error_code": 30003, "after": 60},
                "match": {"to": GUARD, "from": "+12015550100"},
            },
        ),
        (Fault.hold("sent"), {"effect": {"type": "hold", "at": "sent"}}),
        (Fault.callback_duplicate(2), {"effect": {"type": "callback_duplicate", "times": 2}}),
        (Fault.inbound_delay(9), {"effect": {"type": "inbound_delay", "seconds": 9}}),
        (
            Fault.reset_after(operation="messages.create", account_sid="AC1", body=re.compile("fire", re.IGNORECASE)),
            {
                "effect": {"type": "reset_after"},
                "match": {"operation": "messages.create", "account_sid": "AC1", "body": "(?i)fire"},
            },
        ),
        (Fault.hang_before(body="fire"), {"effect": {"type": "hang_before"}, "match": {"body": "fire"}}),
    ],
)
def test_a_constructor_says_what_the_control_api_says(fault: Fault, document: dict[str, Any]) -> None:
    assert fault == Fault(**document)


@pytest.mark.parametrize("name", sorted(effects()))
def test_every_constructor_makes_a_fault_that_can_be_planted(name: str) -> None:
    needed = {"http_error": (503,), "latency": (1,), "list_lag": (1,)}
    planted = FaultEngine().add(getattr(Fault, name)(*needed.get(name, ())))
    assert planted.effect.name == name


@pytest.mark.parametrize("name", sorted(effects()))
def test_a_wrong_keyword_fails_where_it_is_written(name: str) -> None:
    needed = {"http_error": (503,), "latency": (1,), "list_lag": (1,)}
    with pytest.raises(
        TypeError, match=rf"Fault\.{name}\(\) has no parameter 'tmes'; it has .*times, after, probability"
    ):
        getattr(Fault, name)(*needed.get(name, ()), tmes=2)


def test_faults_by_name_strike(fake: BlockingFakeTwilio) -> None:
    fake.faults.add(Fault.http_error(503, times=2))
    for _ in range(2):
        with pytest.raises(TwilioRestException):
            _send(fake)
    fake.faults.add(Fault.delivery("undelivered", 30003, to=GUARD))
    fake.assert_sent(sid=_send(fake), status="undelivered", error_code=30003)


def test_a_message_is_awaited(fake: BlockingFakeTwilio) -> None:
    sender = threading.Thread(target=_send, args=(fake, "Your table is ready"))
    sender.start()
    message = fake.expect_message(to=GUARD, body=re.compile("table")).within(5)
    sender.join()
    assert message.body == "Your table is ready"
    assert fake.expect_message(to=GUARD, from_=fake.phone_number, status="delivered").within(5).sid == message.sid


def test_of_several_the_newest_is_meant_and_incoming_ones_never(fake: BlockingFakeTwilio) -> None:
    fake.handset(GUARD).send(fake.phone_number, "status")
    _send(fake, "status: 1")
    newest = _send(fake, "status: 2")
    assert fake.expect_message(body=re.compile("status")).within(5).sid == newest


def test_a_message_that_does_not_come_fails_with_near_misses(fake: BlockingFakeTwilio) -> None:
    _send(fake)
    with pytest.raises(AssertionError) as failed:
        fake.expect_message(to=GUARD, body="Fire in building 5").within(0.01)
    first, second = str(failed.value).splitlines()
    assert first == (
        "expected a sent message with to '+12015550101', body 'Fire in building 5' within 0.01 s; none of 1 match"
    )
    assert second.endswith("delivered 'Fire in building 4': body is 'Fire in building 4'")


def test_wanting_what_no_message_has_fails_at_once(fake: BlockingFakeTwilio) -> None:
    with pytest.raises(TypeError, match="unknown: text; expected one of to, from_, body"):
        fake.expect_message(text="x")  # type: ignore[call-arg]


def test_a_judge_that_breaks_fails_its_own_test_only(fake: BlockingFakeTwilio) -> None:
    sender = threading.Thread(target=_send, args=(fake,))
    sender.start()
    with pytest.raises(ZeroDivisionError):
        fake.expect_message(body=lambda body: 1 / 0).within(5)
    sender.join()
    assert fake.messages[0].status == "delivered"


def test_a_code_is_read_from_the_phone(fake: BlockingFakeTwilio) -> None:
    handset = fake.handset(GUARD)
    _send(fake, "Order 2026 is on its way")
    _send(fake, "Hello. Your code is 482-913, valid for 10 minutes. Order 2026.")
    assert handset.wait_for_code() == "482913"
    sender = threading.Thread(target=_send, args=(fake, "Login code: 7731"))
    sender.start()
    assert handset.wait_for_code(timeout=5) == "7731"
    sender.join()


def test_a_code_that_does_not_come_fails_with_what_the_phone_shows(fake: BlockingFakeTwilio) -> None:
    handset = fake.handset(GUARD)
    with pytest.raises(AssertionError, match=r"expected a code on \+12015550101 within 0.01 s; it shows:\n  nothing"):
        handset.wait_for_code(timeout=0.01)
    _send(fake, "no digits")
    with pytest.raises(AssertionError, match=r"shows:\n  'no digits' from \+12015550100$"):
        handset.wait_for_code(timeout=0.01)


async def test_asynchronous_tests_say_the_same() -> None:
    async with FakeTwilio(clock=ManualClock()) as fake:
        fake.faults.add(Fault.delivery("undelivered", 30003))
        handset = fake.handset(GUARD)
        expected = asyncio.create_task(fake.expect_message(to=GUARD, error_code=30003).within(5))
        code = asyncio.create_task(handset.wait_for_code(timeout=5))
        await asyncio.to_thread(
            fake.client().messages.create, to=GUARD, from_=fake.phone_number, body="Your code: 1234"
        )
        assert (await expected).status == "undelivered"
        assert await code == "1234"
        with pytest.raises(AssertionError, match="near miss"):
            await fake.expect_message(to=GUARD, status="delivered").within(0.01)
        with pytest.raises(AssertionError, match="it shows"):
            await handset.wait_for_code(timeout=0.01)
        with pytest.raises(TypeError, match="unknown: text"):
            fake.expect_message(text="x")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    "line",
    [
        "fake_twilio.expect_message(body='other').within(0.01)",
        "fake_twilio.expect_message(text='other')",
        "fake_twilio.assert_sent(body='other')",
        "handset.wait_for_code(timeout=0.01)",
        "Fault.http_error(503, tmes=2)",
        "fake_twilio.faults.add(Fault.delivery('lost'))",
    ],
)
def test_failures_show_the_test_and_none_of_the_fake(tmp_path: Any, line: str) -> None:
    test = tmp_path / "test_it.py"
    test.write_text(f"from fake_twilio import Fault\n\ndef test_it(fake_twilio, handset):\n    {line}\n")
    status, output = typed("--rootdir", str(tmp_path), "-p", "no:asyncio", "-q", str(test))
    assert status == 1
    assert f">       {line}" in output or f">   {line}" in output
    shown = [text for text in output.splitlines() if re.match(r"\S+\.py:\d+: ", text)]
    assert len(shown) == 1
    assert "test_it.py:4: " in shown[0]
