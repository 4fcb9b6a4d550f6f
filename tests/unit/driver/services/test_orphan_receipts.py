"""A receipt for an unknown message names its execution: it is kept, and what it proves is recorded."""

from collections.abc import AsyncIterator

import pytest
import structlog.testing

from driver.domain.commands import ExecutionState
from driver.domain.events import MESSAGE_ACCEPTED
from driver.domain.execution import Execution
from driver.domain.message import Receipt
from driver.domain.message_status import MessageStatus
from driver.domain.segments import count
from driver.services.orphan_receipts import MARK, MAX_KEPT
from support.driver_memory import GATE, GUARD, OURS
from support.driver_services import ServicesRig

OTHER = "+12015550109"
#: As for a service, whose messages come from one of its numbers.
SENT = Receipt("SM1", "sent", None, OTHER, GATE)
UNSENT = Receipt("SM2", "failed", 21610, OURS, GUARD)
EXECUTING, UNKNOWN = ExecutionState.EXECUTING, ExecutionState.UNKNOWN


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        made = ServicesRig()
        await made.online()
        yield made


def known(here: ServicesRig, state: ExecutionState, *, message_sid: str = "", reason: str = "") -> None:
    here.memory.executions["E1"] = here.message(state=state, message_sid=message_sid, reason=reason)


async def test_it_is_on_disk_until_its_execution_is_final(here: ServicesRig) -> None:
    known(here, EXECUTING)
    assert not await here.orphan_receipts.add("E1", SENT)
    assert set(here.memory.marks) == {f"{MARK}E1.SM1"}
    assert here.orphan_receipts.of("E1") == SENT
    assert here.orphan_receipts.of("E2") is None
    await here.orphan_receipts.resolve(here.message(state=ExecutionState.SUCCEEDED, message_sid="SM1"))
    assert (here.memory.marks, here.memory.rows, here.orphan_receipts.of("E1")) == ({}, {}, None)


async def test_a_receipt_of_what_never_left_is_not_the_message(here: ServicesRig) -> None:
    known(here, EXECUTING)
    await here.orphan_receipts.add("E1", UNSENT)
    assert here.orphan_receipts.of("E1") is None
    await here.orphan_receipts.add("E1", SENT)
    assert here.orphan_receipts.of("E1") == SENT
    await here.orphan_receipts.resolve(here.message(state=UNKNOWN))
    assert set(here.memory.rows) == {"SM1"}
    assert here.memory.marks == {}


async def test_it_is_taken_up_after_a_restart(here: ServicesRig) -> None:
    known(here, EXECUTING)
    await here.orphan_receipts.add("E1", SENT)
    marks = dict(here.memory.marks)
    again = ServicesRig()
    again.memory.executions = dict(here.memory.executions)
    again.memory.marks = dict(marks)
    await again.orphan_receipts.restore({**marks, "poll.cursor": "x"})
    assert again.orphan_receipts.of("E1") == SENT
    ended = ServicesRig()
    known(ended, UNKNOWN)
    ended.memory.marks = dict(marks)
    await ended.orphan_receipts.restore(marks)
    assert (ended.memory.marks, set(ended.memory.rows)) == ({}, {"SM1"})
    gone = ServicesRig()
    await gone.orphan_receipts.restore(marks)
    assert gone.orphan_receipts.of("E1") == SENT


async def test_a_restored_receipt_says_how_far_its_message_is(here: ServicesRig) -> None:
    known(here, EXECUTING)
    await here.orphan_receipts.add("E1", Receipt("SM1", "delivered", None, OURS, GUARD))
    again = ServicesRig()
    again.memory.executions = dict(here.memory.executions)
    await again.orphan_receipts.restore(here.memory.marks)
    async with again.running(again.tracking.run):
        await again.orphan_receipts.resolve(again.message(state=UNKNOWN))
        await again.clock.wait_idle()
        assert again.memory.rows["SM1"].status is MessageStatus.DELIVERED


@pytest.mark.parametrize(
    ("state", "explanation"),
    [
        (ExecutionState.SUCCEEDED, "Twilio accepted the message twice"),
        (UNKNOWN, "Twilio accepted the message after all"),
        (ExecutionState.TERMINATED, "Twilio accepted the message after all"),
    ],
)
async def test_a_message_that_is_found_later_is_put_on_record(
    here: ServicesRig, state: ExecutionState, explanation: str
) -> None:
    known(here, state, message_sid="SM9" if state is ExecutionState.SUCCEEDED else "", reason="before")
    assert await here.orphan_receipts.add("E1", SENT)
    row = here.memory.rows["SM1"]
    assert (row.execution_id, row.from_number, row.to_number) == ("E1", OTHER, GATE)
    assert (row.status, row.segments) == (MessageStatus.QUEUED, count("Fire"))
    (event,) = here.memory.named(MESSAGE_ACCEPTED)
    assert (event["Message SID"], event["Explanation"]) == ("SM1", explanation)
    execution = here.memory.executions["E1"]
    if state is UNKNOWN:
        assert (execution.state, execution.message_sid, execution.reason) == (
            ExecutionState.SUCCEEDED,
            "SM1",
            explanation,
        )
    else:
        assert (execution.state, execution.reason) == (state, "before")
    assert here.orphan_receipts.of("E1") is None
    commits = len(here.memory.commits)
    assert await here.orphan_receipts.add("E1", SENT)
    assert len(here.memory.commits) == commits, "once it is known it is no news"


async def test_a_message_that_is_found_later_is_followed(here: ServicesRig) -> None:
    known(here, UNKNOWN)
    async with here.running(here.tracking.run):
        await here.orphan_receipts.add("E1", SENT)
        await here.clock.advance(1)
        assert {"message": "SM1"} in here.twilio.asked


async def test_what_is_its_executions_own_or_never_left_or_no_message_is_no_news(here: ServicesRig) -> None:
    known(here, ExecutionState.SUCCEEDED, message_sid="SM1")
    assert await here.orphan_receipts.add("E1", SENT)
    known(here, UNKNOWN)
    assert await here.orphan_receipts.add("E1", UNSENT)
    here.memory.executions["E1"] = Execution(
        execution_id="E1", asset_id="guard", command="Mask", created_at=here.clock.now(), state=ExecutionState.SUCCEEDED
    )
    assert await here.orphan_receipts.add("E1", SENT)
    assert here.memory.rows == {}


async def test_an_execution_that_there_is_not_makes_no_message_known(here: ServicesRig) -> None:
    assert not await here.orphan_receipts.add("E1", SENT)
    assert (here.orphan_receipts.of("E1"), here.memory.marks) == (None, {})


async def test_one_that_becomes_final_meanwhile_finds_its_receipt(here: ServicesRig) -> None:
    known(here, EXECUTING)
    ended = here.message(state=UNKNOWN)

    def meanwhile(_writes: object) -> None:
        here.memory.failing = lambda _writes: None
        here.orphan_receipts._receipts.pop("E1")

    here.memory.failing = meanwhile
    assert not await here.orphan_receipts.add("E1", SENT)
    assert here.memory.marks == {}
    assert ended.execution_id == "E1"


async def test_one_that_is_resolved_while_it_comes_in_is_reported_once(here: ServicesRig) -> None:
    ended = here.message(state=UNKNOWN)
    finds = here.memory.execution

    async def execution(execution_id: str) -> Execution | None:
        here.memory.executions["E1"] = ended
        await here.orphan_receipts.resolve(ended)
        return await finds(execution_id)

    setattr(here.memory, "execution", execution)  # noqa: B010
    assert await here.orphan_receipts.add("E1", SENT)
    assert len(here.memory.named(MESSAGE_ACCEPTED)) == 1


async def test_what_the_database_does_not_take_is_reported_at_the_next_start(here: ServicesRig) -> None:
    known(here, EXECUTING)
    await here.orphan_receipts.add("E1", SENT)
    here.memory.fail()
    await here.orphan_receipts.resolve(here.message(state=UNKNOWN))
    here.memory.work()
    await here.assets.save([])
    assert (here.memory.rows, set(here.memory.marks)) == ({}, {f"{MARK}E1.SM1"})


async def test_what_cannot_be_stored_is_said_and_the_others_are_reported(here: ServicesRig) -> None:
    known(here, EXECUTING)
    other = Receipt("SM3", "sent", None, OURS, GUARD)
    for receipt in (SENT, other):
        await here.orphan_receipts.add("E1", receipt)
    here.memory.refuse("SM1", "odd")
    with structlog.testing.capture_logs() as logged:
        await here.orphan_receipts.resolve(here.message(state=UNKNOWN))
    (failed,) = (each for each in logged if each["event"] == "late_message_not_stored")
    assert (failed["sid"], failed["asset_id"]) == ("SM1", "guard")
    assert set(here.memory.rows) == {"SM3"}
    assert set(here.memory.marks) == {f"{MARK}E1.SM1"}
    here.memory.work()
    await here.assets.save([])
    assert set(here.memory.rows) == {"SM3"}, "the receipt is on disk, and is reported at the next start"


async def test_receipts_are_kept_for_so_many_executions_only(here: ServicesRig) -> None:
    here.memory.executions = {
        f"E{number}": here.message(f"E{number}", state=EXECUTING) for number in range(MAX_KEPT + 1)
    }
    for execution_id in here.memory.executions:
        await here.orphan_receipts.add(execution_id, Receipt(f"SM{execution_id}", "sent"))
    assert here.orphan_receipts.of("E0") is None
    assert here.orphan_receipts.of("E1") is not None
    assert here.orphan_receipts.of(f"E{MAX_KEPT}") is not None
