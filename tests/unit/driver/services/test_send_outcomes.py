"""What the end of a message means for its phone, for the system, for events and for the counters."""

import pytest

from driver.domain.asset import Asset
from driver.domain.asset_changes import FaultCleared, FaultRaised
from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED, MESSAGE_DROPPED, MESSAGE_FAILED
from driver.domain.execution import Attempt
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.domain.message_status import MessageStatus
from driver.domain.outbound_message import OutboundMessage
from driver.domain.send_result import Accepted, Failure, FailureKind, Limit
from driver.domain.twilio_errors import meaning
from driver.errors import StoreUnavailableError
from driver.ports.gateway import GatewayError
from driver.services.send_outcomes import BAD_CALLBACK
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

CALLBACK = "https://sms.example.com/twilio/status"
REFUSED = Failure(FailureKind.REFUSED, "Twilio says no", 400, 21610)


async def rig(*, fault_on_failure: bool = True, callback_url: str = "", online: bool = True) -> ServicesRig:
    here = ServicesRig()
    if online:
        await here.online()
    here.outcomes.configure(fault_on_failure=fault_on_failure, callback_url=callback_url)
    return here


def common(here: ServicesRig, name: str) -> dict[str, object]:
    """Return the only event of a name, without the parameters that all message events have."""
    (event,) = here.memory.named(name)
    usual = {
        "asset": "guard",
        "Destination Number": GUARD,
        "Source Phone Number": OURS,
        "Execution ID": "E1",
    }
    assert {key: event.pop(key) for key in usual} == usual
    return event


async def test_an_accepted_message_ends_the_faults_of_sending_in_one_commit() -> None:
    here = await rig()
    for cause in (FaultCause.SEND_FAILED, FaultCause.DELIVERY_FAILED):
        await here.assets.apply("guard", FaultRaised(cause, CauseKind.EVENT, "earlier"))
    attempts = (Attempt(1, here.clock.now(), "refused"), Attempt(2, here.clock.now(), "accepted"))
    message = here.message(state=ExecutionState.SUCCEEDED, message_sid="SM1", attempts=attempts)
    await here.outcomes.end(message, Accepted("SM1", "queued", 2))
    assert set(here.faults()) == {FaultCause.DELIVERY_FAILED}
    kinds = {type(write) for write in here.memory.commits[-1]}
    assert kinds >= {OutboundMessage, Asset}
    assert here.memory.executions["E1"] is message
    row = here.memory.rows["SM1"]
    assert (row.direction, row.asset_id, row.status, row.segments) == ("outbound", "guard", MessageStatus.QUEUED, 2)
    assert (row.from_number, row.to_number, row.body, row.execution_id) == (OURS, GUARD, "Fire", "E1")
    said = common(here, MESSAGE_ACCEPTED)
    assert said == {"Message SID": "SM1", "Attempts": 2, "Explanation": "Twilio accepted the message"}
    assert here.counted("attempts", outcome="accepted") == 1
    assert here.counted("messages", end="accepted") == 1


async def test_a_refused_message_puts_its_phone_in_fault_and_says_why() -> None:
    here = await rig()
    message = here.message(
        state=ExecutionState.TERMINATED, reason="refused twice", attempts=(Attempt(1, here.clock.now()),)
    )
    await here.outcomes.end(message, REFUSED)
    known = meaning(21610, FaultCause.SEND_FAILED, "")
    assert here.faults() == {FaultCause.OPTED_OUT: (known.text, 21610, known.hint)}
    assert common(here, MESSAGE_FAILED) == {
        "Reason": "refused twice",
        "Error Code": 21610,
        "Attempts": 1,
        "Explanation": known.text,
    }
    assert here.memory.executions["E1"] is message
    assert Asset in {type(write) for write in here.memory.commits[-1]}, "the fault is stored in the same commit"
    assert here.counted("messages", end="terminated") == 1


async def test_a_failure_without_a_code_is_told_in_its_own_words() -> None:
    here = await rig()
    await here.outcomes.end(here.message(state=ExecutionState.TERMINATED), Failure(FailureKind.TRANSIENT, "no route"))
    detail, code, _ = here.faults()[FaultCause.SEND_FAILED]
    assert (detail, code) == ("a message could not be sent: no route", None)
    assert common(here, MESSAGE_FAILED)["Explanation"] == "a message could not be sent"


async def test_a_phone_gets_no_second_alarm_where_the_system_has_no_communication() -> None:
    here = await rig(online=False)
    here.twilio.answer = GatewayError("no route", reason=CommReason.UNREACHABLE)
    lost = Failure(FailureKind.TRANSIENT, "no route", transport=True)
    await here.outcomes.end(here.message(state=ExecutionState.TERMINATED), lost)
    assert here.faults() == {}
    assert len(here.memory.named(MESSAGE_FAILED)) == 1
    assert here.twilio.asked, "Twilio is asked whether it answers"
    await here.outcomes.end(here.message("E2", state=ExecutionState.TERMINATED), REFUSED)
    assert set(here.faults()) == {FaultCause.OPTED_OUT}, "what Twilio refuses is about the message"


async def test_a_lost_connection_is_the_phones_while_the_system_has_communication() -> None:
    here = await rig()
    lost = Failure(FailureKind.TRANSIENT, "no route", transport=True)
    await here.outcomes.end(here.message(state=ExecutionState.TERMINATED), lost)
    assert set(here.faults()) == {FaultCause.SEND_FAILED}


async def test_a_message_of_which_nobody_knows_is_a_fault_as_well() -> None:
    here = await rig()
    await here.outcomes.end(here.message(state=ExecutionState.UNKNOWN, reason="no list shows it"), None)
    assert here.faults() == {FaultCause.SEND_FAILED: ("it is unknown whether a message was sent", None, "")}
    assert common(here, MESSAGE_FAILED) == {
        "Reason": "no list shows it",
        "Error Code": None,
        "Attempts": 0,
        "Explanation": "no list shows it",
    }
    assert here.counted("messages", end="unknown") == 1
    away = await rig(online=False)
    await away.outcomes.end(away.message(state=ExecutionState.UNKNOWN), None)
    assert away.faults() == {}


async def test_failures_are_no_faults_where_the_site_wants_none() -> None:
    here = await rig(fault_on_failure=False)
    await here.outcomes.end(here.message("E1", state=ExecutionState.TERMINATED), REFUSED)
    await here.outcomes.end(here.message("E2", state=ExecutionState.UNKNOWN), None)
    await here.outcomes.attempt_failed(here.message(), Failure(FailureKind.TRANSIENT, "full", limit=Limit.SENDER))
    assert here.faults() == {}
    assert len(here.memory.named(MESSAGE_FAILED)) == 2


async def test_failures_are_faults_unless_the_site_says_otherwise() -> None:
    here = ServicesRig()
    await here.online()
    await here.outcomes.end(here.message(state=ExecutionState.TERMINATED), REFUSED)
    assert set(here.faults()) == {FaultCause.OPTED_OUT}
    assert here.outcomes.callback_url == ""


async def test_a_message_that_is_dropped_is_put_on_record() -> None:
    here = await rig()
    message = here.message(state=ExecutionState.TERMINATED, reason="its alarm is over", user="fire rule")
    await here.outcomes.end(message, None)
    assert common(here, MESSAGE_DROPPED) == {"Reason": "its alarm is over", "Rule": "fire rule"}
    (line,) = here.memory.audit_lines[-1:]
    assert (line.action, line.user_name) == ("Command dropped: its alarm is over", "fire rule")
    assert here.memory.executions["E1"] is message
    assert here.counted("messages", end="dropped") == 1
    here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await here.outcomes.end(here.message("E2", state=ExecutionState.TERMINATED), None)
    here.memory.work()
    await here.assets.apply("guard", FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent"))
    assert "E2" not in here.memory.executions, "whoever drops it does so again"
    await here.assets.apply("guard", FaultCleared(CauseKind.EVENT))
    assert here.faults() == {}


async def test_a_failed_attempt_is_counted_and_only_a_limit_or_a_lost_connection_says_more() -> None:
    here = await rig(callback_url=CALLBACK)
    await here.outcomes.attempt_failed(here.message(), REFUSED)
    assert here.counted("attempts", outcome="refused") == 1
    assert (here.faults(), here.faults("twilio")) == ({}, {})
    assert here.outcomes.callback_url == CALLBACK


async def test_a_full_queue_at_twilio_is_the_phones_fault_at_once() -> None:
    here = await rig()
    full = Failure(FailureKind.TRANSIENT, "the queue is full", 400, 21611, limit=Limit.SENDER)
    await here.outcomes.attempt_failed(here.message(), full)
    known = meaning(21611, FaultCause.SEND_FAILED, "")
    assert here.faults() == {FaultCause.SEND_FAILED: (known.text, 21611, known.hint)}
    assert here.faults("twilio").keys() <= {FaultCause.CHILD_FAULT}


async def test_too_many_requests_are_the_systems_fault() -> None:
    here = await rig()
    await here.outcomes.attempt_failed(
        here.message(), Failure(FailureKind.TRANSIENT, "too many", 429, 20429, limit=Limit.ACCOUNT)
    )
    assert here.faults() == {}
    assert set(here.faults("twilio")) == {FaultCause.RATE_LIMITED}


async def test_twilio_that_refuses_the_address_for_receipts_gets_none_until_it_is_right() -> None:
    here = await rig(callback_url=CALLBACK)
    refused = Failure(FailureKind.REFUSED, "bad callback", 400, BAD_CALLBACK)
    await here.outcomes.attempt_failed(here.message(), refused)
    assert here.outcomes.callback_url == ""
    known = meaning(BAD_CALLBACK, FaultCause.WEBHOOK_INVALID, "")
    assert here.faults("twilio") == {FaultCause.WEBHOOK_INVALID: (known.text, BAD_CALLBACK, known.hint)}
    await here.assets.apply("twilio", FaultRaised(FaultCause.POLL_LAGGING, CauseKind.STANDING, "slow"))
    sent = Accepted("SM1", "queued")
    await here.outcomes.end(here.message(state=ExecutionState.SUCCEEDED), sent)
    assert FaultCause.WEBHOOK_INVALID in here.faults("twilio"), "nothing was tried yet"
    here.outcomes.configure(fault_on_failure=True, callback_url=CALLBACK)
    await here.outcomes.end(here.message("E2", state=ExecutionState.SUCCEEDED), sent)
    assert set(here.faults("twilio")) == {FaultCause.POLL_LAGGING}
    await here.assets.apply("twilio", FaultCleared(CauseKind.STANDING))
    await here.outcomes.attempt_failed(here.message(), refused)
    here.outcomes.configure(fault_on_failure=True, callback_url=CALLBACK)
    await here.outcomes.end(here.message("E3", state=ExecutionState.SUCCEEDED), sent)
    assert here.faults("twilio") == {}
