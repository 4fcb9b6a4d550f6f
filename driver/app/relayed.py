"""The task in which the active driver carries out requests that standbys took, when notified or at the next poll."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import structlog

from driver.errors import NotActiveError, StoreUnavailableError, UnstorableError
from driver.ports.requests import RequestKind, TakenRequest
from driver.ports.store import AnswerRequest
from driver.runtime.clock import Clock
from driver.runtime.idle import IdleTracker
from driver.store import AT_ONCE, REQUESTS, Notifications, SqlStore

_log = structlog.get_logger("driver.standby")
#: Seconds between two polls while no notification arrives, and before the database is tried again.
LOOK_S, STORE_PAUSE_S = 1.0, 2.0


@dataclass(eq=False)
class RequestsOfOthers:
    """Carries out requests, each in its own task, and stores the responses."""

    store: SqlStore
    api: Callable[[TakenRequest], Awaitable[Mapping[str, Any]]]
    webhook: Callable[[TakenRequest], Awaitable[None]]
    clock: Clock
    activity: IdleTracker
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Take and carry out requests until stopped."""
        wakeup = asyncio.Event()
        notifications = Notifications(self.store.database, REQUESTS, wakeup)
        try:
            while True:
                try:
                    await notifications.keep()
                    taken = await self.store.take_requests()
                except StoreUnavailableError as exc:
                    _log.debug("requests_not_read", reason=str(exc))
                    taken = ()
                for request in taken:
                    task = asyncio.create_task(self._carry_out(request), name="request of a standby")
                    self.activity.track(task)
                    self.under_way.add(task)
                    task.add_done_callback(self.under_way.discard)
                if len(taken) < AT_ONCE:
                    await self.activity.rest(wakeup, self.clock.monotonic() + timedelta(seconds=LOOK_S))
        finally:
            for task in self.under_way:
                task.cancel()
            await asyncio.gather(*self.under_way, return_exceptions=True)
            await notifications.close()

    async def _carry_out(self, request: TakenRequest) -> None:
        """Carry out one request; if another driver has taken the lead meanwhile, leave the request to it."""
        try:
            answer = await self._until_stored(lambda: self._outcome(request))
            await self._until_stored(lambda: self.store.commit([AnswerRequest(request.request_id, answer)]))
        except NotActiveError as exc:
            _log.info("request_left_to_next", request=request.request_id, reason=str(exc))
        except UnstorableError:
            _log.exception("answer_not_storable", request=request.request_id)

    async def _outcome(self, request: TakenRequest) -> Mapping[str, Any] | None:
        if request.kind is RequestKind.API:
            return await self.api(request)
        try:
            await self.webhook(request)
        except Exception as exc:
            if isinstance(exc, StoreUnavailableError) and not isinstance(exc, UnstorableError):
                raise
            # Give it up: it would fail in every driver that takes it, and polling finds its message anyway.
            _log.exception("webhook_not_carried_out", request=request.request_id)
        return None

    async def _until_stored(self, work: Callable[[], Awaitable[Any]]) -> Any:
        while True:
            try:
                return await work()
            except (NotActiveError, UnstorableError):
                raise
            except StoreUnavailableError:
                pause = self.clock.monotonic() + timedelta(seconds=STORE_PAUSE_S)
                await self.activity.rest(asyncio.Event(), pause)
