"""Codes and replies over the life of an alarm: who may reply, for how long, and what is repeated meanwhile."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, time, timedelta

import pytest
import structlog.testing

from driver.config.phones import PhoneConfig
from driver.domain import escalation
from driver.domain.asset import AlarmRules
from driver.domain.asset_changes import FaultCleared
from driver.domain.events import MESSAGE_DROPPED
from driver.domain.execution import Execution
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.proofs import Proof
from driver.domain.rule_state import Allowances
from driver.domain.rules import RuleStep
from driver.domain.status_table import default_table
from driver.errors import StoreUnavailableError
from driver.services.rule_engine import RULE_STATE
from support.driver_memory import GATE, GUARD, OURS
from support.driver_rules import ALARM, ASKING, NOT_SENT, RANG, Rules, fault, happen, texted, texts
from support.driver_services import PHONES, ServicesRig


async def online(*phones: PhoneConfig, rules: AlarmRules | None = None) -> ServicesRig:
    made = ServicesRig(*phones, rules=rules)
    made.assets.configure(rollup=False, grace_s=0)
    await made.online()
    return made


@pytest.fixture
async def here() -> AsyncIterator[ServicesRig]:
    with structlog.testing.capture_logs():
        yield await online()


async def test_a_code_is_answered_for_as_long_as_its_alarm_waits(here: ServicesRig) -> None:
    async with Rules(here, ASKING).running():
        await fault(here)
        code = texts(here)[0].split()[-1]
        await here.clock.advance(timedelta(hours=30).total_seconds())
        await happen(here, "AlarmRaised", "guard", Alarm_ID="A9", Alarm_Type="Fault", Reason="again")
        await texted(here, code)
        assert here.asset("guard").records[0].state.acked


async def test_a_code_belongs_to_the_person_whichever_phone_was_texted() -> None:
    again = PhoneConfig(id="again", external_phone_number=GATE, twilio_phone_number=OURS)
    with structlog.testing.capture_logs():
        here = await online(*PHONES, again)
        allowances = Allowances(acknowledgers=frozenset({"gate", "again"}))
        asking = replace(ASKING, steps=(RuleStep(("again",), "{Name} {Code}"),))
        async with Rules(here, asking, allowances=allowances).running():
            await fault(here)
            await texted(here, texts(here)[0].split()[-1])
            assert here.asset("guard").records[0].state.acked


async def test_a_code_is_remembered_before_its_text_leaves(here: ServicesRig) -> None:
    async with Rules(here, ASKING).running():
        full = StoreUnavailableError("the disk is full")
        here.memory.failing = lambda writes: full if any(isinstance(each, Execution) for each in writes) else None
        await fault(here)
        assert texts(here) == []
        assert '"code": "10"' in here.memory.marks[RULE_STATE]


async def test_the_code_of_a_digest_is_remembered_before_it_leaves(here: ServicesRig) -> None:
    allowances = Allowances(acknowledgers=frozenset({"gate"}), texts_per_hour=1)
    async with Rules(here, replace(ASKING, where={}), allowances=allowances).running():
        for asset_id in ("twilio", "gate", "guard"):
            await here.assets.apply(asset_id, NOT_SENT)
        await here.clock.wait_idle()
        assert len(texts(here)) == 1
        full = StoreUnavailableError("the disk is full")
        here.memory.failing = lambda writes: full if any(isinstance(each, Execution) for each in writes) else None
        await here.clock.advance(3600)
        remembered = here.memory.marks[RULE_STATE]
        here.memory.work()
        await here.clock.advance(60)
        digest = texts(here)[-1]
        assert len(texts(here)) == 2
        codes = [word.strip(".") for word in digest.split() if word.strip(".").isdigit() and len(word.strip(".")) > 1]
        assert codes
        assert all(f'"code": "{code}"' in remembered for code in codes)


async def test_what_only_the_latch_keeps_is_not_said_again() -> None:
    with structlog.testing.capture_logs():
        here = await online(rules=AlarmRules(table=default_table(latch=True)))
        step = RuleStep(("gate",), "{Name}", repeat_every_s=60, repeat_times=5)
        async with Rules(here, replace(ALARM, steps=(step,))).running():
            await fault(here)
            await here.clock.advance(60)
            assert len(texts(here)) == 2
            await here.assets.apply("guard", FaultCleared(CauseKind.EVENT))
            await here.clock.advance(300)
            assert len(texts(here)) == 2


async def test_a_proof_that_is_answered_is_no_fault_and_one_that_is_not_is(here: ServicesRig) -> None:
    proof = Proof("night", "guard", time(1), UTC, "Are you there?", timedelta(minutes=10))
    async with Rules(here, allowances=Allowances(proofs=(proof,))).running():
        await here.clock.advance(3900)
        await texted(here, "here", sender=GUARD)
        await here.clock.advance(3600)
        assert here.faults() == {}
        await here.clock.advance(timedelta(hours=24).total_seconds())
        assert set(here.faults()) == {FaultCause.NO_ANSWER}
        await happen(here, "AlarmMasked")
        assert set(here.faults()) == {FaultCause.NO_ANSWER}, "only a text is an answer"


async def test_more_texts_than_may_wait_are_put_on_record(here: ServicesRig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(escalation, "MAX_WAITING", 1)
    later = replace(RANG, steps=(RuleStep(("gate",), "{Name} rang", after_s=60),))
    async with Rules(here, later).running():
        for _ in range(2):
            await happen(here, "AlarmMasked")
        (drop,) = here.memory.named(MESSAGE_DROPPED)
        assert drop["Reason"] == "too many messages of rules are already waiting"


async def test_what_twilio_itself_answers_is_not_answered_again(here: ServicesRig) -> None:
    async with Rules(here, ASKING).running():
        await fault(here)
        await texted(here, "STOP")
        assert len(texts(here)) == 1
