"""The fake in its own thread, for code that is not asynchronous."""

import re
import sys
from pathlib import Path

import pytest
from twilio.base.exceptions import TwilioRestException

from fake_twilio import BlockingFakeTwilio, FakeTwilio, Fault, ManualClock
from fake_twilio.messages.handsets import UnknownNumberError
from support.own_pytest import typed

GUARD = "+12015550101"


@pytest.fixture
def fake() -> "BlockingFakeTwilio":  # type: ignore[misc]
    with FakeTwilio.running(clock=ManualClock()) as fake:
        yield fake


def _send(fake: BlockingFakeTwilio, body: str = "hello", to: str = GUARD, **more: str) -> str:
    return str(fake.client().messages.create(to=to, from_=fake.phone_number, body=body, **more).sid)


def test_a_text_reaches_the_handset_without_waiting(fake: BlockingFakeTwilio) -> None:
    _send(fake)
    assert [message.body for message in fake.handset(GUARD).messages] == ["hello"]
    assert fake.messages[0].status == "delivered"


def test_a_person_answers(fake: BlockingFakeTwilio) -> None:
    fake.handset(GUARD).send(fake.phone_number, "yes")
    assert [message.body for message in fake.client().messages.list(to=fake.phone_number)] == ["yes"]
    with pytest.raises(UnknownNumberError, match=r"known numbers: \+12015550100"):
        fake.handset(GUARD).send("+12015550177", "hello?")


def test_faults_and_journals(fake: BlockingFakeTwilio) -> None:
    planted = fake.faults.add(Fault({"type": "http_error", "status": 503}))
    with pytest.raises(Exception, match="503"):
        _send(fake)
    assert planted.applied == 1
    assert [entry.status for entry in fake.requests] == [503]
    assert [each.id for each in fake.faults] == ["fault-1"]
    assert fake.faults.remove(planted.id)
    fake.faults.add(effect={"type": "rate_limit"}, times=None)
    fake.faults.clear()
    assert list(fake.faults) == []


def test_time_passes_by_hand(fake: BlockingFakeTwilio) -> None:
    before = fake.clock.now()
    fake.faults.add({"effect": {"type": "delivery", "status": "delivered", "after": 30}})
    _send(fake)
    assert fake.messages[0].status == "sent"
    fake.clock.advance(30)
    assert fake.messages[0].status == "delivered"
    assert (fake.clock.now() - before).total_seconds() == 30


def test_a_real_clock_cannot_be_moved() -> None:
    with FakeTwilio.running() as fake, pytest.raises(RuntimeError, match=r"only a manual clock"):
        fake.clock.advance(1)


def test_reset_and_snapshots(fake: BlockingFakeTwilio) -> None:
    _send(fake, "kept")
    kept = fake.snapshot()
    fake.reset()
    assert fake.messages == []
    fake.restore(kept)
    assert [message.body for message in fake.messages] == ["kept"]


def test_calls_from_the_fakes_own_thread_are_refused_instead_of_hanging(fake: BlockingFakeTwilio) -> None:
    def inside() -> None:
        fake.reset()

    with pytest.raises(RuntimeError, match="from a thread other than the fake's own"):
        fake.loop.call(inside)


def test_a_port_in_use_is_an_error_and_leaves_no_thread(fake: BlockingFakeTwilio) -> None:
    port = int(fake.base_url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), FakeTwilio.running(port=port):
        pass


def test_what_was_sent_can_be_asserted(fake: BlockingFakeTwilio) -> None:
    _send(fake, "Fire in building 4")
    _send(fake, "All clear")
    assert len(fake.assert_sent(to=GUARD)) == 2
    assert fake.assert_sent(1, body=re.compile("^Fire"))[0].body == "Fire in building 4"
    fake.assert_sent(body=lambda body: len(body) == 9)
    fake.assert_requested(2, operation="messages.create", status=201)
    fake.assert_nothing_sent(to="+12015550102")


def test_failures_list_the_near_misses(fake: BlockingFakeTwilio) -> None:
    sid = _send(fake, "Fire in building 4")
    _send(fake, "All clear")
    with pytest.raises(AssertionError) as failure:
        fake.assert_sent(to=GUARD, body="Fire in building 5")
    answer = str(failure.value).splitlines()
    assert answer[0] == f"expected a sent message with to '{GUARD}', body 'Fire in building 5'; none of 2 match"
    assert answer[2] == (
        f"  near miss: {sid} +12015550100 → {GUARD} delivered 'Fire in building 4': body is 'Fire in building 4'"
    )
    with pytest.raises(AssertionError, match="expected 3 × a sent message with anything; 2 of 2 match"):
        fake.assert_sent(3)
    with pytest.raises(AssertionError, match=r"expected no sent message; found 2:\n  match: SM"):
        fake.assert_nothing_sent()
    with pytest.raises(TypeError, match="unknown: colour; expected one of to, from_, body"):
        fake.assert_sent(colour="red")  # type: ignore[call-arg]


def test_a_misspelt_condition_fails_although_nothing_was_sent(fake: BlockingFakeTwilio) -> None:
    for assertion in (fake.assert_nothing_sent, fake.assert_sent, fake.assert_requested, fake.assert_called_back):
        with pytest.raises(TypeError, match="unknown: too; expected one of"):
            assertion(too=GUARD)  # type: ignore[call-arg]


def test_a_failing_assertion_shows_the_test_and_not_the_fake(tmp_path: Path) -> None:
    program = tmp_path / "test_it.py"
    program.write_text("def test_it(fake_twilio):\n    fake_twilio.assert_sent(body='Fire')\n")
    status, said = typed(str(program), "-q", "--rootdir", str(tmp_path), "-p", "no:xdist")
    assert status == 1
    assert "AssertionError: expected a sent message with body 'Fire'" in said
    assert "assert_sent(body='Fire')" in said
    assert "fake_twilio/" not in said.replace("fake_twilio.", "")
    assert len(said.splitlines()) < 25


def test_what_a_refused_request_leaves_behind_was_not_sent(fake: BlockingFakeTwilio) -> None:
    with pytest.raises(TwilioRestException, match="Invalid 'To' Phone Number"):
        _send(fake, "Fire", to="abc")
    fake.assert_nothing_sent()
    assert [(row.status, row.error_code) for row in fake.client().messages.list()] == [("failed", 21211)]


def test_webhook_attempts_can_be_asserted(fake: BlockingFakeTwilio) -> None:
    _send(fake, status_callback="http://127.0.0.1:9/receipts")
    attempts = fake.assert_called_back(kind="callback", event="delivered")
    assert attempts[0].status is None
    with pytest.raises(AssertionError, match=r"near miss: #1 callback sent POST http://127\.0\.0\.1:9/receipts"):
        fake.assert_called_back(kind="callback", event="failed")


def test_without_the_sdk_client_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "twilio.rest", None)
    with FakeTwilio.running() as fake, pytest.raises(ModuleNotFoundError, match=r"pip install 'fake-twilio\[sdk\]'"):
        fake.client()
