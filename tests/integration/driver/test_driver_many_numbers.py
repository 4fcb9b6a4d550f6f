"""An account with many numbers: those of the phones keep their beat, and lateness is told, also beforehand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from driver.config.models import PhoneConfig, ReceiveConfig, StatesConfig, SystemConfig
from driver.domain.asset import AlarmRules
from driver.ports.gateway import RemoteAccount, RemoteNumber
from driver.services.catalogue import catalogue_of
from driver.services.findings import account_findings
from support.driver_site import GUARD, OURS
from support.misbehaving_site import MisbehavingSite, misbehaving_site
from support.misbehaving_twilio import Exchange

SECOND = timedelta(seconds=1)


@asynccontextmanager
async def slow_site(folder: Path, others: int, seconds: float, **sections: Any) -> AsyncIterator[MisbehavingSite]:
    """Open a site whose account has so many other numbers; each list takes so long on the clock of the test."""
    async with misbehaving_site(folder, **sections) as here:

        async def slowly(exchange: Exchange) -> None:
            await here.clock.sleep_until(here.clock.now() + seconds * SECOND)
            await exchange.send(exchange.honest())

        here.twilio.trick("messages.list", slowly)
        here.twilio.numbers += [f"+1201556{number:04}" for number in range(others)]
        here.driver.parts.health.ask()
        await here.clock.advance(60)
        yield here


async def received_after(here: MisbehavingSite) -> float:
    """Text a phone's number and return after how many seconds its event was there."""
    here.twilio.text(GUARD, "help")
    for second in range(60):
        if "help" in await here.texts():
            return second
        await here.clock.advance(1)
    return 60


async def lagging(here: MisbehavingSite) -> str:
    faults = (await here.asset("twilio"))["facts"]["faults"]
    return str(next((fault["detail"] for fault in faults if fault["cause"] == "poll_lagging"), ""))


@pytest.mark.parametrize("others", [0, 150])
async def test_a_phones_number_keeps_its_beat_whatever_the_account_owns_besides(tmp_path: Path, others: int) -> None:
    async with slow_site(tmp_path, others, 0.2) as here:
        assert await received_after(here) <= 11
        assert await lagging(here) == ""


async def test_texts_to_numbers_of_no_phone_are_received(tmp_path: Path) -> None:
    async with slow_site(tmp_path, 20, 0.2) as here:
        here.twilio.text(GUARD, "to another", to=here.twilio.numbers[-1])
        await here.clock.advance(20)
        assert await here.texts() == ["to another"]


async def test_rounds_that_take_too_long_are_a_fault_that_ends_by_itself(tmp_path: Path) -> None:
    async with slow_site(tmp_path, 150, 1) as here:
        assert await received_after(here) <= 12
        await here.clock.advance(60)
        assert "150 numbers took 50 s" in await lagging(here)
        assert await here.status("twilio") == "Fault"
        here.twilio.behave()
        await here.clock.advance(120)
        assert await lagging(here) == ""
        assert await here.status("twilio") == "Normal"


@pytest.mark.parametrize(("owned", "answer_s", "warned"), [(151, 0.2, False), (151, 1.0, True), (1, 1.0, False)])
def test_the_check_says_beforehand_that_polling_will_be_late(owned: int, answer_s: float, warned: bool) -> None:
    numbers = tuple(RemoteNumber(f"+1201556{number:04}", sms_capable=True) for number in range(owned))
    account = RemoteAccount("AC1", "active", "Full", numbers, clock_ahead_s=0.0, answer_s=answer_s)
    phone = PhoneConfig(id="guard", external_phone_number=GUARD, twilio_phone_number=OURS)
    catalogue = catalogue_of(SystemConfig(), [phone], lambda _asset: AlarmRules())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = {f.about: f for f in account_findings(account, catalogue, StatesConfig(), ReceiveConfig(), "", now)}
    assert ("polling" in found) is warned


def test_the_check_says_that_no_clock_could_be_compared() -> None:
    account = RemoteAccount("AC1", "active", "Full", ())
    catalogue = catalogue_of(SystemConfig(), [], lambda _asset: AlarmRules())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = {f.about: f for f in account_findings(account, catalogue, StatesConfig(), ReceiveConfig(), "", now)}
    assert (found["clock"].verdict.value, found["clock"].words[:16]) == ("warning", "Twilio's answers")
