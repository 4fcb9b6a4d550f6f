"""The self-test reports whether Twilio and the database work, and what to do if they do not."""

import pytest

from driver.config.models import ReceiveConfig
from driver.config.phones import PhoneConfig
from driver.ports.gateway import GatewayError
from driver.services.finding import CheckFinding, CheckLevel
from driver.services.selftest import TESTED, SelfTest
from support.driver_memory import GUARD
from support.driver_services import ServicesRig

SERVICE = "MG" + "a" * 32


def selftest(here: ServicesRig, address: str = "") -> SelfTest:
    return SelfTest(
        here.twilio,
        here.store,
        here.assets,
        clock=here.clock,
        activity=here.activity,
        states=here.states,
        receive=ReceiveConfig(),
        inbound_address=address,
    )


@pytest.mark.parametrize("address", ["", "https://sms.example.com/twilio/sms"])
async def test_what_works_is_said_first_and_pools_are_read_where_texts_come_by_webhook(address: str) -> None:
    here = ServicesRig(PhoneConfig(id="guard", external_phone_number=GUARD, twilio_phone_number=SERVICE))
    found = await selftest(here, address).run()
    assert found[0] == CheckFinding(CheckLevel.OK, "twilio", "reachable, answers")
    assert found[-1] == CheckFinding(CheckLevel.OK, "database", "accepts commits")
    assert {finding.about for finding in found} >= {"account", "clock", SERVICE}
    assert here.twilio.asked == [{"services": (SERVICE,), "pools": bool(address)}]
    assert here.memory.marks == {TESTED: here.clock.now().isoformat()}


async def test_what_does_not_work_is_said_with_what_to_do() -> None:
    here = ServicesRig()
    here.twilio.answer = GatewayError("no route", reason=None)
    here.memory.fail()
    assert await selftest(here).run() == [
        CheckFinding(CheckLevel.PROBLEM, "twilio", "no route", "check network, address and credentials"),
        CheckFinding(CheckLevel.PROBLEM, "database", "the disk is full", "make the database available"),
    ]
