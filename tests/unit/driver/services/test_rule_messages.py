"""A rule's message is passed on once, as a command of its rule; if it is not sent, the reason is recorded."""

import pytest
import structlog.testing

from driver.domain.commands import ABOUT, MESSAGE_CONTENT, ExecutionState
from driver.domain.events import MESSAGE_DROPPED
from driver.domain.facts import CommReason
from driver.domain.outbound_message import OutboundMessage
from driver.domain.relevance import MAX_LENGTH, Subject, SubjectKind, written
from driver.domain.rule_state import PendingMessage
from driver.services.rule_messages import RuleMessages
from support.driver_services import ServicesRig

SUBJECT = Subject(SubjectKind.ALARM, "guard", "A1")


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig()
    await made.online()
    return made


def text(here: ServicesRig, *, to: str = "gate", answer: bool = False, body: str = "Fire") -> PendingMessage:
    return PendingMessage("workflow:K1", "fire rule", to, body, here.clock.now(), (SUBJECT,), answer=answer, severity=7)


@pytest.mark.parametrize(("answer", "user"), [(False, "fire rule"), (True, "workflow")])
async def test_it_is_sent_in_the_name_of_its_rule(here: ServicesRig, answer: bool, user: str) -> None:
    with structlog.testing.capture_logs() as logged:
        await RuleMessages(here.commands).send(text(here, answer=answer))
    (message,) = here.outbox.waiting()
    assert isinstance(message, OutboundMessage)
    assert (message.user, message.command_id, message.severity) == (user, "workflow:K1", 7)
    assert message.parameters == {MESSAGE_CONTENT: "Fire", ABOUT: written([SUBJECT])}
    assert [each["event"] for each in logged] == ["rule_message_sent"]


async def test_what_was_sent_before_a_restart_is_not_sent_again(here: ServicesRig) -> None:
    messages = RuleMessages(here.commands)
    await messages.send(text(here))
    for send in (messages.send(text(here)), messages.send(text(here, body="Water")), messages.drop(text(here), "late")):
        await send
    assert here.outbox.size == 1
    assert here.memory.named(MESSAGE_DROPPED) == []


async def test_a_text_is_no_longer_than_twilio_takes(here: ServicesRig) -> None:
    await RuleMessages(here.commands).send(text(here, body="x" * (MAX_LENGTH + 1)))
    assert [len(message.body) for message in here.outbox.waiting()] == [MAX_LENGTH]


@pytest.mark.parametrize(
    ("to", "why"), [("nobody", "there is no asset 'nobody'"), ("gate", "Message Content is empty")]
)
async def test_what_is_refused_becomes_a_dead_letter(here: ServicesRig, to: str, why: str) -> None:
    with structlog.testing.capture_logs() as logged:
        await RuleMessages(here.commands).send(text(here, to=to, body=" "))
    (letter,) = here.memory.executions.values()
    assert (letter.state, letter.asset_id, letter.user) == (ExecutionState.TERMINATED, to, "fire rule")
    assert letter.reason == why
    assert [(each["event"], each["reason"]) for each in logged] == [("rule_message_not_sent", why)]


async def test_what_cannot_be_sent_now_becomes_a_dead_letter_too(here: ServicesRig) -> None:
    here.commands.configure(validity_s=60, reject_when_down=True)
    with structlog.testing.capture_logs() as logged:
        await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
        await RuleMessages(here.commands).send(text(here))
    (letter,) = here.memory.executions.values()
    assert letter.state is ExecutionState.TERMINATED
    assert "rule_message_not_sent" in [each["event"] for each in logged]
