"""What a person's reply does, and what the driver answers."""

from dataclasses import replace
from datetime import timedelta

import pytest

from driver.config.phones import PhoneConfig
from driver.domain.alarms import AlarmRecord
from driver.domain.answer_pins import MAX_WRONG_PINS
from driver.domain.asset_changes import AcknowledgeGiven, FaultCleared, FaultRaised, Masked, Operator, ResetGiven
from driver.domain.asset_events import AssetEvent
from driver.domain.commands import MESSAGE_CONTENT, Command, ExecutionState
from driver.domain.events import MESSAGE_RECEIVED_FROM_EXTERNAL, Event
from driver.domain.facts import CauseKind, CommReason, FaultCause
from driver.domain.relevance import Subject, SubjectKind
from driver.domain.rule_state import AckCode, Allowances, RuleState
from driver.services.ack_by_message import AckByMessage
from support.driver_memory import OURS
from support.driver_services import PHONES, ServicesRig

NOT_SENT = FaultRaised(FaultCause.SEND_FAILED, CauseKind.EVENT, "not sent")
BOSS = PhoneConfig(id="boss", caption="Boss", external_phone_number="+12015550103", twilio_phone_number=OURS)
PINS = Allowances(need_pin=frozenset({"boss"}))


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig(*PHONES, BOSS)
    made.assets.configure(rollup=False, grace_s=0)
    await made.online()
    for asset_id in ("guard", "gate"):
        await made.assets.apply(asset_id, NOT_SENT)
    return made


def alarm(here: ServicesRig, asset_id: str) -> Subject:
    (record,) = here.asset(asset_id).records
    return Subject(SubjectKind.ALARM, asset_id, record.alarm_id)


def codes(here: ServicesRig, *each: tuple[str, tuple[str, ...]]) -> RuleState:
    """Return the rule state with the boss's codes, each for the alarms of some assets."""
    now = here.clock.now()
    made = (
        AckCode("boss", code, tuple(alarm(here, asset_id) for asset_id in assets), f"{assets[0]}, Fault", now)
        for code, assets in each
    )
    return RuleState(codes=tuple(made))


def text(here: ServicesRig, body: str, sender: str = "boss") -> Event:
    entry = here.assets.catalog.entries["boss"]
    event = here.assets.event(
        entry, AssetEvent(MESSAGE_RECEIVED_FROM_EXTERNAL, {MESSAGE_CONTENT: body}), event_id="SM1:boss"
    )
    return replace(event, asset_id=sender)


async def answer(
    here: ServicesRig, state: RuleState, body: str, allowances: Allowances | None = None, *, proves: bool = False
) -> tuple[RuleState, str]:
    answers = AckByMessage(here.assets, here.commands)
    return await answers.take(
        state, text(here, body), "boss", key="workflow:K1", allowances=allowances or Allowances(), proves=proves
    )


def record(here: ServicesRig, asset_id: str) -> AlarmRecord:
    (found,) = here.asset(asset_id).records
    return found


async def test_a_code_acknowledges_its_alarm_under_the_persons_name(here: ServicesRig) -> None:
    state = codes(here, ("10", ("guard",)), ("11", ("gate",)))
    assert await answer(here, state, "ok 10, on my way") == (state, "Acknowledged: guard, Fault.")
    assert (record(here, "guard").state.acked, record(here, "gate").state.acked) == (True, False)
    assert (record(here, "guard").acked_by, record(here, "guard").acked_from) == ("Boss", "sms")
    assert record(here, "guard").comment == "on my way"
    (execution,) = here.memory.executions.values()
    assert (execution.command_id, execution.command, execution.state) == (
        "workflow:K1",
        Command.ACKNOWLEDGE.value,
        ExecutionState.SUCCEEDED,
    )


async def test_without_a_comment_the_command_has_none(here: ServicesRig) -> None:
    await answer(here, codes(here, ("10", ("guard",))), "10")
    (execution,) = here.memory.executions.values()
    assert execution.parameters == {"Alarm ID": alarm(here, "guard").name}


async def test_ok_acknowledges_where_only_one_alarm_can_be_meant(here: ServicesRig) -> None:
    assert (await answer(here, codes(here, ("10", ("guard",))), "ok"))[1] == "Acknowledged: guard, Fault."
    both = codes(here, ("10", ("guard",)), ("11", ("gate",)))
    assert (await answer(here, both, "ok"))[1] == "Which alarm? Answer with its code."
    assert (await answer(here, both, "12"))[1] == "No open alarm has the code 12."
    assert not record(here, "gate").state.acked


async def test_who_was_first_is_said_and_what_is_over_as_well(here: ServicesRig) -> None:
    state = codes(here, ("10", ("guard",)), ("11", ("gate",)))
    await here.assets.apply("guard", AcknowledgeGiven(Operator("alice")))
    assert (await answer(here, state, "10"))[1] == "Already acknowledged by alice: guard, Fault."
    await here.assets.apply("gate", AcknowledgeGiven(Operator("")))
    assert (await answer(here, state, "11"))[1] == "Already acknowledged by somebody: gate, Fault."
    for change in (FaultCleared(CauseKind.EVENT), ResetGiven(Operator("alice"))):
        await here.assets.apply("guard", change)
    assert (await answer(here, state, "10"))[1] == "That alarm is over: guard, Fault."
    await here.assets.reconfigure(ServicesRig(BOSS).assets.catalog)
    assert (await answer(here, state, "11"))[1] == "That alarm is over: gate, Fault."


async def test_a_code_for_several_alarms_acknowledges_those_that_wait(here: ServicesRig) -> None:
    await here.assets.apply("boss", NOT_SENT)
    state = codes(here, ("10", ("guard", "gate", "boss")))
    await here.assets.apply("gate", AcknowledgeGiven(Operator("alice")))
    said = (await answer(here, state, "10"))[1]
    assert said == "Acknowledged: 2 of 3 alarms. 1 over or acknowledged before."
    ids = {each.command_id for each in here.memory.executions.values()}
    assert ids == {f"workflow:K1:{alarm(here, name).name}" for name in ("guard", "boss")}
    pair = codes(here, ("11", ("gate", "guard")))
    assert (await answer(here, pair, "11"))[1].startswith("Acknowledged: 0 of 2 alarms. 2 over")


async def test_all_of_several_alarms_need_no_second_sentence(here: ServicesRig) -> None:
    assert (await answer(here, codes(here, ("10", ("guard", "gate"))), "10"))[1] == "Acknowledged: 2 of 2 alarms."


async def test_twilios_own_words_are_left_to_twilio(here: ServicesRig) -> None:
    state = codes(here, ("10", ("guard",)))
    assert await answer(here, state, "STOP") == (state, "")


async def test_how_to_answer_is_explained_once_for_each_alarm_that_waits(here: ServicesRig) -> None:
    state = codes(here, ("10", ("guard",)))
    for allowances, how in ((Allowances(), "alone"), (PINS, "and your PIN")):
        after, said = await answer(here, state, "what?", allowances)
        assert said == (f"Not understood as an answer. Text a code {how}, such as 10, or STATUS for the open alarms.")
        assert await answer(here, after, "what?", allowances) == (after, "")
    await here.assets.apply("guard", AcknowledgeGiven(Operator("alice")))
    assert (await answer(here, state, "what?"))[1] == "", "no alarm waits for an answer"


async def test_a_text_that_proves_that_somebody_is_there_is_an_answer_only_with_a_code(here: ServicesRig) -> None:
    state = codes(here, ("10", ("guard",)))
    for body in ("ok", "here"):
        assert await answer(here, state, body, proves=True) == (state, "")
    assert (await answer(here, state, "10", proves=True))[1] == "Acknowledged: guard, Fault."


async def test_an_answer_without_its_pin_acknowledges_nothing(here: ServicesRig) -> None:
    state = codes(here, ("10", ("guard",)))
    assert (await answer(here, state, "10", PINS))[1] == "Your PIN is missing. Text 10 and your PIN."
    assert (await answer(here, state, "ok", PINS))[1] == "Your PIN is missing. Text the code and your PIN."
    assert not record(here, "guard").state.acked
    assert (await answer(here, state, "10 [PIN]", PINS))[1] == "Acknowledged: guard, Fault."


async def test_a_pin_is_needed_from_each_phone_of_the_same_person(here: ServicesRig) -> None:
    second = PhoneConfig(
        id="second", external_phone_number=BOSS.external_phone_number, twilio_phone_number="+12015550109"
    )
    await here.assets.reconfigure(ServicesRig(*PHONES, BOSS, second).assets.catalog)
    answers, state = AckByMessage(here.assets, here.commands), codes(here, ("10", ("guard",)))
    for sender, said in (
        ("second", "Your PIN is missing. Text 10 and your PIN."),
        ("gone", "Acknowledged: guard, Fault."),
    ):
        assert (await answers.take(state, text(here, "10", sender), "boss", key="K2", allowances=PINS, proves=False))[
            1
        ] == said


async def test_guessing_a_pin_ends_after_a_few_tries_for_a_while(here: ServicesRig) -> None:
    state = codes(here, ("10", ("guard",)))
    for _ in range(MAX_WRONG_PINS):
        state, said = await answer(here, state, "10 [wrong PIN]", PINS)
        assert said == "That PIN is wrong."
    assert await answer(here, state, "10 [PIN]", PINS) == (state, "Too many wrong PINs. Call the control room.")
    await here.clock.advance(timedelta(hours=2).total_seconds())
    assert (await answer(here, state, "10 [PIN]", PINS))[1] == "Acknowledged: guard, Fault."


async def test_the_open_alarms_are_listed_with_codes_and_what_follows_from_another_is_not(here: ServicesRig) -> None:
    _, said = await answer(here, RuleState(), "status")
    assert said == "2 open alarms. 10: Guard, Fault, 00:00 UTC; 11: Gate, Fault, 00:00 UTC."
    await here.assets.apply("guard", AcknowledgeGiven(Operator("alice")))
    assert "Guard, Fault, acknowledged by alice" in (await answer(here, RuleState(), "status"))[1]
    await here.assets.apply("gate", Masked(Operator("alice"), None))
    assert (await answer(here, RuleState(), "status"))[1] == "1 open alarm. Guard, Fault, acknowledged by alice."
    await here.assets.apply("guard", Masked(Operator("alice"), None))
    assert (await answer(here, RuleState(), "status"))[1] == "No open alarms."
    here.assets.configure(rollup=True, grace_s=0)
    await here.assets.apply("boss", NOT_SENT)
    assert (await answer(here, RuleState(), "status"))[1].startswith("1 open alarm. 10: Boss, Fault")
    await here.monitor.failed(CommReason.AUTH_FAILED, "refused")
    assert "Twilio SMS, No Communication" in (await answer(here, RuleState(), "status"))[1]
