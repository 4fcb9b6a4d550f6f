"""Checks that workstations use the same project as the driver; a client with another one is logged or rejected.

Source: the platform's rule that both servers and all clients of a system load the identical project.
"""

import re

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from driver.api.access import Access
from driver.dataserver.context import DataView
from driver.errors import OtherProjectError

_log = structlog.get_logger("driver.dataserver")

#: The request header with the client's project hash; WebSockets in browsers use the query parameter instead.
HEADER, QUERY = "X-Project-Hash", "projectHash"
#: The response header, ``true`` or ``false``, if the client sent a project hash.
MATCHES = "X-Project-Matches"
#: Paths that are never rejected, so that a client can log in and find out the driver's project.
OPEN = frozenset({"/api/info", "/api/Auth/Login", "/api/Auth/Logout"})
#: Maximum number of different projects that are logged, once each.
MAX_NAMED = 100

_NO_HASH = re.compile(r"[^0-9A-Za-z]")


def project_check(view: DataView, access: Access) -> Middleware:
    """Return a middleware that adds the result of the comparison to responses, and logs differing projects.

    It raises ``OtherProjectError`` if the client has another project, and ``dataserver.other_project`` is ``refuse``.
    """
    named: set[str] = set()

    @web.middleware
    async def watch(request: web.Request, handler: Handler) -> web.StreamResponse:
        matches, theirs = same_project(request, view), _client_hash(request)
        if matches is None:
            return await handler(request)
        if not matches:
            if access.config.other_project == "refuse" and request.path not in OPEN:
                raise OtherProjectError(
                    f"this client's project, {theirs}, differs from the driver's: load the same assets and tables on "
                    "both (GET /api/info shows the driver's hash)"
                )
            if theirs not in named and len(named) < MAX_NAMED:
                named.add(theirs)
                ours = view.tables.project_hash()
                _log.warning("client_has_other_project", theirs=theirs, ours=ours, peer=request.remote)
        answer = await handler(request)
        if not answer.prepared:
            answer.headers[MATCHES] = str(matches).lower()
        return answer

    return watch


def same_project(request: web.Request, view: DataView) -> bool | None:
    """Return whether a client has the driver's project; None if it did not send a hash."""
    theirs = _client_hash(request)
    return theirs == view.tables.project_hash() if theirs else None


def _client_hash(request: web.Request) -> str:
    """Return the hash that a client sent, reduced to letters and digits so that nothing else gets into the log."""
    return _NO_HASH.sub("", request.headers.get(HEADER) or request.query.get(QUERY, ""))[:64]
