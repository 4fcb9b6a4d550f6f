"""A proof of life that is not answered in time is a fault of its phone until somebody answers."""

from datetime import UTC, time, timedelta

import pytest
import structlog.testing

from driver.domain.asset_changes import FaultRaised
from driver.domain.asset_events import AssetEvent
from driver.domain.commands import MESSAGE_CONTENT
from driver.domain.events import MESSAGE_RECEIVED_FROM_EXTERNAL, Event
from driver.domain.facts import CauseKind, FaultCause
from driver.domain.proofs import Proof
from driver.domain.rule_state import RuleState
from driver.services.proofs_of_life import ProofsOfLife
from support.driver_services import ServicesRig

PROOF = Proof("night", "guard", time(1, 0), UTC, "Are you there?", timedelta(minutes=10), answer="*here*")


@pytest.fixture
async def here() -> ServicesRig:
    made = ServicesRig()
    await made.online()
    return made


def text(here: ServicesRig, body: str) -> Event:
    entry = here.assets.catalog.entries["guard"]
    return here.assets.event(entry, AssetEvent(MESSAGE_RECEIVED_FROM_EXTERNAL, {MESSAGE_CONTENT: body}))


async def test_a_missing_answer_is_a_fault_until_it_comes(here: ServicesRig) -> None:
    proofs = ProofsOfLife(here.assets, here.clock)
    state = await proofs.look(RuleState(), [PROOF])
    await here.clock.advance(3600)
    state = await proofs.look(state, [PROOF])
    assert [item.text for item in state.waiting] == ["Are you there?"]
    await here.clock.advance(600)
    with structlog.testing.capture_logs():
        state = await proofs.look(state, [PROOF])
    assert here.faults() == {
        FaultCause.NO_ANSWER: (
            "No answer to the proof of life 'night' of 01:00",
            None,
            "a message from this phone (is it switched on, and with its owner?)",
        )
    }
    await here.assets.apply("guard", FaultRaised(FaultCause.SEND_FAILED, CauseKind.STANDING, "something else"))
    state, proves = await proofs.take(state, [PROOF], text(here, "who?"))
    assert (proves, FaultCause.NO_ANSWER in here.faults()) == (False, True)
    state, proves = await proofs.take(state, [PROOF], text(here, "I am here"))
    assert proves
    assert set(here.faults()) == {FaultCause.SEND_FAILED}


async def test_a_proof_that_there_is_no_more_ends_its_fault(here: ServicesRig) -> None:
    proofs = ProofsOfLife(here.assets, here.clock)
    state = await proofs.look(RuleState(), [PROOF])
    for wait_s in (3600, 600):
        await here.clock.advance(wait_s)
        with structlog.testing.capture_logs():
            state = await proofs.look(state, [PROOF])
    assert here.faults() != {}
    await proofs.look(state, [])
    assert here.faults() == {}
