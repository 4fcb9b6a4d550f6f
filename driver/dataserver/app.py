"""Puts the data server's parts together."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from driver.config.models import Role
from driver.dataserver import wire
from driver.dataserver.auth import Access
from driver.dataserver.problems import problems
from driver.dataserver.rest import Rest
from driver.dataserver.stream import Stream
from driver.services.activity import Activity
from driver.services.assets import Assets
from driver.services.supervisor import Supervisor

LARGEST_BODY = 8 * 1024 * 1024
_UNCOUNTED = frozenset({"/api/events"})
_PAGE = """<!doctype html><meta charset="utf-8"><title>Twilio SMS driver</title>
<h1>Twilio SMS driver</h1><p><a href="/api/assets">assets</a> · <a href="/api/info">info</a></p>"""


def make_app(
    rest: Rest, stream: Stream, access: Access, assets: Assets, supervisor: Supervisor, activity: Activity
) -> web.Application:
    """Return the application; the caller decides where it listens."""

    @web.middleware
    async def counted(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path in _UNCOUNTED:
            return await handler(request)
        with activity.work():
            return await handler(request)

    async def healthz(_request: web.Request) -> web.Response:
        broken = {name: h.last_trouble for name, h in supervisor.health.items() if not h.running}
        return wire.answer({"status": "broken" if broken else "ok", "tasks": broken}, 503 if broken else 200)

    async def readyz(_request: web.Request) -> web.Response:
        down = assets.system_down
        return wire.answer({"status": "no communication" if down else "ready"}, 503 if down else 200)

    async def front(request: web.Request) -> web.Response:
        await access.require(request, Role.VIEWER)
        return web.Response(text=_PAGE, content_type="text/html")

    app = web.Application(middlewares=[counted, problems], client_max_size=LARGEST_BODY)
    app.add_routes(rest.routes())
    app.add_routes(
        [
            web.get("/api/events", stream.handle),
            web.get("/healthz", healthz),
            web.get("/readyz", readyz),
            web.get("/", front),
        ]
    )
    return app
