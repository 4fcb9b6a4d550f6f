"""A command is stored before anything follows from it, carried out once, and refused with a helpful message."""

from datetime import timedelta
from typing import Any

import pytest

from driver.config.phones import PhoneConfig
from driver.domain.asset_changes import CommLost, FaultRaised, Operator
from driver.domain.commands import ABOUT, ALARM_ID, COMMENT, MESSAGE_CONTENT, ExecutionState
from driver.domain.events import MESSAGE_DROPPED
from driver.domain.execution import Execution
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.domain.outbound_message import OutboundMessage
from driver.domain.relevance import Subject, SubjectKind, written
from driver.errors import CommandRefusedError, IdempotencyConflictError, NotFoundError, StoreUnavailableError
from driver.ports.store import AuditEntry
from driver.services.commands import CommandRequest
from support.driver_memory import GUARD, OURS
from support.driver_services import ServicesRig

ALICE = Operator("alice", "workstation", "desk 7")
SUBJECT = Subject(SubjectKind.ALARM, "guard", "A1")


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig()
    await made.online()
    return made


def call(command: str = "Send Message", command_id: str = "", **more: Any) -> CommandRequest:
    parameters = more.pop("parameters", {MESSAGE_CONTENT: "Fire"} if command == "Send Message" else {})
    return CommandRequest(command, parameters, command_id, more.pop("operator", ALICE), **more)


def line(here: ServicesRig) -> tuple[str, str, str, str]:
    """Return the newest audit entry: command, action, computer, user."""
    newest = here.memory.audit_lines[-1]
    return newest.command_or_status, newest.action, newest.computer, newest.user_name


async def fault(here: ServicesRig, asset_id: str = "guard") -> str:
    """Put an asset in Fault; return the id of its alarm."""
    await here.assets.apply(asset_id, FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent"))
    (alarm,) = here.asset(asset_id).records
    return alarm.alarm_id


async def test_a_message_is_stored_with_its_audit_line_and_then_waits(here: ServicesRig) -> None:
    here.commands.configure(validity_s=90, reject_when_down=True)
    done = await here.commands.on_asset("guard", call(command_id="C1", severity=3))
    assert isinstance(done, OutboundMessage)
    (put, audit) = here.memory.commits[-1]
    assert (put, type(audit)) == (done, AuditEntry)
    assert (done.command_id, done.asset_id, done.user, done.workstation) == ("C1", "guard", "alice", "desk 7")
    assert (done.from_number, done.to_number, done.body, done.severity) == (OURS, GUARD, "Fire", 3)
    assert (done.state, done.position) == (ExecutionState.ACCEPTED, 1)
    assert done.expires_at == here.clock.now() + timedelta(seconds=90)
    assert list(here.outbox.waiting()) == [done]
    assert line(here) == ("Send Message", "Command accepted", "desk 7", "alice")


async def test_commands_of_nobody_are_anonymous_in_the_audit(here: ServicesRig) -> None:
    await here.commands.on_asset("guard", call(operator=Operator("")))
    assert line(here)[2:] == ("", "anonymous")


async def test_a_command_given_twice_is_carried_out_once(here: ServicesRig) -> None:
    for name, command in (("C1", "Send Message"), ("C2", "Mask")):
        first = await here.commands.on_asset("guard", call(command, command_id=name))
        commits = len(here.memory.commits)
        assert await here.commands.on_asset("guard", call(command, command_id=name)) == first
        assert len(here.memory.commits) == commits
    assert here.outbox.size == 1
    with pytest.raises(
        IdempotencyConflictError, match="commandId 'C1' was already used for another command: Send Message on guard"
    ):
        await here.commands.on_asset("gate", call(command_id="C1"))
    with pytest.raises(IdempotencyConflictError):
        await here.commands.on_asset("guard", call("Reset", command_id="C2"))


async def test_commands_without_an_id_are_never_the_same(here: ServicesRig) -> None:
    for command in ("Send Message", "Mask"):
        ids = [(await here.commands.on_asset("guard", call(command))).execution_id for _ in range(2)]
        assert len(set(ids)) == 2


async def test_an_unknown_asset_is_named(here: ServicesRig) -> None:
    for give in (here.commands.on_asset, here.commands.on_system):
        with pytest.raises(NotFoundError, match="'nobody'"):
            await give("nobody", call())
    with pytest.raises(NotFoundError, match="there is no system 'guard'"):
        await here.commands.on_system("guard", call())
    item_id = here.assets.catalog.entries["guard"].item_id
    assert (await here.commands.on_asset(item_id, call())).asset_id == "guard"


async def test_a_message_of_a_rule_says_what_it_is_about(here: ServicesRig) -> None:
    done = await here.commands.on_asset("guard", call(by_rule=True, about=(SUBJECT,)))
    assert done.parameters == {MESSAGE_CONTENT: "Fire", ABOUT: written([SUBJECT])}
    assert done.state is ExecutionState.ACCEPTED


async def test_where_there_is_no_communication_the_site_may_refuse_to_take_messages() -> None:
    here = ServicesRig()
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    waiting = await here.commands.on_asset("guard", call())
    assert waiting.state is ExecutionState.ACCEPTED
    here.commands.configure(validity_s=60, reject_when_down=True)
    refused = await here.commands.on_asset("guard", call())
    why = "the asset has no communication, and states.reject_when_down is set"
    assert (refused.state, refused.result, refused.reason, refused.finished_at) == (
        ExecutionState.REJECTED,
        "rejected",
        why,
        here.clock.now(),
    )
    assert line(here)[1] == f"Command rejected: {why}"
    assert list(here.outbox.waiting()) == [waiting]
    dropped = await here.commands.on_asset("guard", call(by_rule=True))
    assert (dropped.state, here.outbox.size) == (ExecutionState.TERMINATED, 1)
    (event,) = here.memory.named(MESSAGE_DROPPED)
    assert why in event["Reason"]


async def test_a_phone_that_lacks_a_number_takes_no_messages_and_no_answer_of_twilios_helps() -> None:
    here = ServicesRig(PhoneConfig(id="guard", external_phone_number=GUARD))
    await here.online()
    async with here.running(here.monitor.run):
        asked = len(here.twilio.asked)
        refused = await here.commands.on_asset("guard", call())
        await here.clock.wait_idle()
        assert (refused.state, refused.reason) == (ExecutionState.REJECTED, "Twilio Phone Number not configured")
        assert len(here.twilio.asked) == asked


async def test_a_phone_whose_number_the_account_does_not_own_takes_none_until_twilio_says_otherwise() -> None:
    here = ServicesRig(PhoneConfig(id="guard", external_phone_number=GUARD, twilio_phone_number="+12015550199"))
    async with here.running(here.monitor.run):
        asked = len(here.twilio.asked)
        refused = await here.commands.on_asset("guard", call())
        await here.clock.wait_idle()
        assert refused.state is ExecutionState.REJECTED
        assert len(here.twilio.asked) == asked + 1


async def test_a_change_of_state_is_stored_with_everything_that_follows(here: ServicesRig) -> None:
    alarm = await fault(here)
    done = await here.commands.on_asset("guard", call("Acknowledge", parameters={ALARM_ID: alarm, COMMENT: "seen"}))
    assert (done.state, done.result, done.reason, done.finished_at) == (
        ExecutionState.SUCCEEDED,
        "ok",
        "",
        here.clock.now(),
    )
    assert here.memory.commits[-1][0] == done
    assert here.memory.assets["guard"] == here.asset()
    action = f"Command ok; Alarm ID: {alarm}; Comment: seen"
    assert ("Acknowledge", action) in [(each.command_or_status, each.action) for each in here.memory.audit_lines]


async def test_a_change_that_is_rejected_says_why(here: ServicesRig) -> None:
    done = await here.commands.on_asset("guard", call("Acknowledge", parameters={ALARM_ID: "A0"}))
    assert (done.state, done.result) == (ExecutionState.REJECTED, "rejected")
    assert done.reason
    assert line(here)[1] == f"Command rejected: {done.reason}; Alarm ID: A0"


async def test_a_change_that_cannot_be_stored_has_not_happened(here: ServicesRig) -> None:
    before = here.asset()
    here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await here.commands.on_asset("guard", call("Mask"))
    assert here.asset() == before
    assert here.faults("twilio")[FaultCause.STORE_UNAVAILABLE][0] == "the disk is full"


async def test_a_message_that_cannot_be_stored_does_not_wait(here: ServicesRig) -> None:
    here.memory.fail()
    with pytest.raises(StoreUnavailableError):
        await here.commands.on_asset("guard", call())
    assert here.outbox.size == 0
    assert here.faults("twilio")[FaultCause.STORE_UNAVAILABLE][0] == "the disk is full"


async def test_a_reset_has_twilio_asked_again() -> None:
    here = ServicesRig()
    async with here.running(here.monitor.run):
        asked = len(here.twilio.asked)
        for command in ("Mask", "Reset"):
            await here.commands.on_asset("guard", call(command))
            await here.clock.wait_idle()
        assert len(here.twilio.asked) == asked + 1


async def test_an_alarm_is_acknowledged_whichever_asset_it_is_of(here: ServicesRig) -> None:
    await fault(here, "guard")
    alarm = await fault(here, "gate")
    done = await here.commands.on_alarm(alarm, call("Acknowledge", command_id="C1", parameters={COMMENT: "seen"}))
    assert (done.asset_id, done.parameters) == ("gate", {ALARM_ID: alarm, COMMENT: "seen"})
    await here.commands.on_asset("gate", call("Reset"))
    assert here.asset("gate").records == ()
    assert await here.commands.on_alarm(alarm, call("Acknowledge", command_id="C1")) == done
    for again in (call("Acknowledge"), call("Acknowledge", command_id="C2")):
        with pytest.raises(NotFoundError, match=f"there is no alarm '{alarm}', or it ended"):
            await here.commands.on_alarm(alarm, again)
    with pytest.raises(NotFoundError, match="there is no alarm 'A0'"):
        await here.commands.on_alarm("A0", call("Acknowledge", command_id="C1"))


async def test_an_unnamed_command_is_not_taken_for_another_unnamed_one(here: ServicesRig) -> None:
    record = Execution(
        execution_id="E9",
        asset_id="guard",
        command="Acknowledge",
        created_at=here.clock.now(),
        parameters={ALARM_ID: "A9"},
    )
    here.memory.executions["E9"] = record
    with pytest.raises(NotFoundError):
        await here.commands.on_alarm("A9", call("Acknowledge"))


async def test_the_system_sends_from_and_to_any_number(here: ServicesRig) -> None:
    numbers = {"Source Phone Number": "+1 201 555 0100", "Destination Number": "+12015550177"}
    done = await here.commands.on_system("twilio", call(parameters={**numbers, MESSAGE_CONTENT: "Fire"}))
    assert isinstance(done, OutboundMessage)
    assert (done.scope, done.asset_id, done.phone_id) == ("system", "twilio", "")
    assert (done.from_number, done.to_number, done.reason) == (OURS, "+12015550177", "")
    assert here.outbox.size == 1
    with pytest.raises(CommandRefusedError, match="Message Content is empty"):
        await here.commands.on_system("twilio", call(parameters={**numbers, MESSAGE_CONTENT: " "}))


async def test_a_message_of_a_rule_that_is_not_sent_becomes_a_dead_letter(here: ServicesRig) -> None:
    done = await here.commands.drop("gone", call(command_id="C1"), "its rule is gone")
    assert isinstance(done, OutboundMessage)
    assert (done.asset_id, done.state, done.body) == ("gone", ExecutionState.TERMINATED, "Fire")
    assert done.reason.endswith("its rule is gone")
    assert here.memory.executions[done.execution_id] == done
    assert await here.commands.drop("gone", call(command_id="C1"), "its rule is gone") == done
    with pytest.raises(IdempotencyConflictError):
        await here.commands.drop("guard", call(command_id="C1"), "its rule is gone")


async def test_a_loss_of_the_phones_own_is_no_reason_to_refuse_unless_the_site_says_so(here: ServicesRig) -> None:
    await here.assets.apply("guard", CommLost(CommReason.UNREACHABLE, "no route"))
    assert (await here.commands.on_asset("guard", call())).state is ExecutionState.ACCEPTED
