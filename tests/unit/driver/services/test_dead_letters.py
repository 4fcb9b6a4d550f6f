"""A message that failed can be sent again, once, however often this is requested."""

from dataclasses import replace

import pytest

from driver.domain.asset_changes import Operator
from driver.domain.commands import ABOUT, MESSAGE_CONTENT, ExecutionState
from driver.domain.outbound_message import OutboundMessage
from driver.errors import CommandRefusedError, NotFoundError
from driver.ports.gateway import UnreadableMessage
from driver.services.dead_letters import DeadLetters
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

ALICE = Operator("alice")


@pytest.fixture
def here() -> ServicesRig:
    return ServicesRig()


def letters(here: ServicesRig) -> DeadLetters:
    return DeadLetters(here.store, here.commands, here.intake.again)


async def test_it_is_sent_again_as_a_new_execution_that_is_about_nothing(here: ServicesRig) -> None:
    parameters = {MESSAGE_CONTENT: "Fire", ABOUT: "alarm guard A1"}
    dead = here.message(state=ExecutionState.UNKNOWN, parameters=parameters)
    here.memory.executions["E1"] = dead
    again = await letters(here).requeue("E1", ALICE)
    assert isinstance(again, OutboundMessage)
    assert (again.command_id, again.asset_id, again.user) == ("requeue:E1", "guard", "alice")
    assert again.parameters == {MESSAGE_CONTENT: "Fire"}
    assert here.memory.executions["E1"] == replace(dead, result="requeued")
    assert await letters(here).requeue("E1", ALICE) == again
    assert list(here.outbox.waiting()) == [again]


async def test_one_of_the_system_goes_to_its_own_numbers(here: ServicesRig) -> None:
    parameters = {MESSAGE_CONTENT: "Fire", "Source Phone Number": OURS, "Destination Number": "+12015550177"}
    dead = here.message(state=ExecutionState.TERMINATED, asset_id="twilio", scope="system", parameters=parameters)
    here.memory.executions["E1"] = dead
    again = await letters(here).requeue("E1", ALICE)
    assert isinstance(again, OutboundMessage)
    assert (again.scope, again.to_number) == ("system", "+12015550177")


async def test_what_did_not_end_badly_is_not_sent_again(here: ServicesRig) -> None:
    with pytest.raises(NotFoundError, match="there is no execution 'E1'"):
        await letters(here).requeue("E1", ALICE)
    here.memory.executions["E1"] = here.message(state=ExecutionState.SUCCEEDED)
    with pytest.raises(CommandRefusedError, match="execution E1 is succeeded; only a dead letter can be requeued"):
        await letters(here).requeue("E1", ALICE)


async def test_a_received_message_is_taken_in_again(here: ServicesRig) -> None:
    await here.intake.take([], [UnreadableMessage("SM1", GUARD, OURS, "it has no date")])
    (letter,) = here.memory.executions.values()
    with pytest.raises(CommandRefusedError, match="Twilio no longer has message SM1"):
        await letters(here).requeue(letter.execution_id, ALICE)
