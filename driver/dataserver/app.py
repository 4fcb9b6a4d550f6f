"""What the applications of the data server have in common, in either role."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiohttp import web
from aiohttp.typedefs import Middleware

from driver.api.access import Access
from driver.api.problems import problems
from driver.dataserver.context import DataView
from driver.dataserver.project_check import project_check
from driver.runtime.log_topics import LogTopic

_log = structlog.get_logger("driver.dataserver")


def application(view: DataView, access: Access, more: Sequence[Middleware] = ()) -> web.Application:
    """Return an application without routes that counts requests, turns errors into problems and compares projects.

    ``more`` are additional middlewares, which may also raise errors.
    """

    @web.middleware
    async def counted(
        request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        if request.path == "/api/events":
            return await handler(request)
        with view.activity.work():
            response = await handler(request)
        _log.debug(
            "client_request", topic=LogTopic.CLIENT, method=request.method, path=request.path, status=response.status
        )
        return response

    return web.Application(middlewares=[counted, problems, *more, project_check(view, access)])
