"""A person can see and cancel waiting messages until they are on their way to Twilio."""

import pytest

from driver.domain.asset_changes import Operator
from driver.domain.commands import ExecutionState
from driver.domain.delivery import CANCELED
from driver.domain.events import MESSAGE_CANCELED
from driver.domain.message import Receipt
from driver.domain.outbound_message import OutboundMessage
from driver.errors import CommandRefusedError, NotFoundError, StoreUnavailableError
from support.driver_memory import GATE, GUARD, OURS
from support.driver_services import ServicesRig

ALICE = Operator("alice", workstation="desk 7")


@pytest.fixture
def here() -> ServicesRig:
    return ServicesRig()


def accept(here: ServicesRig, *names: str, **more: object) -> list[OutboundMessage]:
    messages = [here.message(name, **more) for name in names]
    for message in messages:
        here.memory.executions[message.execution_id] = message
        here.outbox.accept(message)
    return messages


def waiting(here: ServicesRig) -> list[str]:
    return [message.execution_id for message in here.send_queue.waiting()]


async def test_what_waits_is_shown_in_the_order_of_acceptance(here: ServicesRig) -> None:
    accept(here, "E1", severity=5)
    accept(here, "E2", severity=1)
    accept(here, "E3", severity=5)
    assert waiting(here) == ["E1", "E2", "E3"]


async def test_a_text_is_taken_back_with_everything_that_is_said_of_it_in_one_commit(here: ServicesRig) -> None:
    accept(here, "E1", "E2")
    ended = await here.send_queue.cancel("E1", ALICE)
    assert (ended.result, ended.state.final, ended.finished_at) == (CANCELED, True, here.clock.now())
    assert waiting(here) == ["E2"]
    (commit,) = here.memory.commits
    assert (len(commit), commit[0]) == (3, ended)
    (said,) = here.memory.named(MESSAGE_CANCELED)
    assert said == {
        "asset": "guard",
        "Reason": ended.reason,
        "Destination Number": GUARD,
        "Source Phone Number": OURS,
        "Execution ID": "E1",
    }
    (line,) = here.memory.audit_lines
    assert (line.action, line.computer, line.user_name) == (
        f"Command canceled; Source Phone Number: {OURS}",
        "desk 7",
        "alice",
    )
    assert here.counted("messages", end="canceled") == 1
    assert await here.send_queue.cancel("E1", ALICE) == ended
    assert len(here.memory.commits) == 1, "twice is the same as once"


async def test_what_is_on_its_way_is_not_taken_back(here: ServicesRig) -> None:
    accept(here, "E1", in_doubt=True)
    with pytest.raises(CommandRefusedError) as refusal:
        await here.send_queue.cancel("E1", ALICE)
    assert str(refusal.value) == "the message is on its way: Twilio was asked to send it and may have it"
    assert waiting(here) == ["E1"]


async def test_what_does_not_wait_is_not_taken_back(here: ServicesRig) -> None:
    with pytest.raises(NotFoundError, match="there is no execution 'E1'"):
        await here.send_queue.cancel("E1", ALICE)
    here.memory.executions["E1"] = here.message("E1", state=ExecutionState.SUCCEEDED)
    accept(here, "E2")
    with pytest.raises(CommandRefusedError, match="execution E1 is succeeded; only a waiting message can be"):
        await here.send_queue.cancel("E1", ALICE)
    assert waiting(here) == ["E2"]


async def test_a_text_that_cannot_be_taken_back_in_the_database_goes_on(here: ServicesRig) -> None:
    accept(here, "E1")
    here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await here.send_queue.cancel("E1", ALICE)
    assert waiting(here) == ["E1"]
    here.memory.work()
    async with here.running(here.outbox.run):
        assert [message.execution_id for message, _ in here.twilio.sent] == ["E1"]


async def test_those_of_some_commands_are_taken_back_and_no_others(here: ServicesRig) -> None:
    accept(here, "E1", command_id="C1")
    accept(here, "E2", command_id="C2")
    accept(here, "E3", command_id="C3")
    accept(here, "E4", command_id="C1", to_number=GATE, in_doubt=True)
    await here.send_queue.cancel_all(["C1", "C3"], ALICE)
    assert waiting(here) == ["E2", "E4"]


async def test_those_of_a_sender_are_taken_back_and_counted(here: ServicesRig) -> None:
    accept(here, "E1", "E2")
    accept(here, "E3", to_number=GATE, in_doubt=True)
    accept(here, "E4", from_number="+12015550109")
    assert await here.send_queue.purge("+1 201 555 0100", ALICE) == (2, 1)
    assert waiting(here) == ["E3", "E4"]


async def test_a_late_receipt_of_a_text_that_was_taken_back_is_reported(here: ServicesRig) -> None:
    accept(here, "E1")
    await here.orphan_receipts.add("E1", Receipt("SM9", "sent", None, OURS, GUARD))
    await here.send_queue.cancel("E1", ALICE)
    assert here.memory.rows["SM9"].execution_id == "E1"
