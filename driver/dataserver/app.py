"""Puts the data server's parts together."""

from collections.abc import Awaitable, Callable, Iterable

import structlog
from aiohttp import web

from driver.dataserver import wire
from driver.dataserver.problems import problems
from driver.dataserver.project import SameProject
from driver.dataserver.rest import Rest
from driver.dataserver.stream import Stream
from driver.errors import StoreUnavailableError
from driver.ports.store import Store
from driver.runtime.idle import IdleTracker
from driver.runtime.log_topics import LogTopic
from driver.runtime.metrics import Metrics
from driver.runtime.supervisor import Supervisor
from driver.services.assets import Assets

_log = structlog.get_logger("driver.dataserver")

_UNCOUNTED = frozenset({"/api/events"})


def make_app(
    rest: Rest,
    stream: Stream,
    store: Store,
    project: SameProject,
    assets: Assets,
    supervisor: Supervisor,
    activity: IdleTracker,
    metrics: Metrics,
    more: Iterable[web.AbstractRouteDef],
) -> web.Application:
    """Return the application, with ``more`` routes than these; the caller decides where it listens."""

    @web.middleware
    async def counted(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path in _UNCOUNTED:
            return await handler(request)
        with activity.work():
            answer = await handler(request)
        _log.debug("request", topic=LogTopic.CLIENT, method=request.method, path=request.path, status=answer.status)
        return answer

    async def healthz(_request: web.Request) -> web.Response:
        broken = {name: h.last_trouble for name, h in supervisor.health.items() if not h.running}
        return wire.answer({"status": "broken" if broken else "ok", "tasks": broken}, 503 if broken else 200)

    async def readyz(_request: web.Request) -> web.Response:
        """Say whether this driver can serve. That Twilio is down is no reason to hide the console that shows it."""
        twilio = "no communication" if assets.system_down else "connected"
        try:
            await store.answers()
        except StoreUnavailableError as exc:
            return wire.answer({"status": "store unavailable", "reason": str(exc), "twilio": twilio}, 503)
        return wire.answer({"status": "ready", "twilio": twilio})

    async def measured(_request: web.Request) -> web.Response:
        return wire.answer_metrics(metrics.text())

    app = web.Application(middlewares=[counted, problems, project.watch])
    app.add_routes([*rest.routes(), *more])
    app.add_routes(
        [
            web.get("/api/events", stream.handle),
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/metrics", measured),
        ]
    )
    return app
