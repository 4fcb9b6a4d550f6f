"""Clients that are kept waiting for an answer that never comes, as a fault wants it."""

import asyncio

from aiohttp import web

from fake_twilio.scheduler import Scheduler
from fake_twilio.web.response import Dropped


class HungRequests:
    """Keeps them waiting; meanwhile that is no work in flight."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._waiting: set[asyncio.Future[None]] = set()

    async def keep(self) -> web.StreamResponse:
        """Keep a client waiting until it leaves or the fake stops."""
        silence: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(silence)
        self._scheduler.leave()
        try:
            await silence
        finally:
            self._scheduler.enter()
            self._waiting.discard(silence)
        return Dropped()

    def release(self) -> None:
        """Release every client that is kept waiting; their connections are reset."""
        for silence in self._waiting:
            if not silence.done():
                silence.set_result(None)
