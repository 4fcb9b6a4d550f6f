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
        hung: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.add(hung)
        self._scheduler.leave()
        try:
            await hung
        finally:
            self._scheduler.enter()
            self._waiting.discard(hung)
        return Dropped()

    def release(self) -> None:
        """Release every client that is kept waiting; their connections are reset."""
        for hung in self._waiting:
            if not hung.done():
                hung.set_result(None)
