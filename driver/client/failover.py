"""Stays connected to one of several drivers, as the platform's clients do with data servers.

With PostgreSQL, every driver serves clients; with SQLite, only the active driver does.

The servers are tried by priority, each as often as configured. When the stream is lost, the state of all assets
immediately becomes unknown. Then the same server is tried again, unless it sent a goodbye frame, and then the others.
Missed events arrive in order and once if the next driver continues the same history; a snapshot follows in any case.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import aiohttp

from driver.api.frames import EventFrame, Frame, GoodbyeFrame, HelloFrame, SnapshotFrame
from driver.api.models import AssetModel, InfoModel
from driver.client.driver_client import DriverClient, EventStream
from driver.client.events import ConnectionState, Lost, StatusChanged, unknown
from driver.client.settings import FailoverSettings, Server
from driver.errors import DriverError, NotReachableError, RefusedError
from driver.runtime.clock import Clock, sleep


class StandbyError(DriverError):
    """The driver responded but does not serve clients, because it is on standby."""

    code = "standby"


@dataclass(slots=True)
class _Known:
    """What the client knows about the drivers it was connected to."""

    instance: str = ""
    #: The history that ``seq`` belongs to.
    history: str = ""
    system_id: str = ""
    seq: int = 0
    assets: dict[str, AssetModel] = field(default_factory=dict)


class ConnectionEndedError(DriverError):
    """An established connection ended: by a goodbye frame, because the primary is available again, or by an error."""

    code = "connection_ended"

    def __init__(self, reason: str, *, goodbye: bool = False, to_primary: bool = False) -> None:
        super().__init__(reason)
        self.goodbye = goodbye
        self.to_primary = to_primary


class FailoverClient:
    """Follows the events of an available driver, across failovers."""

    def __init__(
        self, session: aiohttp.ClientSession, servers: Sequence[Server], settings: FailoverSettings, *, clock: Clock
    ) -> None:
        if not servers:
            raise ValueError("a client needs at least one server")
        self._session = session
        self._servers = sorted(servers, key=lambda server: server.priority)
        self._settings = settings
        self._clock = clock
        self._known = _Known()

    async def active(self, *, patience_s: float = 0.0) -> DriverClient:
        """Return a client of a driver that accepts commands; use all tries, and search for at least ``patience_s``.

        Raises:
            NotReachableError: No such driver was found after all tries.
            RefusedError: The caller is not authenticated or not allowed.
        """
        tried, until = 0, self._clock.monotonic() + timedelta(seconds=patience_s)
        while True:
            reasons: list[str] = []
            for server in self._servers:
                try:
                    await self._info(server)
                except (NotReachableError, StandbyError) as exc:
                    reasons.append(str(exc))
                else:
                    return self._client(server)
            tried += 1
            if tried > self._settings.connection_retries and self._clock.monotonic() >= until:
                raise NotReachableError("no driver is active: " + "; ".join(reasons))
            await self._pause()

    async def follow(self) -> AsyncGenerator[Frame | StatusChanged | Lost, None]:
        """Yield everything that happens, endlessly: frames of the streams, changes of the connection, losses.

        Raises:
            RefusedError: The caller is not authenticated or not allowed.
        """
        order, recovering = list(self._servers), False
        while True:
            server = order.pop(0)
            yield self._changed(server, ConnectionState.INITIATED)
            try:
                async with aclosing(self._connection(server, recovering=recovering)) as received:
                    async for event in received:
                        yield event
            except (NotReachableError, StandbyError) as exc:
                yield self._changed(server, ConnectionState.CONNECTION_FAILED, str(exc))
                if not order:
                    order = list(self._servers)
                    await self._pause()
            except ConnectionEndedError as exc:
                yield self._changed(server, ConnectionState.DISCONNECTED, str(exc))
                now = self._clock.now()
                yield Lost([unknown(asset, now) for asset in self._known.assets.values()])
                order, recovering = self._after(server, exc), True
                yield self._changed(order[0], ConnectionState.RECOVERY_STARTED, str(exc))

    def _after(self, last: Server, ended: ConnectionEndedError) -> list[Server]:
        """Return the servers in the order in which to try them after a connection has ended."""
        if ended.to_primary:
            return list(self._servers)
        others = [server for server in self._servers if server != last]
        return [*others, last] if ended.goodbye else [last, *others]

    async def _connection(self, server: Server, *, recovering: bool) -> AsyncGenerator[Frame | StatusChanged, None]:
        """Connect to a server and yield frames until the connection ends.

        Raises:
            NotReachableError: No driver responds there after all tries.
            StandbyError: The driver there is on standby and does not serve clients.
            ConnectionEndedError: The connection was established and has ended.
        """
        info = await self._tried(server)
        known, driver = self._known, self._client(server)
        if known.instance != info.instance_id:
            known.instance, known.seq = info.instance_id or "", 0
        known.system_id = info.system_id
        missed = known.seq > 0
        since, history = (known.seq, known.history) if missed else (None, "")
        heartbeat_s = self._settings.heartbeat_interval_s
        async with driver.events(since=since, history=history, heartbeat_s=heartbeat_s) as stream:
            yield self._changed(server, self._success(server, recovering=recovering))
            primary = asyncio.ensure_future(self._primary_available(server))
            behind: int | None = None
            history = ""
            try:
                while True:
                    frame = await _next(stream, primary)
                    if isinstance(frame, HelloFrame):
                        history = frame.history_id
                        behind = frame.seq if missed else None
                    self._note(frame, history)
                    yield frame
                    if behind is not None and known.seq >= behind:
                        behind = None
                        yield await self._snapshot(driver)
            finally:
                primary.cancel()

    async def _tried(self, server: Server) -> InfoModel:
        """Return the info of the driver at a server, trying as often as necessary and allowed."""
        for _ in range(self._settings.connection_retries):
            try:
                return await self._info(server)
            except NotReachableError:
                await self._pause()
        return await self._info(server)

    def _success(self, server: Server, *, recovering: bool) -> ConnectionState:
        if not recovering:
            return ConnectionState.CONNECTION_SUCCEEDED
        is_primary = server == self._servers[0]
        return ConnectionState.RECOVERY_TO_PRIMARY if is_primary else ConnectionState.RECOVERY_TO_FAILOVER

    async def _primary_available(self, server: Server) -> None:
        """Return once the primary server is available again; never if connected to it or if failback is off."""
        primary, settings = self._servers[0], self._settings
        if server == primary or not settings.reconnect_to_primary or len(self._servers) > 2:
            await asyncio.Event().wait()
        while True:
            await sleep(self._clock, timedelta(seconds=settings.primary_retry_interval_s))
            with suppress(DriverError):
                await self._info(primary)
                return

    async def _info(self, server: Server) -> InfoModel:
        try:
            info = await self._client(server).info()
        except RefusedError as exc:
            if exc.not_active:
                raise StandbyError(str(exc)) from exc
            raise
        if info.role != "active" and "events" not in info.capabilities:
            raise StandbyError(f"the driver at {server.address} is on standby")
        return info

    async def _snapshot(self, driver: DriverClient) -> Frame:
        """Return a snapshot, as the stream sends it to a new client."""
        try:
            assets = await driver.assets()
        except (NotReachableError, RefusedError) as exc:
            raise ConnectionEndedError(str(exc)) from exc
        frame = SnapshotFrame(seq=self._known.seq, assets=assets)
        self._note(frame, self._known.history)
        return frame

    def _client(self, server: Server) -> DriverClient:
        """Return a client that treats a server as gone if it does not respond within a heartbeat interval."""
        timeout = aiohttp.ClientTimeout(total=self._settings.heartbeat_interval_s)
        return DriverClient(self._session, server.url, timeout=timeout)

    def _note(self, frame: Frame, history: str) -> None:
        if isinstance(frame, SnapshotFrame):
            self._known.assets = {asset.asset_id: asset for asset in frame.assets}
        if isinstance(frame, EventFrame | SnapshotFrame):
            self._known.seq, self._known.history = frame.seq, history

    def _changed(self, server: Server, state: ConnectionState, reason: str = "") -> StatusChanged:
        return StatusChanged(server.address, state, self._known.system_id, reason)

    async def _pause(self) -> None:
        await sleep(self._clock, timedelta(milliseconds=self._settings.connection_retry_delay_ms))


async def _next(stream: EventStream, primary: "asyncio.Future[None]") -> Frame:
    """Return the next frame of a stream.

    Raises:
        ConnectionEndedError: The stream ended, or the frame was a goodbye.
    """
    receiving = asyncio.ensure_future(stream.receive())
    ends: set[asyncio.Future[Any]] = {receiving, primary}
    try:
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        if not receiving.done():
            raise ConnectionEndedError("the primary server is available again", to_primary=True)
    finally:
        receiving.cancel()
    frame = receiving.result()
    if frame is None:
        raise ConnectionEndedError("the connection was lost")
    if isinstance(frame, GoodbyeFrame):
        raise ConnectionEndedError(f"the driver closed the stream: {frame.reason}", goodbye=True)
    return frame
