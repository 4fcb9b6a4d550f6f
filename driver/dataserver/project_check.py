"""Checks that workstations use the same project as the driver; a client with another one is logged or rejected.

Source: the platform's rule that both servers and all clients of a system load the identical project.
"""

import re
from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from driver.api.access import Access
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


class ProjectCheck:
    """Compares the projects of clients with the driver's."""

    def __init__(self, project_hash: Callable[[], str], access: Access) -> None:
        self._project_hash = project_hash
        self._access = access
        self._named: set[str] = set()

    @web.middleware
    async def watch(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Add the result of the comparison to the response, and log differing projects.

        Raises:
            OtherProjectError: The client has another project, and ``dataserver.other_project`` is ``refuse``.
        """
        matches = same_project(request, self._project_hash)
        if matches is None:
            return await handler(request)
        if not matches:
            if self._access.config.other_project == "refuse" and request.path not in OPEN:
                raise OtherProjectError(
                    f"this client's project, {_client_hash(request)}, differs from the driver's: load the same assets "
                    "and tables on both (GET /api/info shows the driver's hash)"
                )
            self._name(request)
        answer = await handler(request)
        if not answer.prepared:
            answer.headers[MATCHES] = str(matches).lower()
        return answer

    def _name(self, request: web.Request) -> None:
        theirs = _client_hash(request)
        if theirs not in self._named and len(self._named) < MAX_NAMED:
            self._named.add(theirs)
            _log.warning("client_has_other_project", theirs=theirs, ours=self._project_hash(), peer=request.remote)


def same_project(request: web.Request, project_hash: Callable[[], str]) -> bool | None:
    """Return whether a client has the driver's project; None if it did not send a hash."""
    theirs = _client_hash(request)
    return theirs == project_hash() if theirs else None


def _client_hash(request: web.Request) -> str:
    """Return the hash that a client sent, reduced to letters and digits so that nothing else gets into the log."""
    return _NO_HASH.sub("", request.headers.get(HEADER) or request.query.get(QUERY, ""))[:64]
