"""A site for the driver's tests: the fake and the driver in one process on one manual clock, talking over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from pydantic import BaseModel

from driver.app import RunningDriver
from driver.client import DriverClient, RefusedError
from driver.config.models import DriverConfig
from fake_twilio import FakeTwilio, Fault, ManualClock
from harness.driver.configuration import basis
from harness.driver.driver_in_process import running_driver
from harness.driver.event_log import EventLog
from harness.time.clock import MovableClock
from harness.time.own_clocks import MachineClock
from support.fake_wire import seed as seeded
from support.misbehaving_twilio import MisbehavingTwilio, misbehaving_twilio

REFUSED = {"type": "http_error", "status": 400, "code": 21612}
MESSAGE = {"command": "Send Message", "parameters": {"Message Content": "Fire"}}
GUARD, GATE, OURS = "+12015550101", "+12015550102", "+12015550100"
PHONES = [
    {"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
    {"id": "gate", "caption": "Gate", "external_phone_number": GATE, "twilio_phone_number": OURS},
]
#: Twilio's default for a new number: everybody who texts it gets a reply.
DEMO = "https://demo.twilio.com/welcome/sms/reply"


def configured(fake: FakeTwilio | MisbehavingTwilio, folder: Path, **sections: Any) -> dict[str, Any]:
    """Return the configuration of a driver that talks to ``fake``; ``sections`` adds to it or replaces keys."""
    account = {"account_sid": fake.account_sid, "auth_token": fake.auth_token, "base_url": fake.base_url}
    data = basis(account, f"sqlite:///{folder}/driver.db", PHONES)
    for name, section in sections.items():
        data[name] = {**data[name], **section} if isinstance(data.get(name), dict) else section
    return data


def settings(fake: FakeTwilio | MisbehavingTwilio, folder: Path, **sections: Any) -> DriverConfig:
    """Return the parsed configuration, with full logging."""
    return DriverConfig.model_validate({"log": {"level": "DEBUG"}} | configured(fake, folder, **sections))


async def answered(driver: DriverClient, method: str, path: str, *, status: int, **more: Any) -> Any:
    """Return the JSON of a driver's response with this status."""
    response = await driver.request(method, path, **more)
    answer = json.loads(response.body)
    assert response.status == status, answer
    return answer


def _json(model: BaseModel) -> Any:
    """Return a driver's response as it was on the wire."""
    return model.model_dump(mode="json")


async def refused(request: Awaitable[object], status: int) -> Any:
    """Return the problem document of a driver's response to a client's request."""
    with pytest.raises(RefusedError) as caught:
        await request
    assert caught.value.status == status, caught.value.problem
    return caught.value.problem


class DriverSite:
    """The driver as its users see it."""

    def __init__(self, twilio: FakeTwilio | MisbehavingTwilio, clock: ManualClock, http: aiohttp.ClientSession) -> None:
        self._twilio = twilio
        self.clock = clock
        self.http = http
        self.driver: RunningDriver

    @property
    def client(self) -> DriverClient:
        """A client of the driver that is running now."""
        return DriverClient(self.http, self.driver.dataserver_url, debug_url=self.driver.debugtools_url)

    async def get(self, path: str, status: int = 200) -> Any:
        """Return the response to a request, for tests of its parameters or status."""
        return await answered(self.client, "GET", path, status=status)

    async def post(self, path: str, body: Mapping[str, Any], status: int = 202) -> Any:
        """Return the response to a request, for tests of its body or status."""
        return await answered(self.client, "POST", path, status=status, body=body)

    async def command(self, asset: str, command: str, **parameters: str) -> Any:
        """Give a command, wait for all consequences, and return the response."""
        answer = _json(await self.client.command(asset, command, parameters))
        await self.clock.wait_idle()
        return answer

    async def send(self, text: str, asset: str = "guard") -> str:
        """Send a message, and return its execution."""
        answer = await self.command(asset, "Send Message", **{"Message Content": text})
        return str(answer["executionId"])

    async def requeue(self, execution_id: str) -> Any:
        return _json(await self.client.requeue(execution_id))

    async def execution(self, execution_id: str) -> Any:
        return _json(await self.client.execution(execution_id))

    async def asset(self, asset: str) -> Any:
        return _json(await self.client.asset(asset))

    async def assets(self) -> list[Any]:
        return list(map(_json, await self.client.assets()))

    async def alarms(self) -> list[Any]:
        return list(map(_json, await self.client.alarms()))

    async def messages(self) -> list[Any]:
        return list(map(_json, await self.client.messages()))

    async def dead_letters(self) -> list[Any]:
        return list(map(_json, await self.client.dead_letters()))

    async def queue(self) -> list[Any]:
        return list(map(_json, await self.client.queue()))

    async def audit(self) -> list[Any]:
        return list(map(_json, await self.client.audit()))

    async def status(self, asset: str = "guard") -> str:
        return str((await self.asset(asset))["status"])

    async def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """Return all events so far, in order."""
        log = EventLog()
        await log.join(self.client)
        await log.leave()
        assert len(log.events) == log.seq
        events = [event.model_dump(mode="json") for event in log.events]
        return [event for event in events if name is None or event["name"] == name]

    async def reload(self, folder: Path, **sections: Any) -> None:
        """Apply a configuration of the site, and wait for all consequences."""
        await self.driver.reload(settings(self._twilio, folder, **sections))
        await self.clock.wait_idle()

    async def logged(self, event: str) -> list[dict[str, Any]]:
        """Return the records of an event in the debug log."""
        return [record for record in await self.client.logs(pageSize="1000") if record["event"] == event]

    @asynccontextmanager
    async def running(
        self, config: DriverConfig, session: aiohttp.ClientSession | None = None, clock: MovableClock | None = None
    ) -> AsyncIterator[RunningDriver]:
        """Run a driver; several in a row are restarts.

        It calls Twilio through ``session`` (by default the site's own). ``clock`` is its machine's, or else the site's.
        """
        async with running_driver(config, clock or self.clock, session or self.http) as self.driver:
            yield self.driver


class Site(DriverSite):
    """The driver as its users see it, and the fake as a person with a handset sees it."""

    def __init__(self, fake: FakeTwilio, clock: ManualClock, http: aiohttp.ClientSession) -> None:
        super().__init__(fake, clock, http)
        self.fake = fake

    def received(self, number: str = GUARD) -> list[str]:
        """Return the messages that a handset received."""
        return [message.body for message in self.fake.handset(number).messages if message.to == number]

    async def switch_off_the_reply(self) -> None:
        """Clear the webhook for messages to our number, as a person does in Twilio's console."""

        def switch() -> None:
            (number,) = self.fake.client().incoming_phone_numbers.list()
            number.update(sms_url="")

        await asyncio.to_thread(switch)

    def creates(self) -> int:
        """Return the number of requests to create a message."""
        return sum(exchange.operation == "messages.create" for exchange in self.fake.requests)

    def fault(self, effect: Mapping[str, Any], operation: str = "messages.create", times: int | None = 1) -> None:
        """Inject a fault."""
        self.fake.faults.add(Fault(effect, {"operation": operation}, times=times))


@asynccontextmanager
async def site(
    folder: Path,
    *,
    trial: bool = False,
    start: bool = True,
    sms_url: str = "",
    account: Mapping[str, Any] | None = None,
    number: Mapping[str, Any] | None = None,
    seed: Mapping[str, Any] | None = None,
    **sections: Any,
) -> AsyncIterator[Site]:
    """Open a fake whose number calls ``sms_url``, and, unless ``start`` is off, a driver on it."""
    clock = ManualClock()
    account = {
        "type": "Trial" if trial else "Full",
        **(account or {}),
        "numbers": [{"phone_number": OURS, **({"sms_url": sms_url} if sms_url else {}), **(number or {})}],
    }
    seed = {**(seed or {}), **seeded(**account)}
    async with FakeTwilio(seed, clock=clock) as fake, aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        opened = Site(fake, clock, http)
        if start:
            await stack.enter_async_context(opened.running(settings(fake, folder, **sections)))
        yield opened


class MisbehavingSite(DriverSite):
    """The driver as its users see it, and a Twilio that the test can make misbehave."""

    def __init__(self, twilio: MisbehavingTwilio, clock: ManualClock, http: aiohttp.ClientSession) -> None:
        super().__init__(twilio, clock, http)
        self.twilio = twilio
        self.machine = MachineClock(clock)
        """The clock of the driver's machine, for drivers that use it."""

    async def lagging(self) -> str:
        """Return the detail of the fault for lagging polls; empty if there is none."""
        faults = (await self.asset("twilio"))["facts"]["faults"]
        return str(next((fault["detail"] for fault in faults if fault["cause"] == "poll_lagging"), ""))

    async def texts(self) -> list[str]:
        """Return the received messages, in the order of their events."""
        return [str(event["parameters"]["Message Content"]) for event in await self.events("Message Received")]


@asynccontextmanager
async def misbehaving_site(folder: Path, *, start: bool = True, **sections: Any) -> AsyncIterator[MisbehavingSite]:
    """Open a Twilio that misbehaves on request and, unless ``start`` is off, a driver on it."""
    clock = ManualClock()
    async with misbehaving_twilio(clock.now) as twilio, aiohttp.ClientSession() as http, AsyncExitStack() as stack:
        opened = MisbehavingSite(twilio, clock, http)
        if start:
            await stack.enter_async_context(opened.running(settings(twilio, folder, **sections)))
        yield opened
