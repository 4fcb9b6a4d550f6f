"""The event stream: hello, a snapshot, then each change with its number, and finally goodbye."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import WSMsgType, web

import driver
from driver.api.api_model import ApiModel
from driver.api.frames import GoodbyeFrame, HeartbeatFrame, HelloFrame, ResyncFrame
from driver.api.requests import EventsQuery
from driver.api.routing import ApiRequest
from driver.dataserver.context import DataView
from driver.dataserver.project_check import same_project
from driver.domain.events import Event
from driver.runtime.log_topics import LogTopic
from driver.services.event_bus import Subscription

_log = structlog.get_logger("driver.dataserver")
HEARTBEAT_S = 15.0
HEARTBEAT = timedelta(seconds=HEARTBEAT_S)
#: Bytes that may be buffered for a slow client before its task waits for it.
MAX_WRITTEN = 65_536
#: A client that missed more events than this starts over with a snapshot.
MAX_REPLAY = 10_000
#: Real seconds after which a client that does not accept a frame is disconnected.
SEND_TIMEOUT_S = 20.0


async def stream_events(server: DataView, request: ApiRequest[EventsQuery]) -> web.StreamResponse:
    """Open the event stream, a WebSocket: hello, snapshot, then events.

    ``since`` resumes after an event number, and ``projectHash`` is the client's project.
    """
    http, query, name = request.http, request.data, request.principal.name
    socket = web.WebSocketResponse(heartbeat=None, max_msg_size=65536)
    await socket.prepare(http)
    _log.debug("event_stream_opened", topic=LogTopic.CLIENT, principal=name, since=query.since)
    if (task := asyncio.current_task()) is not None:
        task.set_name("event stream")  # shown to engineers
    subscription = server.bus.subscribe()
    reader = asyncio.ensure_future(_read(socket, subscription))
    ended: list[str] = []

    def end(reason: str) -> None:
        ended.append(reason)
        subscription.closed = True
        subscription.wakeup.set()

    try:
        with request.admitted(end), server.activity.work(), suppress(ConnectionError, TimeoutError):
            await _Listener(server, socket, subscription, http.transport).serve(http, query)
            if not socket.closed:
                await _send(socket, GoodbyeFrame(reason=ended[0] if ended else server.bus.closing))
    finally:
        server.bus.unsubscribe(subscription)
        reader.cancel()
        await socket.close()
        _log.debug("event_stream_closed", topic=LogTopic.CLIENT, principal=name)
    return socket


@dataclass(eq=False, slots=True)
class _Listener:
    """Serves one client until it disconnects or the driver stops.

    While the client is up to date, publishers write events directly to its connection. Only if the client has not yet
    accepted earlier data, its own task sends events and waits.
    """

    server: DataView
    socket: web.WebSocketResponse
    subscription: Subscription
    transport: asyncio.Transport | None
    last: int = 0
    written_at: timedelta = timedelta(0)

    async def serve(self, http: web.Request, query: EventsQuery) -> None:
        server, socket, subscription = self.server, self.socket, self.subscription
        hello = HelloFrame(
            instance_id=server.instance_id,
            version=driver.__version__,
            project_hash=server.tables.project_hash(),
            project_matches=same_project(http, server),
            history_id=server.store.history_id,
            seq=server.bus.last_seq,
            heartbeat_s=HEARTBEAT_S,
        )
        await _send(socket, hello)
        self.last = await self._catch_up(query.since, query.history)
        while not subscription.closed and not socket.closed:
            if subscription.lost:
                subscription.lost = False
                self.last = await self._resync("this client fell too far behind")
            while subscription.queue and not subscription.lost:
                event = subscription.queue.popleft()
                if event.seq > self.last:
                    self.last = await self._event(event)
            if not subscription.waiting and not subscription.closed:
                await self._rest()

    async def _rest(self) -> None:
        """Wait until there are events that could not be written directly, or a heartbeat is due."""
        server, subscription = self.server, self.subscription
        self.written_at = server.clock.monotonic()
        subscription.sink = self._write
        try:
            while not (subscription.waiting or subscription.closed or self.socket.closed):
                beat = self.written_at + HEARTBEAT
                if server.clock.monotonic() >= beat:
                    await _send(self.socket, HeartbeatFrame(seq=self.last))
                    return
                await server.activity.rest(subscription.wakeup, beat)
        finally:
            subscription.sink = None

    def _write(self, events: Sequence[Event]) -> bool:
        """Write events to the connection, if the client has accepted most of the earlier data."""
        transport = self.transport
        if (
            self.socket.closed
            or transport is None
            or transport.is_closing()
            or transport.get_write_buffer_size() > MAX_WRITTEN
        ):
            return False
        written = self.server.snapshot.together(events)
        transport.write(written.data)
        self.last = events[-1].seq
        self.written_at = written.at
        return True

    async def _catch_up(self, since: str, history: str) -> int:
        """Replay missed events or send a snapshot; return the number of the last event sent."""
        if not since:
            return await self._snapshot()
        bus, store = self.server.bus, self.server.store
        seq = int(since) if since.isdecimal() and len(since) < 20 else -1
        if not 0 <= seq <= bus.last_seq or not store.includes(seq, history):
            return await self._resync(f"event {since} does not belong to the history of this database")
        published = bus.last_seq
        missed = await store.events_since(seq, MAX_REPLAY)
        if missed is None:
            return await self._resync(f"events since {since} are no longer stored")
        for event in missed:
            if event.seq <= published:  # later ones wait in the subscription
                seq = await self._event(event)
        return seq

    async def _event(self, event: Event) -> int:
        await _send(self.socket, self.server.snapshot.event(event))
        return event.seq

    async def _resync(self, reason: str) -> int:
        await _send(self.socket, ResyncFrame(reason=reason))
        return await self._snapshot()

    async def _snapshot(self) -> int:
        seq = self.server.bus.last_seq
        snapshot = self.server.snapshot.frame(seq)
        await _send(self.socket, snapshot.data)
        return seq


async def _send(socket: web.WebSocketResponse, frame: ApiModel | bytes) -> None:
    data = frame if isinstance(frame, bytes) else frame.model_dump_json().encode()
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await socket.send_frame(data, WSMsgType.TEXT)


async def _read(socket: web.WebSocketResponse, subscription: Subscription) -> None:
    """Detect that the client disconnected; its messages are ignored."""
    try:
        async for _message in socket:
            pass
    finally:
        subscription.closed = True
        subscription.wakeup.set()
