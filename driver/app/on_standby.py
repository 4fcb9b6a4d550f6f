"""A driver on standby: with PostgreSQL it serves everything that can be read; else it refers to the active driver."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from driver.app.active import DriverContext
from driver.app.standby_view import TAKEOVER, StandbyView
from driver.dataserver.context import Waiting
from driver.dataserver.relay import Relay
from driver.errors import StoreUnavailableError
from driver.store import CHANGES, Candidate, Notifications, SqlRequests

_log = structlog.get_logger("driver.standby")
#: Seconds that the active driver has to respond, in addition to the time until takeover; and the maximum of the sum.
ANSWER_S, MAX_WAIT_S = 5.0, 30.0


@dataclass(eq=False)
class OnStandby:
    """Serves requests during one wait; ``stopping`` tells whether the wait ends because the driver stops."""

    context: DriverContext
    candidate: Candidate
    waiting: Waiting
    stopping: Callable[[], bool]
    view: StandbyView | None = None
    _answering: AsyncExitStack = field(default_factory=AsyncExitStack)
    _answers: bool = False

    async def answer(self, *, readable: bool) -> None:
        """Serve requests from now on: refer to the active driver, or serve everything once it is ``readable``."""
        if self.view is not None:
            return
        view = await self._loaded() if readable else None
        if view is not None:
            await self._answering.aclose()
            await self._answering.enter_async_context(self._reading(view))
            self.view = view
        elif not self._answers:
            await self._answering.enter_async_context(self.context.listeners.standby(self.waiting))
        self._answers = True

    async def close_view(self) -> None:
        """Refer to the active driver from now on, until everything can be read again."""
        if self.view is not None:
            self.view, self._answers = None, False
            await self._answering.aclose()

    async def aclose(self) -> None:
        """Stop serving requests."""
        await self._answering.aclose()

    async def _loaded(self) -> StandbyView | None:
        """Return the loaded view; None with SQLite, or while the database is unavailable."""
        follower = self.candidate.follower()
        if follower is None:
            return None
        view = StandbyView(self.context, follower)
        try:
            await view.load()
        except StoreUnavailableError as exc:
            _log.debug("database_not_read", reason=str(exc))
            return None
        return view

    @asynccontextmanager
    async def _reading(self, view: StandbyView) -> AsyncIterator[None]:
        notifications = Notifications(self.candidate.database, CHANGES, view.wakeup)

        def patience() -> timedelta:
            seconds = self.context.config.failover.takeover_after_s + ANSWER_S
            return timedelta(seconds=min(seconds, MAX_WAIT_S))

        relay = Relay(SqlRequests(self.candidate.database), view.clock, view.activity, patience=patience)
        async with AsyncExitStack() as stack:
            stack.push_async_callback(notifications.close)
            stack.push_async_callback(view.close)
            stack.push_async_callback(view.supervisor.close)
            await stack.enter_async_context(self.context.listeners.reading(view, view.catch_up, relay))
            stack.callback(lambda: view.bus.close("shutdown" if self.stopping() else TAKEOVER))
            stack.callback(relay.close)
            view.supervisor.start("standby", lambda: view.run(notifications, relay.look))
            yield
