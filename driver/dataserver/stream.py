"""The event stream: hello, everything as it is, then each change with its number; at the end goodbye."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
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
#: Bytes that a listener has not taken yet; beyond them it is waited for.
MAX_WRITTEN = 65_536
#: A listener that was away longer than this many events starts over with a snapshot.
MAX_REPLAY = 10_000
#: Real seconds after which a listener that does not take a frame is dropped.
SEND_TIMEOUT_S = 20.0


async def stream_events(server: DataView, request: ApiRequest[EventsQuery]) -> web.StreamResponse:
    """Open a WebSocket: hello, snapshot, then events. ?since=SEQ resumes, ?projectHash= names the client's project."""
    http, query, name = request.http, request.data, request.principal.name
    socket = web.WebSocketResponse(heartbeat=None, max_msg_size=65536)
    await socket.prepare(http)
    _log.debug("event_stream_opened", topic=LogTopic.CLIENT, principal=name, since=query.since)
    _named("event stream")
    subscription = server.bus.subscribe()
    reader = asyncio.ensure_future(_read(socket, subscription))
    ended: list[str] = []

    def end(reason: str) -> None:
        ended.append(reason)
        subscription.closed = True
        subscription.wakeup.give()

    try:
        with request.admitted(end), server.activity.work(), suppress(ConnectionError, TimeoutError):
            await _Listener(server, socket, subscription, transport=http.transport).serve(http, query)
            if not socket.closed:
                await _send(socket, GoodbyeFrame(reason=ended[0] if ended else server.bus.closing))
    finally:
        server.bus.unsubscribe(subscription)
        reader.cancel()
        await socket.close()
        _log.debug("event_stream_closed", topic=LogTopic.CLIENT, principal=name)
    return socket


class _Listener:
    """Serves one listener until it leaves or the driver stops.

    What happens while it is up to date is written to its connection at once, by whoever publishes it; only a listener
    that has not taken what was written before has its task send to it, and wait.
    """

    def __init__(
        self,
        server: DataView,
        socket: web.WebSocketResponse,
        subscription: Subscription,
        *,
        transport: asyncio.Transport | None,
    ) -> None:
        self._server = server
        self._socket = socket
        self._subscription = subscription
        self._transport = transport
        self._last = 0
        self._written_at = server.clock.monotonic()

    async def serve(self, http: web.Request, query: EventsQuery) -> None:
        server, socket, subscription = self._server, self._socket, self._subscription
        hello = HelloFrame(
            instance_id=server.instance_id,
            version=driver.__version__,
            project_hash=server.tables.project_hash(),
            project_matches=same_project(http, server.tables.project_hash),
            history_id=server.store.history_id,
            seq=server.bus.last_seq,
            heartbeat_s=HEARTBEAT_S,
        )
        await _send(socket, hello)
        self._last = await self._catch_up(query.since, query.history)
        while not subscription.closed and not socket.closed:
            if subscription.lost:
                subscription.lost = False
                self._last = await self._resync("too many events waited for this listener")
            while subscription.queue and not subscription.lost:
                event = subscription.queue.popleft()
                if event.seq > self._last:
                    self._last = await self._event(event)
            if not subscription.waiting and not subscription.closed:
                await self._rest()

    async def _rest(self) -> None:
        """Wait until something has to be sent that cannot be written at once, or a heartbeat is due."""
        server, subscription = self._server, self._subscription
        self._written_at = server.clock.monotonic()
        subscription.sink = self._write
        try:
            while not (subscription.waiting or subscription.closed or self._socket.closed):
                beat = self._written_at + HEARTBEAT
                if server.clock.monotonic() >= beat:
                    await _send(self._socket, HeartbeatFrame(seq=self._last))
                    return
                await server.activity.rest(subscription.wakeup, beat)
        finally:
            subscription.sink = None

    def _write(self, events: Sequence[Event]) -> bool:
        """Write events to the connection, if the listener has taken most of what was written before."""
        transport = self._transport
        if (
            self._socket.closed
            or transport is None
            or transport.is_closing()
            or transport.get_write_buffer_size() > MAX_WRITTEN
        ):
            return False
        written = self._server.snapshot.together(events)
        transport.write(written.data)
        self._last = events[-1].seq
        self._written_at = written.at
        return True

    async def _catch_up(self, since: str, history: str) -> int:
        """Replay what the listener missed, or send everything as it is; return the number it is at then."""
        if not since:
            return await self._snapshot()
        bus, store = self._server.bus, self._server.store
        seq = int(since) if since.isdecimal() and len(since) < 20 else -1
        if not 0 <= seq <= bus.last_seq or not store.includes(seq, history):
            return await self._resync(f"event {since} does not belong to the history of this database")
        published = bus.last_seq
        missed = await store.events_since(seq, MAX_REPLAY)
        if missed is None:
            return await self._resync(f"events since {since} are not kept any more")
        for event in missed:
            if event.seq <= published:  # later ones wait in the subscription
                seq = await self._event(event)
        return seq

    async def _event(self, event: Event) -> int:
        await _send(self._socket, self._server.snapshot.event(event))
        return event.seq

    async def _resync(self, reason: str) -> int:
        await _send(self._socket, ResyncFrame(reason=reason))
        return await self._snapshot()

    async def _snapshot(self) -> int:
        seq = self._server.bus.last_seq
        snapshot = self._server.snapshot.frame(seq)
        await _send(self._socket, snapshot.data)
        return seq


async def _send(socket: web.WebSocketResponse, frame: ApiModel | bytes) -> None:
    data = frame if isinstance(frame, bytes) else frame.model_dump_json().encode()
    async with asyncio.timeout(SEND_TIMEOUT_S):
        await socket.send_frame(data, WSMsgType.TEXT)


async def _read(socket: web.WebSocketResponse, subscription: Subscription) -> None:
    """Notice that the listener left; what it says is not listened to."""
    try:
        async for _message in socket:
            pass
    finally:
        subscription.closed = True
        subscription.wakeup.give()


def _named(name: str) -> None:
    """Give the task that serves a connection a name by which an engineer knows it."""
    task = asyncio.current_task()
    if task is not None:
        task.set_name(name)
