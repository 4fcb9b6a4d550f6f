"""One site of a run: a Twilio, a database, one or two drivers, and the ledger of what happens between them."""

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

import aiohttp

from chaos.database import Database, database
from chaos.drivers import Driver, kept
from chaos.fake_twilio_backend import fake_twilio_backend
from chaos.ledger import Ledger
from chaos.pace import wait_for
from chaos.stub_twilio_backend import stub_twilio_backend
from chaos.twilio_backend import OURS, PEOPLE, TwilioBackend
from harness.driver.configuration import basis, receiving, toml
from harness.loopback import free_port
from harness.tcp_proxy import tcp_proxy

TAKEOVER_S = 2.0


@dataclass(frozen=True)
class Plan:
    """The composition of a site. ``killed`` is whether its drivers are killed or survive everything."""

    name: str
    twilio: str
    drivers: int = 1
    killed: bool = True
    validity_s: int = 150
    """Longer than the largest clock step, so that not every step makes every message too old."""


@dataclass
class Site:
    """Everything that misfortunes, load and the judge need."""

    plan: Plan
    twilio: TwilioBackend
    drivers: Sequence[Driver]
    database: Database | None
    http: aiohttp.ClientSession
    ledger: Ledger

    def any_driver(self, chance: Random) -> Driver:
        """Return one of the drivers."""
        return self.drivers[chance.randrange(len(self.drivers))]


@asynccontextmanager
async def open_site(plan: Plan, folder: Path) -> AsyncIterator[Site]:
    """Open a site whose first driver is ready."""
    folder.mkdir(parents=True)
    drivers = [Driver(f"driver-{number}", folder, free_port()) for number in range(1, plan.drivers + 1)]
    async with AsyncExitStack() as stack:
        # A driver on standby does not listen there, so requests reach the active one.
        public = await stack.enter_async_context(tcp_proxy(lambda: [driver.webhook_address for driver in drivers]))
        public_url = f"http://127.0.0.1:{public.port}"
        open_backend = fake_twilio_backend if plan.twilio == "fake" else stub_twilio_backend
        twilio: TwilioBackend = await stack.enter_async_context(open_backend(f"{public_url}/twilio/sms"))
        server = await stack.enter_async_context(database()) if plan.drivers > 1 else None
        store = server.url if server else f"sqlite:///{folder}/driver.db"
        for driver in drivers:
            driver.config.write_text(_configuration(plan, twilio, store, public_url, driver))
        timeout = aiohttp.ClientTimeout(total=4)
        http = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        await stack.enter_async_context(kept(*drivers))
        if not await wait_for(lambda: all(driver.url for driver in drivers), 120):
            raise RuntimeError(f"not every driver was ready within two minutes; see {folder}")
        yield Site(
            plan,
            twilio,
            drivers,
            server,
            http,
            Ledger(plan.validity_s, takeover_s=TAKEOVER_S if plan.drivers > 1 else None),
        )


def _configuration(plan: Plan, twilio: TwilioBackend, store: str, public_url: str, driver: Driver) -> str:
    account = {"account_sid": twilio.account_sid, "auth_token": twilio.auth_token, "base_url": twilio.base_url}
    phones = [
        {"id": asset, "external_phone_number": number, "twilio_phone_number": OURS} for asset, number in PEOPLE.items()
    ]
    data = basis(account, store, phones)
    data["twilio"] |= {"connect_timeout_s": 2.0, "timeout_s": 3.0}
    data["send"] = {"validity_s": plan.validity_s, "lookup_wait_s": 1.0}
    polls = {"poll_interval_s": 1.0, "poll_floor_s": 0.5, "sweep_interval_s": 20.0}
    data["receive"] = receiving(public_url, driver.webhook_port) | polls
    if plan.drivers > 1:
        data["failover"] = {"enabled": True, "heartbeat_interval_s": 0.25, "takeover_after_s": TAKEOVER_S}
    return toml(data)
