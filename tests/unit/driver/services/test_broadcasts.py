"""One message to several phones: all of it is durable in one commit, and it can be followed and canceled."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from driver.domain.asset_changes import Operator
from driver.domain.broadcast import Progress
from driver.domain.commands import MESSAGE_CONTENT, ExecutionState
from driver.domain.message import Message
from driver.domain.message_status import MessageStatus
from driver.errors import IdempotencyConflictError, NotFoundError, RequestError
from driver.services.broadcasts import MAX_ERRORS, broadcast_progress
from driver.services.commands import CommandRequest
from support.driver_memory import GATE, GUARD, OURS
from support.driver_services import ServicesRig

ALICE = Operator("alice", "workstation", "desk 7")


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig()
    await made.online()
    return made


def call(text: str = "Fire", command_id: str = "C1", severity: int = 1) -> CommandRequest:
    return CommandRequest("Send Message", {MESSAGE_CONTENT: text}, command_id, ALICE, severity=severity)


async def test_a_broadcast_and_its_messages_are_one_commit(here: ServicesRig) -> None:
    commits = len(here.memory.commits)
    given = await here.broadcasts.send(["guard", "gate", "guard"], call())
    assert len(here.memory.commits) == commits + 1
    done = given.execution
    assert (done.scope, done.state, done.result, done.finished_at) == (
        "broadcast",
        ExecutionState.SUCCEEDED,
        "ok",
        here.clock.now(),
    )
    assert (done.command_id, done.user, done.parameters["Phones"]) == ("C1", "alice", '["guard", "gate"]')
    assert (given.counts, given.problems) == ({Progress.WAITING: 2}, ())
    waiting = list(here.outbox.waiting())
    assert [(each.to_number, each.from_number, each.body, each.severity) for each in waiting] == [
        (GUARD, OURS, "Fire", 1),
        (GATE, OURS, "Fire", 1),
    ]
    assert [each.command_id for each in waiting] == [f"{done.execution_id}/guard", f"{done.execution_id}/gate"]
    actions = [(each.action, each.device_type) for each in here.memory.audit_lines[-3:]]
    assert actions == [("Command ok: to 2 phones", "System"), *[("Command accepted", "Phone")] * 2]


async def test_given_twice_it_is_sent_once(here: ServicesRig) -> None:
    first = await here.broadcasts.send(["guard"], call())
    assert await here.broadcasts.send(["guard"], call()) == first
    assert here.outbox.size == 1
    with pytest.raises(IdempotencyConflictError, match="another command: Send Message on several phones"):
        await here.broadcasts.send(["gate"], call())


async def test_each_mistake_is_named_and_nothing_is_sent(here: ServicesRig) -> None:
    with pytest.raises(RequestError) as refusal:
        await here.broadcasts.send(["guard", "nobody", "twilio"], call(" "))
    mistakes = [
        {"path": "message", "message": "message is empty"},
        {"path": "assets.1", "message": "there is no phone 'nobody'"},
        {"path": "assets.2", "message": "there is no phone 'twilio'"},
    ]
    assert refusal.value.errors == mistakes
    assert str(refusal.value) == "; ".join(each["message"] for each in mistakes)
    assert here.outbox.size == 0
    with pytest.raises(RequestError) as many:
        await here.broadcasts.send([f"p{number}" for number in range(30)], call())
    assert len(many.value.errors) == MAX_ERRORS


async def test_a_broadcast_is_followed_to_the_end_of_each_message(here: ServicesRig) -> None:
    given = await here.broadcasts.send(["guard", "gate"], call())
    to_guard, to_gate = here.outbox.waiting()
    ended = replace(to_guard, state=ExecutionState.SUCCEEDED, message_sid="SM1")
    unknown = replace(to_gate, state=ExecutionState.UNKNOWN)
    here.memory.executions |= {ended.execution_id: ended, unknown.execution_id: unknown}
    now = datetime(2026, 1, 1, tzinfo=UTC)
    here.memory.rows["SM1"] = Message(
        sid="SM1",
        direction="outbound",
        from_number=OURS,
        to_number=GUARD,
        body="Fire",
        status=MessageStatus.UNDELIVERED,
        created_at=now,
        updated_at=now,
    )
    progress = await broadcast_progress(here.store, given.execution.execution_id)
    assert progress.counts == {Progress.FAILED: 1, Progress.UNKNOWN: 1}
    assert progress.problems == ((ended, Progress.FAILED), (unknown, Progress.UNKNOWN))


async def test_what_waits_is_taken_back_and_needs_nobody(here: ServicesRig) -> None:
    given = await here.broadcasts.send(["guard", "gate"], call())
    (other, *_) = [await here.commands.on_asset("guard", call(command_id="C9"))]
    taken = await here.broadcasts.cancel(given.execution.execution_id, ALICE)
    assert (taken.counts, taken.problems) == ({Progress.CANCELED: 2}, ())
    assert list(here.outbox.waiting()) == [other]


async def test_only_a_broadcast_can_be_followed_as_one(here: ServicesRig) -> None:
    message = await here.commands.on_asset("guard", call())
    for name in (message.execution_id, "nothing"):
        with pytest.raises(NotFoundError, match=f"there is no broadcast '{name}'"):
            await here.broadcasts.cancel(name, ALICE)
