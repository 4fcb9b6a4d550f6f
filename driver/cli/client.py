"""Talks to a running driver the way any program does: over its data server."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from driver.cli.endings import NotReachableError
from driver.errors import DriverError

DEFAULT_URL = "http://127.0.0.1:9622"
DEFAULT_DEBUG_URL = "http://127.0.0.1:9623"


class RefusedError(DriverError):
    """The driver answered, and refused."""

    code = "refused"


class DriverClient:
    """A session with a running driver. The token comes from an option or from ``SMS_DRIVER_TOKEN``."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url.rstrip("/")

    async def get(self, path: str) -> Any:
        """Ask for something."""
        return await self._call("GET", path, None)

    async def post(self, path: str, body: Mapping[str, object]) -> Any:
        """Have something done."""
        return await self._call("POST", path, body)

    @asynccontextmanager
    async def stream(self, path: str) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a live stream."""
        try:
            async with self._session.ws_connect(f"{self._url}{path}") as socket:
                yield socket
        except aiohttp.WSServerHandshakeError as refused:
            raise RefusedError(f"{self._url} refused the stream: HTTP {refused.status}") from refused
        except aiohttp.ClientConnectionError as gone:
            raise NotReachableError(f"no driver answers at {self._url}; is `sms-driver run` running?") from gone

    async def _call(self, method: str, path: str, body: Mapping[str, object] | None) -> Any:
        try:
            async with self._session.request(method, f"{self._url}{path}", json=body) as answer:
                told = await answer.json(content_type=None)
        except (aiohttp.ClientConnectionError, TimeoutError) as gone:
            raise NotReachableError(f"no driver answers at {self._url}; is `sms-driver run` running?") from gone
        except ValueError as strange:
            raise NotReachableError(f"what answers at {self._url} is no driver") from strange
        if answer.status >= 400:
            raise RefusedError(told.get("detail", f"HTTP {answer.status}") if isinstance(told, dict) else str(told))
        return told


@asynccontextmanager
async def connected(url: str, token: str | None) -> AsyncIterator[DriverClient]:
    """Open a session; nothing is asked yet."""
    token = token or os.environ.get("SMS_DRIVER_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    limits = aiohttp.ClientTimeout(total=None, sock_connect=5, sock_read=30)
    async with aiohttp.ClientSession(headers=headers, timeout=limits) as session:
        yield DriverClient(session, url)
