"""The event stream: hello, everything as it is, then each change with its number; at the end goodbye."""

import asyncio
from contextlib import suppress
from datetime import timedelta

import orjson
import structlog
from aiohttp import WSMsgType, web

from driver.config.models import Role
from driver.dataserver import wire
from driver.dataserver.auth import Access
from driver.dataserver.project import SameProject
from driver.dataserver.rest import Site
from driver.dataserver.snapshot import Snapshot
from driver.ports.store import Store
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.runtime.log_topics import LogTopic
from driver.services.assets import Assets
from driver.services.event_bus import EventBus, Subscription

_log = structlog.get_logger("driver.dataserver")
HEARTBEAT_S = 15.0
#: A listener that was away longer than this many events starts over with a snapshot.
LONGEST_REPLAY = 10_000
#: A listener that does not take a frame for so long, in real seconds, is dropped.
PATIENCE_S = 20.0


class Stream:
    """Serves ``/api/events``."""

    def __init__(
        self,
        bus: EventBus,
        store: Store,
        assets: Assets,
        access: Access,
        clock: Clock,
        activity: IdleTracker,
        site: Site,
        project: SameProject,
    ) -> None:
        self._bus = bus
        self._store = store
        self._now = Snapshot(assets, clock)
        self._access = access
        self._clock = clock
        self._activity = activity
        self._site = site
        self._project = project

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one listener until it leaves or the driver stops."""
        caller = await self._access.require(request, Role.VIEWER)
        socket = web.WebSocketResponse(heartbeat=None, max_msg_size=65536)
        await socket.prepare(request)
        _log.debug("stream begins", topic=LogTopic.CLIENT, caller=caller.name, since=request.query.get("since", ""))
        _named("event stream")
        subscription = self._bus.subscribe()
        reader = asyncio.ensure_future(self._read(socket, subscription))
        ended: list[str] = []

        def end(reason: str) -> None:
            ended.append(reason)
            subscription.closed = True
            subscription.wakeup.give()

        try:
            with (
                self._access.watched(request, Role.VIEWER, end),
                self._activity.work(),
                suppress(ConnectionError, TimeoutError),
            ):
                await self._serve(socket, subscription, request, ended)
        finally:
            self._bus.unsubscribe(subscription)
            reader.cancel()
            await socket.close()
            _log.debug("stream ends", topic=LogTopic.CLIENT, caller=caller.name)
        return socket

    async def _serve(
        self, socket: web.WebSocketResponse, subscription: Subscription, request: web.Request, ended: list[str]
    ) -> None:
        await self._send(
            socket,
            {
                "type": "hello",
                "instanceId": self._site.instance_id,
                "version": self._site.info.version,
                "projectHash": self._site.project_hash(),
                "projectMatches": self._project.compare(request),
                "historyId": self._store.history_id,
                "seq": self._bus.last_seq,
                "heartbeatS": HEARTBEAT_S,
            },
        )
        last = await self._catch_up(socket, request.query.get("since", ""), request.query.get("history", ""))
        while not subscription.closed and not socket.closed:
            if subscription.lost:
                subscription.lost = False
                await self._send(socket, {"type": "resync", "reason": "too many events waited for this listener"})
                last = await self._snapshot(socket)
            while subscription.queue and not subscription.lost:
                event = subscription.queue.popleft()
                if event.seq > last:
                    last = event.seq
                    await self._send(socket, {"type": "event", "seq": event.seq, "event": wire.event_json(event)})
            if subscription.waiting or subscription.closed:
                continue
            beat = self._clock.monotonic() + timedelta(seconds=HEARTBEAT_S)
            await self._activity.rest(subscription.wakeup, beat)
            if self._clock.monotonic() >= beat and not subscription.waiting:
                await self._send(socket, {"type": "heartbeat", "seq": last})
        if not socket.closed:
            await self._send(socket, {"type": "goodbye", "reason": ended[0] if ended else self._bus.closing})

    async def _catch_up(self, socket: web.WebSocketResponse, since: str, history: str) -> int:
        """Replay what the listener missed, or send everything as it is; return the number it is at then."""
        if not since:
            return await self._snapshot(socket)
        missed, why = None, f"events since {since} are not kept any more"
        seq = int(since) if since.isdecimal() and len(since) < 20 else -1
        if not 0 <= seq <= self._bus.last_seq or not self._store.includes(seq, history):
            why = f"event {since} does not belong to the history of this database"
        else:
            missed = await self._store.events_since(seq, LONGEST_REPLAY)
        if missed is None:
            await self._send(socket, {"type": "resync", "reason": why})
            return await self._snapshot(socket)
        last = seq
        for event in missed:
            last = event.seq
            await self._send(socket, {"type": "event", "seq": event.seq, "event": wire.event_json(event)})
        return last

    async def _snapshot(self, socket: web.WebSocketResponse) -> int:
        seq = self._bus.last_seq
        await self._send(socket, {"type": "snapshot", "seq": seq, "assets": self._now.assets()})
        return seq

    @staticmethod
    async def _send(socket: web.WebSocketResponse, frame: wire.Json) -> None:
        async with asyncio.timeout(PATIENCE_S):
            await socket.send_frame(orjson.dumps(frame), WSMsgType.TEXT)

    @staticmethod
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
