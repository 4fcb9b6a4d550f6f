"""An attempt is on disk before the network is touched, and a message in doubt is looked up before it is sent again."""

from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest
import structlog.testing

from driver.config.models import SendConfig
from driver.domain.asset import AlarmRules
from driver.domain.asset_changes import AcknowledgeGiven, FaultCleared, FaultRaised, Operator
from driver.domain.commands import ABOUT, MESSAGE_CONTENT, ExecutionState
from driver.domain.execution import Attempt
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.outbound_message import OutboundMessage
from driver.domain.relevance import Subject, SubjectKind, written
from driver.domain.send_result import Failure, FailureKind
from driver.domain.status_table import default_table
from driver.errors import StoreUnavailableError
from driver.ports.gateway import RemoteMessage
from driver.services.send_attempts import MAX_SKEW
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

LOST = Failure(FailureKind.UNKNOWN, "no answer in time", transport=True)
REFUSED = Failure(FailureKind.REFUSED, "Twilio says no", 400, 21211, answered=True)


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig()
    await made.online()
    made.attempts.configure(SendConfig())
    return made


async def accepted(here: ServicesRig, message: OutboundMessage) -> OutboundMessage:
    await here.store.commit([message])
    return message


def row(sid: str, status: str = "sent") -> RemoteMessage:
    return RemoteMessage(sid, "outbound", OURS, GUARD, "Fire", status, None, None)


async def test_an_attempt_is_on_disk_before_twilio_is_asked(here: ServicesRig) -> None:
    here.outcomes.configure(fault_on_failure=True, callback_url="https://sms.example.com/status")
    assert await here.attempts.work(here.message()) is None
    ((begun, callback),) = here.twilio.sent
    assert here.memory.commits[-2] == [begun]
    assert (begun.attempts, begun.in_doubt, begun.state) == (
        (Attempt(1, here.clock.now()),),
        True,
        ExecutionState.EXECUTING,
    )
    assert begun.first_at == here.twilio.twilio_now()
    assert callback == "https://sms.example.com/status?execution=E1"
    assert here.memory.executions["E1"].message_sid == "SM1"


async def test_a_message_that_has_ended_is_neither_sent_nor_stored_again(here: ServicesRig) -> None:
    ended, before = here.message(state=ExecutionState.SUCCEEDED), list(here.memory.commits)
    assert await here.attempts.work(ended) is None
    assert (here.twilio.sent, here.memory.commits) == ([], before)


async def test_nothing_is_sent_where_the_attempt_cannot_be_stored(here: ServicesRig) -> None:
    here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await here.attempts.work(here.message())
    assert here.twilio.sent == []


async def test_without_an_address_for_receipts_twilio_gets_none(here: ServicesRig) -> None:
    await here.attempts.work(here.message())
    assert [callback for _, callback in here.twilio.sent] == [""]


async def test_the_first_attempt_is_dated_by_twilios_clock_or_early_enough_for_any(here: ServicesRig) -> None:
    here.twilio.ahead = timedelta(minutes=7)
    here.twilio.outcomes = [REFUSED]
    waiting = await here.attempts.work(here.message())
    assert waiting is not None
    assert waiting.first_at == here.clock.now() + timedelta(minutes=7)
    await here.clock.advance(60)
    await here.attempts.work(waiting)
    assert here.twilio.sent[-1][0].first_at == waiting.first_at, "the second attempt changes nothing"
    here.twilio.clock_known = False
    await here.attempts.work(here.message("E2"))
    assert here.twilio.sent[-1][0].first_at == here.clock.now() - MAX_SKEW


async def test_a_refused_message_waits_for_its_second_attempt_and_then_ends(here: ServicesRig) -> None:
    here.twilio.outcomes = [REFUSED, REFUSED]
    waiting = await here.attempts.work(here.message())
    assert waiting is not None
    assert here.memory.executions["E1"] == waiting
    assert (waiting.due_at, waiting.in_doubt) == (here.clock.now() + timedelta(seconds=5), False)
    assert await here.attempts.work(waiting) is None
    assert here.memory.executions["E1"].state is ExecutionState.TERMINATED
    assert set(here.faults()) == {FaultCause.NUMBER_PROBLEM}
    assert here.counted("attempts", outcome="refused") == 2


async def test_a_refusal_for_good_is_final_where_the_site_says_so(here: ServicesRig) -> None:
    here.attempts.configure(SendConfig(retry_permanent=False))
    here.twilio.outcomes = [REFUSED]
    assert await here.attempts.work(here.message()) is None
    assert len(here.twilio.sent) == 1


async def test_a_message_in_doubt_is_looked_up_as_often_as_configured_before_it_is_sent_again(
    here: ServicesRig,
) -> None:
    here.attempts.configure(SendConfig(lookups=2, lookups_before_resend=3, lookup_wait_s=7))
    here.twilio.outcomes = [LOST, LOST]
    waiting: OutboundMessage | None = await here.attempts.work(here.message())
    steps = []
    while waiting is not None:
        await here.clock.advance((waiting.due_at - here.clock.now()).total_seconds())
        steps.append((here.clock.monotonic().total_seconds(), len(here.twilio.sent)))
        waiting = await here.attempts.work(waiting)
    assert steps == [(5, 1), (12, 1), (19, 1), (19, 2), (26, 2)]
    assert here.memory.executions["E1"].state is ExecutionState.TERMINATED
    assert here.attempts.longest_wait == timedelta(seconds=7)


async def test_a_message_that_a_look_up_finds_is_sent_and_not_sent_again(here: ServicesRig) -> None:
    here.twilio.outcomes = [LOST]
    waiting = await here.attempts.work(here.message())
    assert waiting is not None
    here.twilio.rows = [row("SM7")]
    assert await here.attempts.work(waiting) is None
    assert len(here.twilio.sent) == 1
    assert here.memory.executions["E1"].message_sid == "SM7"
    assert here.counted("attempts", outcome="adopted") == 1


async def test_a_message_in_doubt_goes_on_from_what_the_database_knows(here: ServicesRig) -> None:
    begun = (Attempt(1, here.clock.now()),)
    stored = replace(
        here.message(), attempts=begun, in_doubt=True, state=ExecutionState.EXECUTING, first_at=here.clock.now()
    )
    await accepted(here, stored)
    await here.attempts.work(here.message(in_doubt=True))
    assert (here.twilio.sent, len(here.twilio.asked)) == ([], 2), "it is looked for"
    record = here.memory.executions["E1"]
    assert (record.attempts, record.state) == (begun, ExecutionState.EXECUTING)
    never_begun = await accepted(here, here.message("E2"))
    assert await here.attempts.work(replace(never_begun, in_doubt=True)) is None
    assert [message.execution_id for message, _ in here.twilio.sent] == ["E2"]


@pytest.mark.parametrize("stored", [True, False])
async def test_a_message_in_doubt_that_has_ended_is_left_alone(here: ServicesRig, stored: bool) -> None:
    if stored:
        await accepted(here, here.message(state=ExecutionState.SUCCEEDED))
    commits = len(here.memory.commits)
    assert await here.attempts.work(here.message(in_doubt=True)) is None
    await here.attempts.give_up(here.message(), "ValueError: odd")
    assert (here.twilio.sent, len(here.memory.commits)) == ([], commits)


async def test_what_the_driver_breaks_on_is_given_up_as_unknown(here: ServicesRig) -> None:
    begun = (Attempt(1, here.clock.now()),)
    message = await accepted(here, here.message(attempts=begun, in_doubt=True, state=ExecutionState.EXECUTING))
    await here.attempts.give_up(message, "ValueError: odd")
    ended = here.memory.executions["E1"]
    assert ended.state is ExecutionState.UNKNOWN
    assert "ValueError: odd" in ended.reason


@pytest.mark.parametrize("problem", ["store", "driver"])
async def test_an_outcome_that_is_lost_leaves_the_message_in_doubt(here: ServicesRig, problem: str) -> None:
    message = here.message()
    here.twilio.before_answer = lambda: here.clock.advance(15)
    if problem == "store":
        here.memory.failing = lambda _writes: StoreUnavailableError("full") if here.twilio.sent else None
    else:
        here.twilio.outcomes = [ValueError("odd")]
    with structlog.testing.capture_logs():
        waiting = await here.attempts.work(message)
    assert waiting is not None
    assert (waiting.in_doubt, waiting.due_at) == (True, here.clock.now() + timedelta(seconds=5))
    assert len(here.twilio.sent) == 1


async def test_a_message_about_an_alarm_says_what_became_of_that_meanwhile() -> None:
    here = ServicesRig(rules=AlarmRules(table=default_table(latch=True)))
    await here.online()
    await here.assets.apply("guard", FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent"))
    (alarm,) = here.asset().records
    about = {MESSAGE_CONTENT: "Fire", ABOUT: written([Subject(SubjectKind.ALARM, "guard", alarm.alarm_id)])}
    here.twilio.outcomes = [REFUSED, LOST]
    refused, lost = [await here.attempts.work(here.message(name, parameters=about)) for name in ("E1", "E2")]
    assert refused is not None
    assert lost is not None
    await here.assets.apply("guard", FaultCleared(CauseKind.EVENT))
    await here.attempts.work(refused)
    await here.attempts.work(here.message("E3", parameters=about))
    for _ in range(4):
        await here.attempts.work(lost)
        lost = cast(OutboundMessage, here.memory.executions["E2"])
    bodies = [(message.execution_id, message.body) for message, _ in here.twilio.sent[2:]]
    over = "Fire (It is over.)"
    assert bodies == [("E1", over), ("E3", over), ("E2", "Fire")], "a look-up goes by the text that may have left"
    await here.assets.apply("guard", AcknowledgeGiven(Operator("alice")))
    assert await here.attempts.work(here.message("E4", parameters=about)) is None
    assert here.memory.executions["E4"].reason.endswith("the alarm is acknowledged by alice")
    await here.attempts.work(here.message("E5"))
    assert [message.execution_id for message, _ in here.twilio.sent[5:]] == ["E5"], "what is about nothing goes out"
