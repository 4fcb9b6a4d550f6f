"""The real Twilio behind a fault proxy: requests pass through a fake that can inject faults but answers nothing itself.

Faults on the connection (refused requests, lost responses) can be rehearsed against the real Twilio this way. Faults
at carriers and in Twilio's webhooks cannot.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from fake_twilio import FakeTwilio
from harness.twilio.budget import Budget
from harness.twilio.fake_twilio import FakeTwilioBackend
from harness.twilio.real_api import API
from harness.twilio.real_settings import RealSettings
from harness.twilio.real_twilio import TIME_LIMIT, RealTwilioBackend, restored_afterwards


class FaultProxy(RealTwilioBackend):
    """The real Twilio, reached by the driver through the proxy; the handset connects directly and meets no faults."""

    def __init__(
        self, settings: RealSettings, guard: Budget, session: aiohttp.ClientSession, *, line: FakeTwilioBackend
    ) -> None:
        super().__init__(settings, guard, session)
        self._line = line
        self._seen = 0
        self.base_url = line.base_url

    async def begin(self) -> None:
        """Restore the connection for the next scenario."""
        await super().begin()
        await self._line.clear_faults()
        self._seen = len(await self._line.requests())

    async def add_fault(self, match: dict[str, str], effect: dict[str, Any], **limits: Any) -> None:
        """Inject a fault into the connection."""
        await self._line.add_fault(match, effect, **limits)

    async def clear_faults(self) -> None:
        """Remove all faults."""
        await self._line.clear_faults()

    async def unused_faults(self) -> list[str]:
        """Return the faults that no request has met."""
        return await self._line.unused_faults()

    async def requests(self, **filters: str) -> list[dict[str, Any]]:
        """Return the requests that passed through the proxy in this scenario."""
        earlier = {request["number"] for request in (await self._line.requests())[: self._seen]}
        return [request for request in await self._line.requests(**filters) if request["number"] not in earlier]


@asynccontextmanager
async def fault_proxy(settings: RealSettings, guard: Budget) -> AsyncIterator[FaultProxy]:
    """Run the fault proxy and the backend behind it."""
    async with (
        aiohttp.ClientSession(timeout=TIME_LIMIT, trust_env=True) as session,
        FakeTwilio(port=0, upstream=API, upstream_limit=2 * settings.budget) as fake,
    ):
        side = FaultProxy(
            settings,
            guard,
            session,
            line=FakeTwilioBackend(fake.base_url, session, patience=RealTwilioBackend.patience),
        )
        async with restored_afterwards(side):
            yield side
