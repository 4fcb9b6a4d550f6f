"""Makes the data server's application of its route table."""

from collections.abc import Awaitable, Callable, Iterable

import structlog
from aiohttp import web

from driver.api.access import Access
from driver.api.problems import problems
from driver.api.routing import mount
from driver.dataserver.context import DataServer
from driver.dataserver.project_check import ProjectCheck
from driver.dataserver.routes import ROUTES
from driver.runtime.log_topics import LogTopic

_log = structlog.get_logger("driver.dataserver")

_UNCOUNTED = frozenset({"/api/events"})


def make_app(server: DataServer, access: Access, pages: Iterable[web.AbstractRouteDef]) -> web.Application:
    """Return the application, with the routes of its ``pages``; the caller decides where it listens."""

    @web.middleware
    async def counted(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path in _UNCOUNTED:
            return await handler(request)
        with server.activity.work():
            response = await handler(request)
        _log.debug(
            "client_request", topic=LogTopic.CLIENT, method=request.method, path=request.path, status=response.status
        )
        return response

    project = ProjectCheck(server.project_hash, access)
    app = web.Application(middlewares=[counted, problems, project.watch])
    app.add_routes([*mount(ROUTES, server, access), *pages])
    return app
