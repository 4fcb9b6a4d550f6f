"""An account with many numbers: the phones' numbers are polled on time; delays are reported, and predicted."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from driver.api.frames import EventFrame
from driver.api.models import AssetModel
from driver.app import open_driver
from driver.client import DriverClient
from driver.config.models import ReceiveConfig, StatesConfig, SystemConfig
from driver.config.phones import PhoneConfig
from driver.domain.asset import AlarmRules
from driver.ports.gateway import RemoteAccount, RemoteNumber
from driver.services.account_checks import account_findings
from driver.services.asset_catalog import asset_catalog
from support.driver_forks import FastClock
from support.driver_site import GUARD, OURS, settings
from support.misbehaving_twilio import Exchange, MisbehavingTwilio, misbehaving_twilio

#: How many times faster than real time the clock runs: responses are slow, and the tests should not be.
SPEED = 10
TEN_SECONDS = 10


class SlowSite:
    """A driver with a slow Twilio, both on the fast clock."""

    def __init__(self, twilio: MisbehavingTwilio, clock: FastClock, http: aiohttp.ClientSession) -> None:
        self.twilio = twilio
        self.clock = clock
        self.http = http
        self.url = ""

    async def seconds_until(self, name: str, **parameters: str) -> float:
        """Return the seconds until there is an event with this name and these parameters."""
        begun = self.clock.monotonic()
        async with asyncio.timeout(40), DriverClient(self.http, self.url).events(since=0) as stream:
            async for frame in stream:
                if not isinstance(frame, EventFrame):
                    continue
                if frame.event.name == name and parameters.items() <= frame.event.parameters.items():
                    break
        return (self.clock.monotonic() - begun).total_seconds()

    async def system(self) -> AssetModel:
        return await DriverClient(self.http, self.url).asset("twilio")


@asynccontextmanager
async def slow_site(folder: Path, others: int, answer_s: float) -> AsyncIterator[SlowSite]:
    """Open a site whose account owns this many other numbers and whose lists each take ``answer_s``."""
    clock = FastClock(SPEED)
    async with misbehaving_twilio(clock.now) as twilio, aiohttp.ClientSession() as http:
        here = SlowSite(twilio, clock, http)

        async def slowly(exchange: Exchange) -> None:
            await clock.sleep_until(clock.now() + timedelta(seconds=answer_s))
            await exchange.send(exchange.honest())

        twilio.trick("messages.list", slowly)
        twilio.numbers += [f"+1201556{number:04}" for number in range(others)]
        async with open_driver(settings(twilio, folder), clock=clock, session=http) as running:
            here.url = running.dataserver_url
            yield here


async def test_a_phones_number_keeps_its_beat_whatever_the_account_owns_besides(tmp_path: Path) -> None:
    async with slow_site(tmp_path, 150, 0.2) as here:
        here.twilio.text(GUARD, "first")
        await here.seconds_until("Message Received", **{"Message Content": "first"})
        for word in ("one", "two", "three"):
            here.twilio.text(GUARD, word)
            assert await here.seconds_until("Message Received", **{"Message Content": word}) < 2 * TEN_SECONDS


async def test_texts_to_numbers_of_no_phone_are_received(tmp_path: Path) -> None:
    async with slow_site(tmp_path, 20, 0.2) as here:
        here.twilio.text(GUARD, "to another", to=here.twilio.numbers[-1])
        await here.seconds_until("Message Received", **{"Message Content": "to another"})


async def test_rounds_that_take_too_long_are_a_fault_that_ends_by_itself(tmp_path: Path) -> None:
    async with slow_site(tmp_path, 150, 1) as here:
        await here.seconds_until("AlarmRaised", **{"Alarm Status": "Fault"})
        (fault,) = (await here.system()).facts.faults
        assert fault.cause == "poll_lagging"
        assert "polling 150 numbers took" in fault.detail
        here.twilio.numbers = here.twilio.numbers[:1]
        here.twilio.behave()
        await here.seconds_until("AlarmCleared", **{"Alarm Status": "Fault"})


@pytest.mark.parametrize(("owned", "answer_s", "warned"), [(151, 0.2, False), (151, 1.0, True), (1, 1.0, False)])
def test_the_check_says_beforehand_that_polling_will_be_late(owned: int, answer_s: float, warned: bool) -> None:
    numbers = tuple(RemoteNumber(f"+1201556{number:04}", sms_capable=True) for number in range(owned))
    account = RemoteAccount("AC1", "active", "Full", numbers, clock_ahead_s=0.0, answer_s=answer_s)
    phone = PhoneConfig(id="guard", external_phone_number=GUARD, twilio_phone_number=OURS)
    catalog = asset_catalog(SystemConfig(), [phone], lambda _asset: AlarmRules())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = {
        f.about: f
        for f in account_findings(
            account, catalog, StatesConfig(), receive=ReceiveConfig(), inbound_address="", now=now
        )
    }
    assert ("polling" in found) is warned


def test_the_check_says_that_no_clock_could_be_compared() -> None:
    account = RemoteAccount("AC1", "active", "Full", ())
    catalog = asset_catalog(SystemConfig(), [], lambda _asset: AlarmRules())
    now = datetime(2026, 1, 1, tzinfo=UTC)
    found = {
        f.about: f
        for f in account_findings(
            account, catalog, StatesConfig(), receive=ReceiveConfig(), inbound_address="", now=now
        )
    }
    assert (found["clock"].verdict.value, found["clock"].words[:18]) == ("warning", "Twilio's responses")
