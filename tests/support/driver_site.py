"""A site for the driver's tests: the fake and the driver in one process on one manual clock, talking over real HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from driver.api.frames import EventFrame, HelloFrame
from driver.app import RunningDriver, open_driver
from driver.client import DriverClient
from driver.config import DriverConfig
from driver.runtime.clock import Clock
from fake_twilio import FakeTwilio, Fault, ManualClock
from support.misbehaving_twilio import MisbehavingTwilio

GUARD, GATE, OURS = "+12015550101", "+12015550102", "+12015550100"
#: What Twilio sets a new number to: everybody who texts it gets an answer.
DEMO = "https://demo.twilio.com/welcome/sms/reply"


def settings(fake: FakeTwilio | MisbehavingTwilio, folder: Path, **sections: Any) -> DriverConfig:
    """Return a configuration for a driver that talks to ``fake``; ``sections`` adds to it or replaces keys."""
    data: dict[str, Any] = {
        "twilio": {"account_sid": fake.account_sid, "auth_token": fake.auth_token, "base_url": fake.base_url},
        "dataserver": {"port": 0},
        "internal": {"debug_port": 0},
        "log": {"level": "DEBUG"},
        "store": {"url": f"sqlite:///{folder}/driver.db"},
        "phones": [
            {"id": "guard", "caption": "Guard", "external_phone_number": GUARD, "twilio_phone_number": OURS},
            {"id": "gate", "caption": "Gate", "external_phone_number": GATE, "twilio_phone_number": OURS},
        ],
    }
    for name, section in sections.items():
        data[name] = {**data[name], **section} if isinstance(data.get(name), dict) else section
    return DriverConfig.model_validate(data)


async def answered(driver: DriverClient, method: str, path: str, *, status: int, **more: Any) -> Any:
    """Return the JSON that a driver answers with this status."""
    response = await driver.request(method, path, **more)
    answer = json.loads(response.body)
    assert response.status == status, answer
    return answer


class DriverView:
    """The driver as its users see it."""

    def __init__(self, clock: ManualClock, http: aiohttp.ClientSession) -> None:
        self.clock = clock
        self.http = http
        self.driver: RunningDriver

    @property
    def client(self) -> DriverClient:
        """A client of the driver as it runs now."""
        return DriverClient(self.http, self.driver.dataserver_url, debug_url=self.driver.debugtools_url)

    async def get(self, path: str, status: int = 200) -> Any:
        return await answered(self.client, "GET", path, status=status)

    async def post(self, path: str, body: Mapping[str, Any], status: int = 202) -> Any:
        return await answered(self.client, "POST", path, status=status, body=body)

    async def command(self, asset: str, command: str, **parameters: str) -> Any:
        """Give a command, let everything follow, and return the answer."""
        answer = await self.post(f"/api/assets/{asset}/commands", {"command": command, "parameters": parameters})
        await self.clock.wait_idle()
        return answer

    async def send(self, text: str, asset: str = "guard") -> str:
        """Send a text and return its execution."""
        answer = await self.command(asset, "Send Message", **{"Message Content": text})
        return str(answer["executionId"])

    async def execution(self, execution_id: str) -> Any:
        return await self.get(f"/api/executions/{execution_id}")

    async def asset(self, asset: str) -> Any:
        return await self.get(f"/api/assets/{asset}")

    async def status(self, asset: str = "guard") -> str:
        return str((await self.asset(asset))["status"])

    async def events(self, name: str | None = None) -> list[dict[str, Any]]:
        """Return every event there ever was, in order."""
        events: list[dict[str, Any]] = []
        async with self.client.events(since=0) as stream:
            hello = await stream.receive(5)
            assert isinstance(hello, HelloFrame)
            while len(events) < hello.seq:
                frame = await stream.receive(5)
                assert isinstance(frame, EventFrame), frame
                assert frame.seq == len(events) + 1
                events.append(frame.event.model_dump(mode="json"))
        return [event for event in events if name is None or event["name"] == name]

    @asynccontextmanager
    async def running(
        self, config: DriverConfig, session: aiohttp.ClientSession | None = None, clock: Clock | None = None
    ) -> AsyncIterator[RunningDriver]:
        """Run a driver; several in a row are restarts.

        It calls Twilio over ``session``, by default the site's own. ``clock`` is its machine's, if not the site's too.
        """
        async with open_driver(config, clock=clock or self.clock, session=session or self.http) as running:
            self.driver = running
            idle_waiter = running.wait_idle
            self.clock.add_idle_waiter(idle_waiter)
            try:
                await self.clock.wait_idle()
                yield running
            finally:
                self.clock.remove_idle_waiter(idle_waiter)


class Site(DriverView):
    """The driver as its users see it, and the fake as a person with a phone sees it."""

    def __init__(self, fake: FakeTwilio, clock: ManualClock, http: aiohttp.ClientSession) -> None:
        super().__init__(clock, http)
        self.fake = fake

    def received(self, number: str = GUARD) -> list[str]:
        """Return the texts that a handset got."""
        return [message.body for message in self.fake.handset(number).messages if message.to == number]

    async def switch_off_the_reply(self) -> None:
        """Have nothing called when somebody texts our number, as a person sets it in Twilio's console."""

        def switch() -> None:
            (number,) = self.fake.client().incoming_phone_numbers.list()
            number.update(sms_url="")

        await asyncio.to_thread(switch)

    def creates(self) -> int:
        """Return how often Twilio was asked to create a message."""
        return sum(exchange.operation == "messages.create" for exchange in self.fake.requests)

    def fault(self, effect: Mapping[str, Any], operation: str = "messages.create", times: int | None = 1) -> None:
        """Plant a fault."""
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
    """Open a fake, whose number calls ``sms_url``, and, unless ``start`` is off, a driver on it."""
    clock = ManualClock()
    seed = {
        **(seed or {}),
        "accounts": [
            {
                "sid": "AC0123456789abcdef0123456789abcdef",
                "auth_token": "fake0auth0token0for0local0tests0",
                "type": "Trial" if trial else "Full",
                "verified": [GUARD],
                **(account or {}),
                "numbers": [{"phone_number": OURS, **({"sms_url": sms_url} if sms_url else {}), **(number or {})}],
            }
        ],
    }
    async with FakeTwilio(seed, clock=clock) as fake, aiohttp.ClientSession() as http:
        opened = Site(fake, clock, http)
        if not start:
            yield opened
            return
        async with opened.running(settings(fake, folder, **sections)):
            yield opened
